"""A page that stands alone: the figures, and per window a timeline, truth above, events below."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from vision.evaluation.events import Outcome
from vision.evaluation.events_figures import EventReport, JudgedCase
from vision.evaluation.events_report import HEADINGS, cells
from vision.evaluation.truth import Truth
from vision.intervals import Interval
from vision.types import Event

WIDTH_PX = 1000.0
"""Width of a timeline."""

STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 86400)
MAX_TICKS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One span on a timeline.

    Attributes:
        kind: ``event``, ``distractor``, ``ignore`` (truth); ``found``, ``false``, ``duplicate``,
            ``void`` (events). Also the style of the bar.
        x_px: Left edge, in pixels of the drawing at its natural size.
        mark_px: Where the alarm came; None for truth.
    """

    kind: str
    x_px: float
    width_px: float
    title: str
    mark_px: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One rule at one window: truth above, events below."""

    rule_id: str
    truth: tuple[Bar, ...]
    events: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One window of one recording. ``ticks`` are places and labels in seconds or minutes."""

    window_id: str
    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]


def report_page(report: EventReport) -> str:
    """The report as one HTML file without any outside part."""
    environment = Environment(
        loader=PackageLoader("vision.evaluation"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("events.html.j2").render(
        headings=HEADINGS,
        rows=[cells(figures) for figures in report.rules],
        total=cells(report.total),
        cases=[(judged.case.name, list(timelines(judged))) for judged in report.cases],
        width_px=WIDTH_PX,
    )


def timelines(judged: JudgedCase) -> Iterator[Timeline]:
    """The timelines of a recording, window by window."""
    spans = [truth.span for truth in judged.case.truths]
    spans += [_span(event) for event in judged.case.events]
    if not spans:
        return
    whole = Interval(min(span.start for span in spans), max(span.end for span in spans))
    for window_id in sorted({outcome.window_id for outcome in judged.outcomes}):
        rows = tuple(
            _row(judged, outcome, whole)
            for outcome in judged.outcomes
            if outcome.window_id == window_id
        )
        yield Timeline(window_id, rows, tuple(_ticks(whole)))


def _row(judged: JudgedCase, outcome: Outcome, whole: Interval) -> Row:
    truths = [
        truth for truth in judged.case.truths if truth.concerns(outcome.window_id, outcome.rule_id)
    ]
    kinds = {id(match.event): "found" for match in outcome.matches}
    kinds |= {id(event): "void" for event in outcome.ignored}
    kinds |= {
        id(alarm.event): "duplicate" if alarm.duplicate else "false"
        for alarm in outcome.false_alarms
    }
    events = [event for event in judged.case.events if id(event) in kinds]
    return Row(
        outcome.rule_id,
        tuple(_truth_bar(truth, whole) for truth in truths),
        tuple(_event_bar(kinds[id(event)], event, whole) for event in events),
    )


def _span(event: Event) -> Interval:
    last = max(event.confirmed_at, event.ended_at or event.confirmed_at)
    return Interval(min(event.started_at, last), last)


def _at(at: datetime, whole: Interval) -> float:
    return round(WIDTH_PX * (at - whole.start).total_seconds() / (whole.duration_s or 1.0), 2)


def _bar(kind: str, span: Interval, whole: Interval, title: str, mark: float | None = None) -> Bar:
    x = _at(span.start, whole)
    return Bar(kind, x, max(1.0, round(_at(span.end, whole) - x, 2)), title, mark)


def _truth_bar(truth: Truth, whole: Interval) -> Bar:
    words = f"{truth.kind.value} {truth.note}".strip()
    return _bar(truth.kind.value, truth.span, whole, f"{words}, {truth.span.duration_s:.1f} s")


def _event_bar(kind: str, event: Event, whole: Interval) -> Bar:
    length = "open" if event.duration_s is None else f"{event.duration_s:.1f} s"
    title = f"{kind}: {event.reason}, {length}, score {event.score:.2f}"
    return _bar(kind, _span(event), whole, title, _at(event.confirmed_at, whole))


def _ticks(whole: Interval) -> Iterator[tuple[float, str]]:
    fitting = (step_s for step_s in STEPS_S if whole.duration_s / step_s <= MAX_TICKS)
    step_s = next(fitting, STEPS_S[-1])
    for number in range(int(whole.duration_s // step_s) + 1):
        offset_s = number * step_s
        x = WIDTH_PX * offset_s / (whole.duration_s or 1.0)
        yield round(x, 2), f"{offset_s // 60}:{offset_s % 60:02d}"
