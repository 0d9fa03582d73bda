"""The key ``upright`` of a window: strict, part of the hash, and void once something has changed."""

import pytest

from tests.unit.config.site_files import BASE, POST, with_window
from vision.config import config_sha256, parse_site, post_digest
from vision.config.edit import rewritten
from vision.config.yaml import parse_yaml
from vision.errors import ConfigError
from vision.jobs.calibration import with_upright
from vision.pipeline.upright import upright_of

CORNERS = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.9))
DIGEST = post_digest(CORNERS)
SIDE = "side: {samples: 12, yaw_deg: 80, scale_px: 90, neck_flexion_deg: [12.5, 1.5]}"
HEAD = f"taken_at: '2026-11-02T01:00:00Z', camera: cam-1, post_digest: {DIGEST}"


def written(views: str = SIDE, head: str = HEAD, size: str = "[1280, 720]") -> str:
    return with_window(f"upright: {{{head}, size_px: {size}, {views}}}")


def window(text: str):
    return parse_site(text).windows[0]


def test_it_is_read_and_applies():
    found = window(written())
    assert found.upright is not None
    assert found.upright_misfit((1280, 720)) is None
    seed = upright_of(found)
    assert seed is not None
    upright = seed.track((1280, 720)).baseline.upright(side_view=True)
    assert (upright.neck_flexion_deg, upright.sigma.neck_flexion_deg) == (12.5, 1.5)
    assert (upright.shoulder_y_px, upright.scale_px, upright.side_view) == (None, 90.0, True)


@pytest.mark.parametrize(
    ("text", "size_px", "why"),
    [
        (written().replace(POST, "[[0.1, 0.1], [0.5, 0.1], [0.5, 0.8]]"), None, "drawn anew"),
        (
            written().replace("id: cam-1, name", "id: cam-2, name").replace(
                "{id: A01, upright", "{id: A01, camera: cam-2, upright").replace(
                ", camera: cam-1, post:", ", post:"),
            None, "it was taken with camera 'cam-1'",
        ),
        (written(), (1920, 1080), "in a picture of 1280 x 720 px, now it is 1920 x 1080 px"),
        (written(), (1280, 720), None),
        (written(), None, None),
        (BASE, (1, 1), None),
    ],
    ids=["post", "camera", "size", "the same", "size not known", "no reference"],
)  # fmt: skip
def test_what_voids_it(text, size_px, why):
    told = window(text).upright_misfit(size_px)
    assert (told is None) is (why is None)
    assert (why or "") in (told or "")


def test_a_post_drawn_anew_falls_back_to_the_running_reference():
    moved = window(written().replace(POST, "[[0.1, 0.1], [0.5, 0.1], [0.5, 0.8]]"))
    assert upright_of(moved) is None


def test_so_does_a_picture_of_another_size():
    seed = upright_of(window(written()))
    assert seed.track((640, 360)).baseline.usual is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (written("samples: 3"), "samples: unknown key"),
        (written("neck: {}"), "neck: unknown key"),
        (written(SIDE.replace("neck_flexion", "neck_flexon")), "did you mean 'neck_flexion_deg'?"),
        (written(SIDE.replace("[12.5, 1.5]", "12.5")), "expected a list"),
        (written(SIDE.replace("1.5]", "-1.5]")), "expected at least 0, got -1.5"),
        (written(SIDE.replace("scale_px: 90", "scale_px: 0")), "expected more than 0"),
        (written(size="[1280]"), "size_px"),
        (written(head=HEAD.replace(DIGEST, "xyz")), "post_digest"),
        (written(head=HEAD.replace("T01:00:00Z", "T01:00:00")), "taken_at"),
        (written("front: null"), "expected 'front' or 'side'"),
    ],
)
def test_mistakes_are_named_with_their_line(text, expected):
    with pytest.raises(ConfigError) as caught:
        parse_site(text)
    assert "site.yaml:5" in str(caught.value)
    assert expected in str(caught.value)


def test_it_is_part_of_what_decides():
    hashes = {
        config_sha256(parse_site(text))
        for text in (BASE, written(), written(SIDE.replace("12.5", "12.6")))
    }
    assert len(hashes) == 3


def test_it_is_written_into_the_file_and_the_rest_stays_as_it_was():
    text = BASE.replace("windows:", "# the posts\nwindows:")
    upright = window(written()).upright
    document, _ = parse_yaml(text, None)
    with_it = rewritten(text, with_upright(document, "A01", upright))
    assert "# the posts" in with_it
    assert window(with_it).upright == upright
    again, _ = parse_yaml(with_it, None)
    assert rewritten(with_it, with_upright(again, "A01", None)) == text
