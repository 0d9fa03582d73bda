"""The questions that are asked of the events table, each answered by a walk along an index."""

from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, select, true, tuple_, union_all

from vision.ports import EventFilter
from vision.store.schema import EventRow, to_us
from vision.types import EventStatus

_MOST_BRANCHES = 100
Condition = ColumnElement[bool]


def page(wanted: EventFilter, longest_us: int) -> Select[EventRow]:
    """One page of events.

    Every window that is asked for is walked by itself, and so are open and closed events where
    ``start`` is given; the short results are merged. A page so costs the same however many events
    there are, where one query over several windows would sort all of theirs.

    Args:
        wanted: The filter.
        longest_us: Longest duration of a closed event, in microseconds: none that started
            earlier than that before ``start`` can have lasted until then.
    """
    common = _common(wanted)
    branches = [
        and_(true(), *common, *window, *span)
        for window, span in product(_windows(wanted), _spans(wanted, longest_us))
    ]
    order = _order(EventRow.started_us, EventRow.id, wanted.newest_first)
    if len(branches) == 1:
        return select(EventRow).where(*branches).order_by(*order).limit(wanted.limit)
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
        select(EventRow)
        .join(keys, keys.c.id == EventRow.id)
        .order_by(*_order(keys.c.started_us, keys.c.id, wanted.newest_first))
        .limit(wanted.limit)
    )


def _order(started_us: Any, event_id: Any, newest_first: bool) -> list[UnaryExpression[Any]]:
    if newest_first:
        return [started_us.desc(), event_id.desc()]
    return [started_us.asc(), event_id.asc()]


def _windows(wanted: EventFilter) -> list[list[Condition]]:
    if wanted.window_ids is None:
        return [[]]
    names = sorted(set(wanted.window_ids))
    if len(names) > _MOST_BRANCHES or not names:
        return [[EventRow.window_id.in_(names)]]
    return [[EventRow.window_id == name] for name in names]


def _spans(wanted: EventFilter, longest_us: int) -> list[list[Condition]]:
    closed: list[Condition] = [EventRow.ended_us.is_not(None)]
    still_open: list[Condition] = [EventRow.ended_us.is_(None)]
    if wanted.start is not None:
        start_us = to_us(wanted.start)
        closed = [EventRow.ended_us > start_us, EventRow.started_us >= start_us - longest_us]
    if wanted.status is EventStatus.OPEN:
        return [still_open]
    if wanted.status is EventStatus.CLOSED:
        return [closed]
    return [[]] if wanted.start is None else [closed, still_open]


def _common(wanted: EventFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.rule_id is not None:
        conditions.append(EventRow.rule_id == wanted.rule_id)
    if wanted.review is not None:
        conditions.append(EventRow.review_state == wanted.review)
    if wanted.audit_id is not None:
        conditions.append(EventRow.audit_id == wanted.audit_id)
    if wanted.end is not None:
        conditions.append(EventRow.started_us < to_us(wanted.end))
    if wanted.min_score is not None:
        conditions.append(EventRow.score >= wanted.min_score)
    if wanted.after is not None:
        here = tuple_(EventRow.started_us, EventRow.id)
        last = tuple_(to_us(wanted.after[0]), wanted.after[1])
        conditions.append(here < last if wanted.newest_first else here > last)
    return conditions
