"""What ``deportment audit`` says of inputs beside their events."""

from datetime import timedelta
from pathlib import Path

from tests.builders import T0
from vision.cli.audit import tell_moved
from vision.config import parse_site
from vision.jobs.audit import AuditResult
from vision.jobs.inputs import Input

SITE = parse_site("""
site: {id: s, timezone: Asia/Shanghai}
cameras: [{id: c}]
windows: [{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}]
""")


def test_a_camera_that_moved_is_named_with_file_and_time(capsys):
    one = Input(Path("a.mp4"), "c", T0, 60.0)
    moved = AuditResult(one, "1", None, skipped=False, moved_at=T0 + timedelta(minutes=7))
    stayed = AuditResult(Input(Path("b.mp4"), "c", T0, 60.0), "2", None, skipped=False)

    tell_moved([moved, stayed], SITE)

    at = (T0 + timedelta(minutes=7, hours=8)).strftime("%H:%M:%S")
    assert capsys.readouterr().err == (
        f"deportment: a.mp4: camera 'c' moved at {at}: the posts do not fit what follows, and its "
        "windows are UNKNOWN from there on\n"
    )
