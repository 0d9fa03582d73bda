"""The questions that are asked of the events table, each answered by a walk along an index."""

from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, select, true, tuple_, union_all

from vision.ports import EventFilter
from vision.store.schema import EventRow, to_us
from vision.types import EventStatus

_MOST_BRANCHES = 100
Condition = ColumnElement[bool]
# Plain rows: to make an object of the mapper out of each would take half the time of a page.
_COLUMNS = tuple(EventRow.__table__.columns)


def page(wanted: EventFilter, longest_us: int = 0) -> Select[Any]:
    """One page of events.

    Every window that is asked for is walked by itself, and so are open and closed events where
    ``start`` is given; the short results are merged. A page so costs the same however many events
    there are, where one query over several windows would sort all of theirs.

    Args:
        wanted: The filter.
        longest_us: Longest duration of a closed event, in microseconds: none that started
            earlier than that before ``start`` can have lasted until then. Only used with
            ``start``.
    """
    branches = _branches(wanted, longest_us)
    order = _order(EventRow.started_us, EventRow.id, wanted.newest_first)
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


def _branches(wanted: EventFilter, longest_us: int) -> list[Condition]:
    """Conditions of which every matching event fulfils exactly one."""
    if wanted.status is EventStatus.OPEN:
        return [_open(wanted)]
    span = _closed(wanted, longest_us)
    common = [*_exact(wanted), *_ranges(wanted), *span]
    closed = [and_(true(), *common, *window) for window in _windows(wanted)]
    if wanted.start is None or wanted.status is EventStatus.CLOSED:
        return closed
    return [*closed, _open(wanted)]


def _open(wanted: EventFilter) -> Condition:
    # Few events are open, so their index must be the one that is walked: compared as expressions,
    # the other columns do not tempt SQLite, which keeps no statistics, to walk theirs.
    exact = _exact(wanted, unindexed=True)
    if wanted.window_ids is not None:
        exact.append(EventRow.window_id.concat("").in_(wanted.window_ids))
    return and_(EventRow.ended_us.is_(None), *exact, *_ranges(wanted))


def _closed(wanted: EventFilter, longest_us: int) -> list[Condition]:
    if wanted.start is not None:
        start_us = to_us(wanted.start)
        return [EventRow.ended_us > start_us, EventRow.started_us >= start_us - longest_us]
    return [] if wanted.status is None else [EventRow.ended_us.is_not(None)]


def _windows(wanted: EventFilter) -> list[list[Condition]]:
    if wanted.window_ids is None:
        return [[]]
    names = sorted(set(wanted.window_ids))
    if len(names) > _MOST_BRANCHES or not names:
        return [[EventRow.window_id.in_(names)]]
    return [[EventRow.window_id == name] for name in names]


def _exact(wanted: EventFilter, unindexed: bool = False) -> list[Condition]:
    expected = (
        (EventRow.rule_id, wanted.rule_id),
        (EventRow.review_state, wanted.review),
        (EventRow.audit_id, wanted.audit_id),
    )
    return [
        (column.concat("") if unindexed else column) == value
        for column, value in expected
        if value is not None
    ]


def _ranges(wanted: EventFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.end is not None:
        conditions.append(EventRow.started_us < to_us(wanted.end))
    if wanted.min_score is not None:
        conditions.append(EventRow.score >= wanted.min_score)
    if wanted.after is not None:
        here = tuple_(EventRow.started_us, EventRow.id)
        last = tuple_(to_us(wanted.after[0]), wanted.after[1])
        conditions.append(here < last if wanted.newest_first else here > last)
    return conditions
