"""A report as a page to print, as a workbook, and as CSV."""

import csv
import io
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from api.reports.report import Cell, Report, Sheet

SUFFIXES = (".html", ".xlsx", ".csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CLAIM = PatternFill("solid", start_color="FFF4CE")
_WIDEST = 48


def written(report: Report, suffix: str, language: str) -> bytes:
    """The report in the format of a file's suffix, one of :data:`SUFFIXES`."""
    if suffix == ".html":
        return _html(report, language).encode()
    return _xlsx(report) if suffix == ".xlsx" else _csv(report)


def _html(report: Report, language: str) -> str:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html").render(report=report, language=language)


def _csv(report: Report) -> bytes:
    """Every table, with a line between; the mark at the start is what Excel knows UTF-8 by."""
    text = io.StringIO()
    writer = csv.writer(text)
    for number, sheet in enumerate(report.sheets):
        if number:
            writer.writerow([])
        writer.writerows([sheet.head, *([_text(cell) for cell in row] for row in sheet.rows)])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(report: Report) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for sheet in report.sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    about = book.create_sheet("about")
    for row in ((report.title, ""), *report.facts, *((note, "") for note in report.notes)):
        about.append([_text(cell) for cell in row])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(page: object, sheet: Sheet) -> None:
    for row in (sheet.head, *sheet.rows):
        page.append([_text(cell) for cell in row])  # type: ignore[attr-defined]
    for cell in page[1]:  # type: ignore[index]
        cell.font = Font(bold=True)
    for number in sheet.marked:
        for cell in page[number + 2]:  # type: ignore[index]
            cell.fill = _CLAIM
    page.freeze_panes = "A2"  # type: ignore[attr-defined]
    for number, column in enumerate(zip(sheet.head, *sheet.rows, strict=True), 1):
        width = min(_WIDEST, 3 + max(len(str(value)) for value in column))
        page.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]


def _text(value: Cell) -> Cell:
    """What begins like a formula must stay a text in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
