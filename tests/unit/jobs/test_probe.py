"""What is said of a camera's sub-stream on the day of installation."""

import pytest

from tests.builders import frame
from vision.config import parse_site
from vision.jobs import probe

SITE = """
site: {id: s}
cameras: [{id: d}, {id: c, url: "rtsp://h/1", sub_url: "rtsp://h/2"}]
windows: [{id: A, camera: d, post: [[0,0],[1,0],[1,1]]}]
"""


@pytest.mark.parametrize(
    ("size_px", "expected"),
    [
        ((640, 360), "sub-stream 640 x 360 px"),
        ((704, 576), "sub-stream 704 x 576 px: not the shape of the main stream"),
    ],
)
def test_a_sub_stream_of_another_shape_is_told(monkeypatch, size_px, expected):
    sizes = {"rtsp://h/1": (1920, 1080), "rtsp://h/2": size_px}
    monkeypatch.setattr(probe, "grab", lambda url, _: frame(size_px=sizes[url]))
    site = parse_site(SITE)
    lines = probe.probe(site, site.camera("c"), {})
    assert lines[0] == "1920 x 1080 px"
    assert lines[1].startswith(expected)
    assert ("not used" in lines[1]) is (size_px == (704, 576))
