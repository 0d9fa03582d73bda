from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest

from tests.unit.evidence.people import person, thing
from vision.errors import EvidenceError
from vision.evidence import RULE_TITLES, Finding, render_snapshot, title_of
from vision.evidence import snapshot as module
from vision.evidence.caption import font, with_strip, write_labels
from vision.evidence.drawing import BONE, ITEM, OTHER, POST, SUBJECT, Colour, line_px
from vision.types import Detections, Frame, Image, Label, Observation, Person, View, ViewState

AT = datetime(2026, 11, 2, 9, 14, 3, 200_000, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
GREY = 90


def frame(width: int = 640, height: int = 480) -> Frame:
    return Frame("cam-03", AT, np.full((height, width, 3), GREY, np.uint8))


def seen(*persons: Person, size_px: tuple[int, int] = (640, 480)) -> Observation:
    width, height = size_px
    post = np.array([(0.1, 0.1), (0.9, 0.1), (0.9, 0.95), (0.1, 0.95)], np.float32)
    post_px = post * np.array([width, height], np.float32)
    return Observation("A03", "cam-03", AT, View(ViewState.OK), post_px, persons)


def finding(**changes: Any) -> Finding:
    return Finding(**({"rule_id": "phone_use", "zone": SHANGHAI} | changes))


def drawn(jpeg: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def amount(image: Image, colour: Colour) -> int:
    return int((np.abs(image[:480].astype(int) - colour).max(axis=2) < 60).sum())


def test_a_jpeg_of_the_frame_with_a_strip_below() -> None:
    original = frame()
    image = drawn(render_snapshot(original, seen(person((250, 100, 390, 440))), finding()))
    assert image.shape[1] == 640
    assert 480 + 40 < image.shape[0] < 480 + 140
    assert np.all(original.image == GREY)


@pytest.mark.parametrize(
    ("persons", "colours"),
    [
        ((), {POST}),
        ((person((250, 100, 390, 440)),), {POST, SUBJECT, BONE}),
        ((person((250, 100, 390, 440), posed=False),), {POST, SUBJECT}),
        ((person((250, 100, 390, 440), track_id=2),), {POST, OTHER}),
    ],
)
def test_what_is_drawn(persons: tuple[Person, ...], colours: set[Colour]) -> None:
    image = drawn(render_snapshot(frame(), seen(*persons), finding(track_id=1)))
    assert {colour for colour in (POST, SUBJECT, BONE, OTHER) if amount(image, colour)} == colours


PHONE = (Label.PHONE, 0.8, (300, 300, 320, 320))
DOUBTFUL = (Label.PHONE, 0.1, (340, 300, 360, 320))
WORSE = (Label.PHONE, 0.05, (340, 350, 360, 370))
SHOES = (Label.SHOES, 0.9, (300, 400, 340, 430))


@pytest.mark.parametrize(
    ("things", "track_id", "shown"),
    [
        ([], None, []),
        ([PHONE, SHOES], None, [0.8]),
        ([PHONE, DOUBTFUL], None, [0.8]),
        ([DOUBTFUL, WORSE], None, [0.1]),
        ([PHONE], 1, [0.8]),
        ([PHONE], 2, []),
    ],
)
def test_only_likely_things_of_the_rule_and_the_subject(
    things: list[Any], track_id: int | None, shown: list[float]
) -> None:
    staff = person((250, 100, 390, 440), items=Detections.of(things))
    wanted = finding(labels=frozenset({Label.PHONE}), track_id=track_id)
    items = module._items(seen(staff), wanted)
    assert items.confidence.tolist() == pytest.approx(shown)
    image = drawn(render_snapshot(frame(), seen(staff), wanted))
    assert (amount(image, ITEM) > 0) is bool(shown)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ["窗口 A03   玩手机  Phone use", "2026-11-02 17:14:03 UTC+08:00 Asia/Shanghai"]),
        (
            {"rule_id": "queueing", "zone": ZoneInfo("UTC"), "started_at": AT - timedelta(1)},
            [
                "窗口 A03   queueing",
                "2026-11-02 09:14:03 UTC+00:00 UTC   起始 since 2026-11-01 09:14:03",
            ],
        ),
        (
            {"started_at": AT - timedelta(seconds=12)},
            [
                "窗口 A03   玩手机  Phone use",
                "2026-11-02 17:14:03 UTC+08:00 Asia/Shanghai   起始 since 17:13:51",
            ],
        ),
        (
            {"measured": {"distance_m": 0.1234567, "limit": 0.2, "margin": 0.0765}},
            [
                "窗口 A03   玩手机  Phone use",
                "2026-11-02 17:14:03 UTC+08:00 Asia/Shanghai",
                "实测 measured  distance_m 0.123   限值 limit 0.2",
            ],
        ),
    ],
)
def test_lines_of_the_caption(changes: dict[str, Any], lines: list[str]) -> None:
    assert list(module._lines(frame(), seen(), finding(**changes))) == lines


