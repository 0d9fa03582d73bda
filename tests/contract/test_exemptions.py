"""What every store must do with exemptions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.stored import T0
from vision.errors import Conflict, NotFound
from vision.exemptions import ExemptionFilter
from vision.store import SqlStore
from vision.testing.stores import MemoryStore
from vision.types import Exemption, ExemptionKind

Store = SqlStore | MemoryStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with SqlStore(str(tmp_path / "events.db")) as sqlite:
        yield {"memory": MemoryStore(), "sqlite": sqlite}[request.param]


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def exemption(number: int, window: str = "A01", start: float = 0, end: float = 60) -> Exemption:
    kind = ExemptionKind.APPROVED_ABSENCE
    span = (minute(start), minute(end))
    return Exemption(f"E{number}", window, kind, *span, "体检", "王主任", T0, "li")


def test_what_was_entered_comes_back_newest_first(store: Store) -> None:
    first, second = exemption(1), replace(exemption(2, "A02"), kind=ExemptionKind.CLOSED)
    store.add_exemption(first)
    store.add_exemption(second)
    assert store.exemptions(ExemptionFilter()) == [second, first]
    assert store.exemption("E1") == first
    with pytest.raises(NotFound, match="no exemption 'E9'"):
        store.exemption("E9")


def test_it_is_withdrawn_once_and_never_erased(store: Store) -> None:
    store.add_exemption(exemption(1))
    store.withdraw_exemption("E1", minute(20), "wu", "回岗")
    withdrawn = replace(
        exemption(1), withdrawn_at=minute(20), withdrawn_by="wu", withdrawn_reason="回岗"
    )
    assert store.exemption("E1") == withdrawn
    with pytest.raises(Conflict, match="withdrawn before"):
        store.withdraw_exemption("E1", minute(30), "li", "again")
    with pytest.raises(NotFound):
        store.withdraw_exemption("E9", minute(30), "li", "x")
    assert store.exemptions(ExemptionFilter()) == [withdrawn]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ExemptionFilter(), "321"),
        (ExemptionFilter(limit=2), "32"),
        (ExemptionFilter(after="E3"), "21"),
        (ExemptionFilter(window_ids=["A02"]), "2"),
        (ExemptionFilter(window_ids=[]), ""),
        (ExemptionFilter(start=minute(60)), "3"),
        (ExemptionFilter(start=minute(59.9)), "321"),
        (ExemptionFilter(end=minute(0)), ""),
        (ExemptionFilter(end=minute(0.1)), "21"),
        (ExemptionFilter(withdrawn=True), "1"),
        (ExemptionFilter(withdrawn=False), "32"),
    ],
)
def test_filters(store: Store, wanted: ExemptionFilter, expected: str) -> None:
    for one in (exemption(1), exemption(2, "A02"), exemption(3, "A01", 120, 180)):
        store.add_exemption(one)
    store.withdraw_exemption("E1", minute(1), "wu", "x")
    assert "".join(one.id[-1] for one in store.exemptions(wanted)) == expected
