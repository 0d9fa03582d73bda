"""The page stands alone, shows what it should, and shows it in the right place."""

import base64
import json
import re
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from tests.unit.evaluation.detector_cases import ELSEWHERE, THING, judged
from tests.unit.training.pictures import box, noise, picture
from vision.evaluation.detector import judge
from vision.evaluation.detector_charts import PLOT_PX, charts
from vision.evaluation.detector_compare import Difference, compare
from vision.evaluation.detector_mistakes import (
    SAID_BGR,
    SIDE_PX,
    missed_things,
    thumbnail,
    wrong_boxes,
)
from vision.evaluation.detector_page import detector_page, spans
from vision.evaluation.detector_report import Evaluation, evaluation_to_json
from vision.evaluation.detector_threshold import NEVER, given
from vision.testing.models import ScriptedDetector
from vision.types import Detections, Label

HALF = dict.fromkeys(Label, 0.5)
VOID = {"meta", "img", "br", "line", "rect", "circle", "polyline"}


def evaluation(pictures, thresholds=HALF, **more):
    return Evaluation(raw=pictures, judged=pictures, thresholds=given(pictures, thresholds), **more)


def hall():
    return [
        judged("a", (0.9, THING), truths=[THING]),
        judged("b", (0.75, ELSEWHERE), truths=[THING]),
        judged("c", (0.6, ELSEWHERE)),
        judged("d", (0.2, THING), truths=[THING]),
    ]


@pytest.fixture
def shown(tmp_path):
    """One real picture with a phone in its middle, which the detector sees in a corner."""
    said = Detections.of([(Label.PHONE, 0.9, (0, 0, 20, 20))])
    image = noise(1, (96, 128))
    seen = picture(tmp_path, boxes=[box(Label.PHONE)], image=image, name="<b>")
    return judge(ScriptedDetector([said]), [seen], input_px=128)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open += [] if tag in VOID else [tag]
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        self.wrong += [] if tag in VOID or self.open.pop() == tag else [tag]


def test_the_page_is_whole_and_needs_nothing_from_outside(shown):
    page = detector_page(evaluation(shown), "hall.xml", 3)
    tags = Tags()
    tags.feed(page)
    assert (tags.open, tags.wrong) == ([], [])
    assert len(tags.links) == 2
    assert all(link.startswith("data:image/jpeg;base64,") for link in tags.links)
    assert "http" not in page
    assert "source/&lt;b&gt;" in page


def test_the_page_says_that_it_is_not_to_be_published_while_it_holds_pictures(shown):
    with_pictures, without = (detector_page(evaluation(shown), "hall.xml", n) for n in (1, 0))
    assert "not to be published" in with_pictures
    assert "不得发布" in with_pictures
    assert "data:image" not in without
    assert "not to be published" not in without


def test_what_is_undefined_is_a_dash_and_a_class_that_never_accuses_says_so(shown):
    page = detector_page(evaluation(shown, dict.fromkeys(Label, NEVER)), "hall.xml", 0)
    row = re.search(r"<td>背心 vest</td>.*", page).group()
    assert "never" in row
    assert "–" in row


def test_the_worst_mistakes_come_first():
    pictures = hall()
    assert [one.judged.picture.key for one in wrong_boxes(pictures, Label.PHONE, 9)] == [
        "hall/b", "hall/c",
    ]  # fmt: skip
    assert [one.rank for one in wrong_boxes(pictures, Label.PHONE, 1)] == pytest.approx([0.75])
    small = judged("e", truths=[(0, 0, 9, 9)])
    missed = missed_things([small, *pictures], Label.PHONE, 0.5, 9)
    assert [(one.judged.picture.key, one.rank) for one in missed] == [
        ("hall/b", 40), ("hall/d", 40), ("hall/e", 9),
    ]  # fmt: skip
    assert wrong_boxes(pictures, Label.VEST, 9) == []


