"""What the log shows, and what is refused before anything starts."""

import pytest
from typer.testing import CliRunner

from vision.cli.logs import mask, masked
from vision.cli.main import app
from vision.errors import ConfigError, UsageError

SITE = "site: {id: s}\ncameras: [{id: c}]\nwindows: []\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rtsp://admin:s3cr3t@10.0.0.7/ch1", "rtsp://***@10.0.0.7/ch1"),
        (
            "failed: rtsp://u:p@ss@h/x and http://v:w@h",
            "failed: rtsp://***@h/x and http://***@h",
        ),
        ("https://h/robot/send?access_token=abc&x=1", "https://h/robot/send?access_token=***&x=1"),
        ("https://h/cgi-bin/webhook/send?key=693a91f6", "https://h/cgi-bin/webhook/send?key=***"),
        ("'http://h/?a=1&Password=x y'", "'http://h/?a=1&Password=*** y'"),
        ("rtsp://u:p/w@h:554/x", "rtsp://***@h:554/x"),
        ("mail me@example.org", "mail me@example.org"),
        (7, 7),
    ],
)
def test_logins_and_tokens_are_masked(text, shown):
    assert masked(text) == shown
    assert mask(None, "info", {"reason": text}) == {"reason": shown}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("site: {id: s}", ConfigError),
        (SITE.replace("windows: []", "windows: [{id: A}]"), ConfigError),
    ],
)
def test_a_wrong_site_is_named_before_anything_starts(tmp_path, text, kind):
    file = tmp_path / "site.yaml"
    file.write_text(text)
    result = CliRunner().invoke(app, ["watch", "--site", str(file), "--db", str(tmp_path / "e.db")])
    assert isinstance(result.exception, kind)
    assert not (tmp_path / "e.db").exists()


def test_a_port_that_is_taken_is_named(tmp_path):
    import socket

    from api.beside import _listening

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"cannot listen at 127.0.0.1 port {port}"):
            _listening("127.0.0.1", port)
