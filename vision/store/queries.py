"""The questions that are asked of the events table, each answered by a walk along an index."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    UnaryExpression,
    and_,
    func,
    select,
    true,
    tuple_,
    union_all,
)

from vision.ports import EventFilter
from vision.store.schema import EventRow, to_us
from vision.types import EventStatus

_MOST_BRANCHES = 100
FEW = 2000
"""Events that are looked at one by one rather than searched for in the order of a list."""

Condition = ColumnElement[bool]
# Plain rows: to make an object of the mapper out of each would take half the time of a page.
_COLUMNS = tuple(EventRow.__table__.columns)


def few_above(min_score: float) -> Select[Any]:
    """Counts events of at least that score, up to :data:`FEW` and one more."""
    above = select(EventRow.id).where(EventRow.score >= min_score).limit(FEW + 1)
    return select(func.count()).select_from(above.subquery())


def page(wanted: EventFilter, longest_us: int = 0, few: bool = False) -> Select[Any]:
    """One page of events.

    Every window that is asked for is walked by itself, and so are open and closed events where
    ``start`` is given; the short results are merged. A page so costs the same however many events
    there are, where one query over several windows would sort all of theirs.

    Args:
        wanted: The filter.
        longest_us: Longest duration of a closed event, in microseconds: none that started
            earlier than that before ``start`` can have lasted until then. Only used with
            ``start``.
        few: Whether so few events have ``min_score`` that to look at those is the shortest way:
            a walk in the order of the list would pass over a million to find fifty.
    """
    branches = _branches(wanted, longest_us, few)
    order = _order(_started(few), EventRow.id, wanted.newest_first)
    if len(branches) == 1:
        return select(*_COLUMNS).where(*branches).order_by(*order).limit(wanted.limit)
    keys = union_all(
        *(
            select(
                select(EventRow.started_us, EventRow.id)
                .where(branch)
                .order_by(*order)
                .limit(wanted.limit)
                .subquery()
            )
            for branch in branches
        )
    ).subquery()
    return (
        select(*_COLUMNS)
        .join(keys, keys.c.id == EventRow.id)
        .order_by(*_order(keys.c.started_us, keys.c.id, wanted.newest_first))
        .limit(wanted.limit)
    )


def _order(started_us: Any, event_id: Any, newest_first: bool) -> list[UnaryExpression[Any]]:
    if newest_first:
        return [started_us.desc(), event_id.desc()]
    return [started_us.asc(), event_id.asc()]


def _branches(wanted: EventFilter, longest_us: int, few: bool) -> list[Condition]:
    """Conditions of which every matching event fulfils exactly one."""
    if wanted.status is EventStatus.OPEN:
        return [_open(wanted)]
    common = [*_ranges(wanted, few), *_closed(wanted, longest_us, few)]
    walked = _walked(wanted, few)
    closed = [
        and_(true(), *_equal(wanted, walked), *common, *window)
        for window in _windows(wanted, "window" in walked)
    ]
    if wanted.start is None or wanted.status is EventStatus.CLOSED:
        return closed
    return [*closed, _open(wanted)]


def _walked(wanted: EventFilter, few: bool) -> frozenset[str]:
    """The filters whose index is walked.

    SQLite keeps no statistics and would as soon walk nine tenths of all events as a few of them.
    The columns of the other filters are compared as expressions, which no index of theirs fits;
    their values stand in the walked index all the same.
    """
    if few:
        return frozenset()
    given = {
        "window": wanted.window_ids is not None,
        "rule": wanted.rule_id is not None,
        "review": wanted.review is not None,
    }
    if wanted.audit_id is not None:
        return frozenset({"audit"})
    names = [name for name, is_given in given.items() if is_given]
    return frozenset(names[:1] if names == ["window", "review"] else names[:2])


def _open(wanted: EventFilter) -> Condition:
    """Few events are open, so it is their index that is walked."""
    conditions = _equal(wanted, frozenset())
    if wanted.window_ids is not None:
        conditions.append(_plain(EventRow.window_id).in_(wanted.window_ids))
    return and_(EventRow.ended_us.is_(None), *conditions, *_ranges(wanted, few=False))


def _plain(column: Any) -> Any:
    """A text column as an expression, which no index fits."""
    return column.concat("")


def _closed(wanted: EventFilter, longest_us: int, few: bool) -> list[Condition]:
    ended_us, started_us = EventRow.ended_us + 0, _started(few)
    if wanted.start is not None:
        start_us = to_us(wanted.start)
        return [ended_us > start_us, started_us >= start_us - longest_us]
    return [] if wanted.status is None else [ended_us.is_not(None)]


def _started(few: bool) -> Any:
    return EventRow.started_us + 0 if few else EventRow.started_us


def _windows(wanted: EventFilter, is_walked: bool) -> list[list[Condition]]:
    if wanted.window_ids is None:
        return [[]]
    column: Any = EventRow.window_id if is_walked else _plain(EventRow.window_id)
    names = sorted(set(wanted.window_ids))
    if len(names) > _MOST_BRANCHES or not names or not is_walked:
        return [[column.in_(names)]]
    return [[column == name] for name in names]


def _equal(wanted: EventFilter, walked: frozenset[str]) -> list[Condition]:
    expected: tuple[tuple[str, Any, object], ...] = (
        ("rule", EventRow.rule_id, wanted.rule_id),
        ("review", EventRow.review_state, wanted.review),
        ("audit", EventRow.audit_id, wanted.audit_id),
    )
    return [
        (column if name in walked else _plain(column)) == value
        for name, column, value in expected
        if value is not None
    ]


def _ranges(wanted: EventFilter, few: bool) -> list[Condition]:
    """Bounds of the start and the score; where few events have the score, its index is walked."""
    started_us = _started(few)
    conditions: list[Condition] = []
    if wanted.end is not None:
        conditions.append(started_us < to_us(wanted.end))
    if wanted.min_score is not None:
        score: Any = EventRow.score if few else EventRow.score + 0.0
        conditions.append(score >= wanted.min_score)
    if wanted.after is not None:
        here = tuple_(started_us, EventRow.id)
        last = tuple_(to_us(wanted.after[0]), wanted.after[1])
        conditions.append(here < last if wanted.newest_first else here > last)
    return conditions