@pytest.mark.parametrize(
    "text",
    [*map(title_of, RULE_TITLES), "窗口", "实测 measured", "限值 limit", "起始 since", "-+_.:°"],
)
def test_every_letter_has_a_glyph(text: str) -> None:
    face = font(20)
    no_glyph = bytes(face.getmask("\uffff"))
    assert [letter for letter in text if bytes(face.getmask(letter)) == no_glyph] == []


def test_a_letter_without_glyph_would_be_noticed() -> None:
    assert bytes(font(20).getmask("鬱")) == bytes(font(20).getmask("\uffff"))


def test_the_font_brings_its_licence() -> None:
    folder = module.__file__.rpartition("/")[0]
    with open(f"{folder}/fonts/OFL.txt", encoding="utf-8") as file:  # noqa: PTH123
        assert "SIL OPEN FONT LICENSE Version 1.1" in file.read()


@pytest.mark.parametrize(("width", "rows"), [(1280, 2), (640, 2), (160, 5)])
def test_long_lines_wrap_and_stay_inside(width: int, rows: int) -> None:
    image = np.full((100, width, 3), GREY, np.uint8)
    lines = ["窗口 A03   穿拖鞋", "2026-11-02 17:14:03 UTC+08:00 Asia/Shanghai since 17:00:00"]
    strip = with_strip(image, lines)[100:]
    assert strip.shape[1] == width
    bright = np.flatnonzero((strip.max(axis=2) > 150).any(axis=1))
    assert len(np.flatnonzero(np.diff(bright) > 2)) + 1 == rows
    assert not (strip[:, -4:].max(axis=2) > 150).any()


@pytest.mark.parametrize("place", [(-30, -30), (0, 0), (630, 470), (900, 900)])
def test_labels_stay_inside_the_picture(place: tuple[int, int]) -> None:
    image = write_labels(frame().image, [("phone 0.80", place)])
    assert image.shape == (480, 640, 3)
    assert amount(image, ITEM) > 300


@pytest.mark.parametrize("place", [(10, 0), (10, 200), (600, 235), (630, 900)])
def test_labels_do_not_cover_each_other(place: tuple[int, int]) -> None:
    texts = ["neck 70° (upright 23°)", "trunk 41° (upright -5°)", "phone 0.80"]
    apart = sum(amount(write_labels(frame().image, [(text, place)]), ITEM) for text in texts)
    together = write_labels(
        frame().image, [(text, (place[0], place[1] + 3 * n)) for n, text in enumerate(texts)]
    )
    assert amount(together, ITEM) == pytest.approx(apart, rel=0.1)


@pytest.mark.parametrize(
    ("size_px", "thick_px"),
    [((320, 240), 1), ((640, 480), 2), ((1920, 1080), 4), ((3840, 2160), 9)],
)
def test_drawing_grows_with_the_picture(size_px: tuple[int, int], thick_px: int) -> None:
    width, height = size_px
    assert line_px(frame(width, height).image) == thick_px
    image = drawn(render_snapshot(frame(width, height), seen(size_px=size_px), finding()))
    assert 0.1 < (image.shape[0] - height) / height < 0.4


def test_a_picture_that_cannot_be_encoded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "imencode", lambda *_: (False, None))
    with pytest.raises(EvidenceError, match="could not be encoded"):
        render_snapshot(frame(), seen(), finding())


def test_a_thing_is_labelled_with_class_and_confidence() -> None:
    staff = person((250, 100, 390, 440), items=thing(Label.PHONE, 0.8, 300, 300, 320, 320))
    bare = drawn(render_snapshot(frame(), seen(staff), finding()))
    marked = drawn(render_snapshot(frame(), seen(staff), finding(labels={Label.PHONE})))
    assert amount(marked, ITEM) - amount(bare, ITEM) > 500
