"""Reports from the command line: every figure with its coverage, claims marked as claims."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from tests.api.support import SITE, T0, make_event
from vision.cli.main import app
from vision.ports import Batch
from vision.store import SqlStore
from vision.types import Coverage, Evidence, Review

REASONS = {"dark": 300.0, "hands_hidden": 400.0}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    gone = Evidence("clip", T0, "c" * 64, "video/mp4", T0, "age")
    kept = Evidence("snapshot", T0, "a" * 64, "image/jpeg")
    hour = T0.replace(minute=0)
    with SqlStore(str(tmp_path / "e.db")) as store:
        events = [
            make_event(1, evidence=(kept, gone)),
            make_event(2, reason="=cmd()"),
            make_event(3, window_id="A02", rule_id="smoking"),
        ]
        coverage = [Coverage("A01", "phone_use", hour, 3600, 2700, 700, 200, REASONS)]
        store.commit(Batch(events, coverage))
        store.add_review("01J00001", Review("confirmed", "seen", "li", T0))
    return tmp_path


def report(place: Path, kind: str, out: str, *more: str, code: int = 0) -> bytes:
    words = ["report", kind, "--site", str(place / "site.yaml"), "--db", str(place / "e.db")]
    words += ["--period", "2026-11", "--out", str(place / out), *more]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == code, result.output
    return (place / out).read_bytes() if code == 0 else str(result.exception).encode()


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_events_name_clauses_coverage_and_what_is_a_claim(place: Path) -> None:
    head, first, second, third = table(report(place, "events", "r.csv", "--lang", "en"))
    rows = [dict(zip(head, row, strict=True)) for row in (first, second, third)]
    assert [row["review"].startswith("claim: ") for row in rows] == [False, True, True]
    assert [row["coverage"] for row in rows] == ["75 %", "75 %", "–"]
    assert rows[0]["clauses"] == "SZ 一.(一)"
    assert rows[0]["start"] == "2026-11-02 17:01:00"
    assert rows[0]["evidence (kept/all)"] == "1/2"


def test_coverage_says_why_it_is_not_more(place: Path) -> None:
    head, row = table(report(place, "coverage", "r.csv", "--lang", "en"))
    found = dict(zip(head, row, strict=True))
    assert (found["scheduled, h"], found["coverage"]) == ("1.0", "75 %")
    assert (found["confirmed"], found["claims"]) == ("1", "1")
    assert "hand" in found["mostly unknown because"]


def test_scorecards_count_confirmed_events_only(place: Path) -> None:
    report(place, "scorecard", "r.xlsx", "--lang", "en")
    book = load_workbook(place / "r.xlsx")
    assert book.sheetnames == ["scores", "deductions", "about"]
    scores = [[cell.value for cell in row] for row in book["scores"].iter_rows(min_row=2)]
    assert [(row[0], row[7]) for row in scores] == [("A01", 1), ("A02", 1)]
    detail = [[cell.value for cell in row] for row in book["deductions"].iter_rows(min_row=2)]
    assert [(row[0], row[2], row[5]) for row in detail] == [("A01", 1, "75 %")]


def test_claims_are_coloured_and_the_head_of_the_chain_is_on_the_page(place: Path) -> None:
    page = report(place, "events", "r.html").decode()
    assert page.count('<tr class="claim">') == 2
    assert '<html lang="zh-CN">' in page
    assert "待核实" in page
    assert "哈希链末端" in page
    book = report(place, "events", "r.xlsx")
    sheet = load_workbook(io.BytesIO(book))["events"]
    assert [row[0].fill.fill_type for row in sheet.iter_rows(min_row=2)] == [None, "solid", "solid"]


@pytest.mark.parametrize(
    ("out", "more", "problem"),
    [
        ("r.pdf", (), "expected a name that ends in .html, .xlsx, .csv"),
        ("r.csv", ("--period", "2026-13"), "expected a year, month or day such as 2026-11"),
        ("no/r.csv", (), "cannot be written: No such file or directory"),
        ("r.csv", ("--db", "/none/e.db"), "there is no such file"),
    ],
)
def test_mistakes_are_named(place: Path, out: str, more: tuple[str, ...], problem: str) -> None:
    assert problem in report(place, "events", out, *more, code=1).decode()
