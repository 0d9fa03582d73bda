"""What every store must do with spot checks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stored import T0
from vision.errors import NotFound
from vision.spotchecks import CheckFilter, Finding, SpotCheck
from vision.store import SqlStore
from vision.testing.stores import MemoryStore

Store = SqlStore | MemoryStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with SqlStore(str(tmp_path / "events.db")) as sqlite:
        yield {"memory": MemoryStore(), "sqlite": sqlite}[request.param]


def check(number: int, window: str = "A01", rule: str = "vest") -> SpotCheck:
    start = T0 + timedelta(minutes=number)
    end = start + timedelta(minutes=2)
    return SpotCheck(f"C{number:03}", window, "cam-1", rule, start, end, T0, "li", 7)


def ids(found: list[SpotCheck]) -> list[str]:
    return [one.id for one in found]


def test_what_was_drawn_comes_back(store: Store) -> None:
    drawn = [check(2), check(1)]
    store.save_spot_checks(drawn)
    assert store.spot_checks(CheckFilter()) == [check(1), check(2)]
    assert store.spot_check("C002") == check(2)
    with pytest.raises(NotFound, match="no spot check 'C009'"):
        store.spot_check("C009")


def test_the_same_interval_is_kept_once(store: Store) -> None:
    store.save_spot_checks([check(1)])
    other = replace(check(1, rule="shorts"), id="C2")
    assert store.save_spot_checks([replace(check(1), id="C900"), other]) == [check(1), other]
    assert ids(store.spot_checks(CheckFilter())) == ["C001", "C2"]


def test_a_later_answer_replaces_an_earlier_one(store: Store) -> None:
    store.save_spot_checks([check(1)])
    store.answer_spot_check("C001", Finding.SILENT, "li", "", T0)
    store.answer_spot_check("C001", Finding.MISSED, "wu", "电话", T0 + timedelta(days=1))
    assert store.spot_check("C001") == replace(
        check(1), finding=Finding.MISSED, reviewer="wu", note="电话",
        answered_at=T0 + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(NotFound):
        store.answer_spot_check("C009", Finding.SILENT, "li", "", T0)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CheckFilter(), "123"),
        (CheckFilter(limit=2), "12"),
        (CheckFilter(after="C001"), "23"),
        (CheckFilter(window_ids=["A02"]), "2"),
        (CheckFilter(window_ids=[]), ""),
        (CheckFilter(rule_id="shorts"), "3"),
        (CheckFilter(answered=True), "3"),
        (CheckFilter(answered=False), "12"),
        (CheckFilter(start=T0 + timedelta(minutes=2)), "23"),
        (CheckFilter(end=T0 + timedelta(minutes=2)), "1"),
    ],
)
def test_filters(store: Store, wanted: CheckFilter, expected: str) -> None:
    store.save_spot_checks([check(1), check(2, "A02"), check(3, rule="shorts")])
    store.answer_spot_check("C003", Finding.UNCLEAR, "li", "", T0)
    assert "".join(one.id[-1] for one in store.spot_checks(wanted)) == expected
