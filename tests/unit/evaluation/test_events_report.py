"""The report as JSON, as a table and as a page."""

import json
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console

from tests.unit.evaluation.event_cases import alarm, at, case, coverage, truth
from vision.evaluation.events_figures import EventReport, evaluate_events
from vision.evaluation.events_page import WIDTH_PX, report_page, timelines
from vision.evaluation.events_report import HEADINGS, cells, report_tables, report_to_json
from vision.evaluation.truth import TruthKind
from vision.wire import time_to_json

TRUTHS = [
    truth(0, 60, note="phone_lap"),
    truth(100, 200, TruthKind.DISTRACTOR, note="<handset>"),
    truth(300, 400, TruthKind.IGNORE, "*", note="dark"),
    truth(500, 1000),
]
EVENTS = [alarm(10, 0, 55), alarm(40), alarm(150), alarm(350)]


@pytest.fixture
def report() -> EventReport:
    return evaluate_events([case(TRUTHS, EVENTS, [coverage(3600)])])


def test_json_names_what_was_missed_and_what_was_false(report: EventReport) -> None:
    document = json.loads(json.dumps(report_to_json(report)))
    (judged,) = document["cases"]
    assert [one["started_at"] for one in judged["missed"]] == [time_to_json(at(500))]
    assert [
        (one["event_id"], one["duplicate"], one["mistaken_for"]) for one in judged["false_alarms"]
    ] == [("A01-phone_use-40", True, ""), ("A01-phone_use-150", False, "<handset>")]
    assert document["total"]["recall"] == document["rules"][0]["recall"] == 0.5


def test_a_line_of_the_table(report: EventReport) -> None:
    assert cells(report.rules[0]) == [
        *["phone_use", "2", "1", "0.500", "0.333", "0.400", "2", "1", "2.00", "1.000"],
        *["0.0/0.0", "0.0/0.0", "5.0/5.0", "100.0%"],
    ]
    assert len(cells(report.total)) == len(HEADINGS)


def test_no_false_alarm_shows_the_bound_and_nothing_shows_a_dash() -> None:
    quiet = evaluate_events([case([], [], [coverage(3600)])])
    assert cells(quiet.total)[2:] == [
        *["0", "–", "–", "–", "0", "0", "0 (<3)", "1.000"],
        *["–", "–", "–", "100.0%"],
    ]


def test_the_tables_fit_a_terminal_and_have_a_line_per_rule_and_one_for_all(
    report: EventReport,
) -> None:
    out = StringIO()
    Console(file=out, width=80).print(report_tables(report))
    assert out.getvalue().count("phone_use ") == 2
    assert out.getvalue().count(" all ") == 2
    assert "…" not in out.getvalue()


def test_a_timeline_has_truth_above_and_events_below(report: EventReport) -> None:
    (timeline,) = timelines(report.cases[0])
    (row,) = timeline.rows
    assert [(bar.kind, bar.x_px, bar.width_px) for bar in row.truth] == [
        ("event", 0, 60),
        ("distractor", 100, 100),
        ("ignore", 300, 100),
        ("event", 500, 500),
    ]
    assert [(bar.kind, bar.mark_px) for bar in row.events] == [
        ("found", 10),
        ("duplicate", 40),
        ("false", 150),
        ("void", 350),
    ]
    assert timeline.ticks[:2] == ((0, "0:00"), (120, "2:00"))


@pytest.mark.parametrize("length_s", [0.2, 3, 59, 600, 36_000])
def test_bars_stay_in_the_drawing_and_can_be_seen(length_s: float) -> None:
    report = evaluate_events([case([truth(0, length_s)], [])])
    (timeline,) = timelines(report.cases[0])
    (bar,) = timeline.rows[0].truth
    assert (bar.x_px, bar.width_px) == (0, WIDTH_PX)
    assert 1 <= len(timeline.ticks) <= 13


def test_a_recording_without_anything_has_no_timeline() -> None:
    assert list(timelines(evaluate_events([case([], [])]).cases[0])) == []


class Outside(HTMLParser):
    """Collects what a page would load, and checks that its tags are closed."""

    VOID = ("meta", "br", "rect", "line")

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str | None] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value for name, value in attrs if name in ("src", "href")]
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open.pop() != tag:
            pass


def test_the_page_stands_alone_and_escapes_what_it_shows(report: EventReport) -> None:
    page = report_page(report)
    parser = Outside()
    parser.feed(page)
    assert parser.loaded == []
    assert parser.open == []
    assert "&lt;handset&gt;" in page
    assert "<handset>" not in page
    assert "召回率" in page
    assert "recall" in page
