"""Scorecards as CSV and as an XLSX workbook."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from api.scorecards.score import Scorecard

Cell = str | float | int | None
_HEAD = (
    "window_id", "name", "period", "score", "grade", "base_points", "deducted", "pending",
    "coverage", "reserved",
)  # fmt: skip
_DETAIL = ("window_id", "period", "rule_id", "events", "points", "capped", "advisory", "clauses")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(cards: Sequence[Scorecard], period: str) -> bytes:
    """One line per window; with a byte order mark, without which Excel misreads Chinese."""
    text = io.StringIO()
    csv.writer(text).writerows([_HEAD, *_rows(cards, period)])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(cards: Sequence[Scorecard], period: str) -> bytes:
    """Two sheets: the scores, and every deduction."""
    book = Workbook()
    first = book.active
    first.title = "scores"
    _fill(first, [_HEAD, *_rows(cards, period)])
    _fill(book.create_sheet("deductions"), [_DETAIL, *_deductions(cards, period)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(sheet: object, rows: Sequence[Sequence[Cell]]) -> None:
    for row in rows:
        sheet.append(list(row))  # type: ignore[attr-defined]
    for cell in sheet[1]:  # type: ignore[index]
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"  # type: ignore[attr-defined]
    for number, column in enumerate(zip(*rows, strict=True), 1):
        width = min(40, 3 + max(len(str(value)) for value in column))
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]


def _rows(cards: Sequence[Scorecard], period: str) -> list[tuple[Cell, ...]]:
    return [
        (
            _text(card.window_id),
            _text(card.name),
            period,
            card.score,
            card.grade,
            card.base_points,
            card.deducted,
            card.pending,
            None if card.coverage is None else round(card.coverage, 4),
            "yes" if card.reserved else "no",
        )
        for card in cards
    ]


def _deductions(cards: Sequence[Scorecard], period: str) -> list[tuple[Cell, ...]]:
    return [
        (
            _text(card.window_id),
            period,
            one.rule_id,
            one.events,
            one.points,
            "yes" if one.capped else "no",
            {True: "yes", False: "no", None: ""}[one.advisory],
            "; ".join(one.clauses),
        )
        for card in cards
        for one in card.deductions
    ]


def _text(value: str) -> str:
    """A name that begins like a formula must stay a text in a spreadsheet."""
    return f"'{value}" if value.startswith(_FORMULA) else value
