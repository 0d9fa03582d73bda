"""What a site file may say but hardly means."""

from vision.cli.check import hints
from vision.config import parse_site

SITE = """
site: {id: s}
calendar: {service_hours: [{from: "09:00", to: "17:00"}]}
cameras: [{id: c}, {id: spare}]
windows:
  - {id: A, camera: c, post: [[0,0],[1,0],[1,1]], public: [[0,0],[0.5,0],[0.5,1]]}
"""


def test_what_has_no_effect_is_named():
    assert hints(parse_site(SITE)) == [
        "camera 'spare' sees no window",
    ]


def test_a_site_without_hours_is_told_that_it_is_always_on_duty():
    open_all_day = SITE.replace("calendar: {service_hours", "# {service_hours")
    assert any("day and night" in hint for hint in hints(parse_site(open_all_day)))
