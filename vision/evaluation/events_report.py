"""The figures of events as JSON, as a table in the terminal, and as a page with timelines."""

from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE
from rich.console import Group
from rich.table import Table

from vision.evaluation.events_figures import EventReport, Figures, JudgedCase, Spread
from vision.evaluation.truth import Truth
from vision.wire import time_to_json

NONE = "–"
HEADINGS = (
    ("rule_id", "规则", "rule"),
    ("due", "应报", "due"),
    ("found", "命中", "found"),
    ("recall", "召回率", "recall"),
    ("precision", "精确率", "precision"),
    ("f1", "F1", "F1"),
    ("false_alarms", "误报", "false alarms"),
    ("duplicates", "其中重复", "repeated"),
    ("per_hour", "误报/机时", "per hour"),
    ("camera_hours", "机时", "camera hours"),
    ("latency", "时延 中位/p95 (s)", "latency p50/p95 s"),
    ("onset_error", "起点误差 中位/p95 (s)", "onset error p50/p95 s"),
    ("offset_error", "终点误差 中位/p95 (s)", "offset error p50/p95 s"),
    ("coverage", "覆盖率", "coverage"),
)
"""Key, Chinese and English heading of every column."""

COUNTED = 8
"""The columns before this one are counts and shares, the others rates and seconds."""


def report_to_json(report: EventReport) -> dict[str, Any]:
    """The report as a JSON object; undefined figures are null."""
    return {
        "total": asdict(report.total),
        "rules": [asdict(figures) for figures in report.rules],
        "cases": [_case_to_json(judged) for judged in report.cases],
    }


def _case_to_json(judged: JudgedCase) -> dict[str, Any]:
    return {
        "name": judged.case.name,
        "missed": [_truth_to_json(one) for each in judged.outcomes for one in each.missed],
        "false_alarms": [
            {
                "event_id": alarm.event.id,
                "window_id": alarm.event.window_id,
                "rule_id": alarm.event.rule_id,
                "confirmed_at": time_to_json(alarm.event.confirmed_at),
                "duplicate": alarm.duplicate,
                "mistaken_for": alarm.mistaken_for,
            }
            for each in judged.outcomes
            for alarm in each.false_alarms
        ],
    }


def _truth_to_json(truth: Truth) -> dict[str, str]:
    return {
        "window_id": truth.window_id,
        "rule_id": truth.rule_id,
        "started_at": time_to_json(truth.span.start),
        "ended_at": time_to_json(truth.span.end),
        "note": truth.note,
    }


def report_tables(report: EventReport) -> Group:
    """Two tables with one line per rule and one for all: they fit a terminal of 80 columns."""
    return Group(_table(report, 1, COUNTED), _table(report, COUNTED, len(HEADINGS)))


def _table(report: EventReport, start: int, stop: int) -> Table:
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column(HEADINGS[0][2], no_wrap=True)
    for _, _, english in HEADINGS[start:stop]:
        table.add_column(english, justify="right")
    for figures in report.rules:
        table.add_row(figures.rule_id, *cells(figures)[start:stop])
    table.add_section()
    table.add_row(report.total.rule_id, *cells(report.total)[start:stop])
    return table


def cells(figures: Figures) -> list[str]:
    """What stands under :data:`HEADINGS`."""
    return [
        figures.rule_id,
        str(figures.due),
        str(figures.found),
        _decimal(figures.recall),
        _decimal(figures.precision),
        _decimal(figures.f1),
        str(figures.false_alarms),
        str(figures.duplicates),
        _rate(figures),
        _decimal(figures.camera_hours),
        _seconds(figures.latency),
        _seconds(figures.onset_error),
        _seconds(figures.offset_error),
        NONE if figures.coverage is None else f"{figures.coverage:.1%}",
    ]


def _decimal(value: float | None, digits: int = 3) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _rate(figures: Figures) -> str:
    """The rate, or 0 with the 95 % upper bound in brackets."""
    if figures.upper_bound_per_hour is not None:
        return f"0 (<{_short(figures.upper_bound_per_hour)})"
    return _decimal(figures.false_alarms_per_hour, 2)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def _seconds(spread: Spread) -> str:
    if spread.median_s is None or spread.p95_s is None:
        return NONE
    return f"{spread.median_s:.1f}/{spread.p95_s:.1f}"