def decoded(address):
    data = base64.b64decode(address.partition(",")[2])
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def test_a_thumbnail_is_small_and_marks_what_was_said(shown):
    [mistake] = wrong_boxes(shown, Label.PHONE, 1)
    image = decoded(thumbnail(mistake, Label.PHONE, said=True))
    assert image.shape == (SIDE_PX, SIDE_PX, 3)
    scale = SIDE_PX / 40  # the box of 20 px with its surroundings
    edge = image[round(10 * scale), round(20 * scale)].astype(int)
    assert np.abs(edge - SAID_BGR).max() < 90
    assert edge[2] > edge[0] + 60


def test_a_thing_larger_than_the_picture_is_shown_whole(shown):
    [missed] = missed_things(shown, Label.PHONE, 0.5, 1)
    image = decoded(thumbnail(missed, Label.PHONE, said=False))
    grey = np.abs(image.astype(int) - 114).max(axis=2) < 12
    assert grey[:10].all()  # 128 x 96 in a square: margins above and below only
    assert not grey[:, :10].all()


def test_the_curve_is_marked_at_the_threshold():
    drawn = charts(evaluation(hall()), Label.PHONE)
    mark = drawn.mark
    assert (mark.x_px, mark.y_px) == (pytest.approx(PLOT_PX / 3, abs=0.1), 133.3)
    points = [tuple(map(float, pair.split(","))) for pair in drawn.curve.split()]
    assert points[0] == (pytest.approx(PLOT_PX / 3, abs=0.1), 0)
    assert charts(evaluation(hall(), dict.fromkeys(Label, NEVER)), Label.PHONE).mark is None
    assert charts(evaluation(hall()), Label.VEST).curve == ""


def test_a_long_curve_is_thinned():
    many = [judged(str(n), (n / 1000, THING), truths=[THING]) for n in range(900)]
    assert len(charts(evaluation(many), Label.PHONE).curve.split()) <= 152


def test_bars_and_dots_stand_for_their_shares():
    drawn = charts(evaluation(hall()), Label.PHONE)
    assert [(bar.label, bar.value, bar.count) for bar in drawn.bars] == [
        ("<8", "–", 0), ("8-16", "–", 0), ("16-32", "–", 0), (">32", "0.33", 3),
    ]  # fmt: skip
    assert drawn.bars[-1].height_px == pytest.approx(PLOT_PX / 3, abs=0.1)
    assert [(dot.x_px, dot.y_px) for dot in drawn.before] == [
        (40, 0), (120, 200), (150, 200), (180, 0),
    ]  # fmt: skip


def test_differences_stand_on_one_axis_around_nothing():
    one = Difference(10, 10, 0.5, 0.4, -0.1, 0.2, 0.9)
    [span] = spans(evaluation(hall(), differences={Label.PHONE: one}))
    assert (span.low_px, span.at_px, span.high_px) == (PLOT_PX / 2, PLOT_PX * 1.5, PLOT_PX * 2)
    assert "+0.100" in span.words


def test_json_has_what_the_page_shows_and_can_be_written():
    pictures = hall()
    found = evaluation(pictures, differences=compare(pictures, pictures, draws=5))
    figures = json.loads(json.dumps(evaluation_to_json(found)))
    phone = figures["classes"]["phone"]
    assert phone["rests_on"]["boxes"] == 3
    assert (phone["rests_on"]["beside"], phone["rests_on"]["in_vain"]) == (1, 1)
    assert phone["calibration"]["ece_before"] == phone["calibration"]["ece_after"]
    assert phone["needs_px"] == {"recall": 0.5, "px": None}
    assert figures["against"]["phone"]["difference"] == 0
    assert figures["classes"]["vest"]["ap50_95"] is None


def test_smaller_views_join_the_sizes_but_not_the_accuracy():
    far = [judged("far", (0.9, (0, 0, 10, 10)), truths=[(0, 0, 10, 10)])]
    found = evaluation(hall(), smaller=[far])
    figures = evaluation_to_json(found)
    assert figures["classes"]["phone"]["truths"] == 3
    assert [bar.count for bar in charts(found, Label.PHONE).bars] == [0, 1, 0, 3]
