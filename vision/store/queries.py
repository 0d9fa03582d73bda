"""The questions that are asked of the events table, each answered by a walk along an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    UnaryExpression,
    and_,
    bindparam,
    false,
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

_ALWAYS_US = 2**62
"""Later than any event, in microseconds since 1970; its negative is earlier."""

Condition = ColumnElement[bool]
# Plain rows: to make an object of the mapper out of each would take half the time of a page.
COLUMNS = tuple(EventRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class Form:
    """What a filter asks about, without the values: filters of one form share a statement.

    End, least score and cursor are in every statement, with bounds that all events keep where they
    were not asked for: a statement takes as long to write as a page to read, so forms shall be few.

    Attributes:
        windows: How many windows are named; None without that filter.
        few: Whether so few events have the score asked for that to look at those is the
            shortest way: a walk in the order of the list would pass over a million to find fifty.
    """

    windows: int | None
    status: EventStatus | None
    rule: bool
    review: bool
    audit: bool
    start: bool
    newest_first: bool
    few: bool

    @classmethod
    def of(cls, wanted: EventFilter, few: bool) -> Self:
        """The form of that filter."""
        return cls(
            windows=None if wanted.window_ids is None else len(set(wanted.window_ids)),
            status=wanted.status,
            rule=wanted.rule_id is not None,
            review=wanted.review is not None,
            audit=wanted.audit_id is not None,
            start=wanted.start is not None,
            newest_first=wanted.newest_first,
            few=few,
        )


def values(wanted: EventFilter, longest_us: int) -> Mapping[str, object]:
    """The values of the statement that :func:`page` makes for the filter's form.

    Args:
        wanted: The filter.
        longest_us: Longest duration of a closed event, in microseconds: none that started
            earlier than that before ``start`` can have lasted until then. Only used with
            ``start``.
    """
    start_us = _us(wanted.start)
    earliest_us = -_ALWAYS_US if start_us is None else start_us - longest_us
    end_us = _ALWAYS_US if wanted.end is None else to_us(wanted.end)
    behind = None if wanted.after is None else (to_us(wanted.after[0]), wanted.after[1])
    if wanted.newest_first:
        last = closed_last = min(behind or (end_us, ""), (end_us, ""))
    else:
        last = behind or (-_ALWAYS_US, "")
        closed_last = max(last, (earliest_us, ""))
    names = sorted(set(wanted.window_ids or ()))
    return {
        "rule": wanted.rule_id,
        "review": wanted.review,
        "audit": wanted.audit_id,
        "start_us": start_us,
        "earliest_us": earliest_us,
        "end_us": end_us,
        "min_score": 0.0 if wanted.min_score is None else wanted.min_score,
        "last_us": last[0],
        "last_id": last[1],
        "closed_last_us": closed_last[0],
        "closed_last_id": closed_last[1],
        "limit": wanted.limit,
        **{_window(number): name for number, name in enumerate(names)},
    }


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def _window(number: int) -> str:
    return f"window_{number}"


def _value(name: str) -> BindParameter[Any]:
    return bindparam(name, required=True)


def few_above() -> Select[Any]:
    """Counts events of at least ``min_score``, up to :data:`FEW` and one more."""
    above = select(EventRow.id).where(EventRow.score >= _value("min_score")).limit(FEW + 1)
    return select(func.count()).select_from(above.subquery())


def longest() -> Select[Any]:
    """The longest duration of an event, in microseconds."""
    return select(func.max(EventRow.duration_us))


def page(form: Form) -> Select[Any]:
    """One page of events; :func:`values` has what it compares with.

    Every window that is asked for is walked by itself, and so are open and closed events where
    ``start`` is given; the short results are merged. A page so costs the same however many events
    there are, where one query over several windows would sort all of theirs.
    """
    branches = _branches(form)
    order = _order(_started(form), EventRow.id, form.newest_first)
    limit = _value("limit")
    if len(branches) == 1:
        return select(*COLUMNS).where(*branches).order_by(*order).limit(limit)
    keys = union_all(
        *(
            select(
                select(EventRow.started_us, EventRow.id)
                .where(branch)
                .order_by(*order)
                .limit(limit)
                .subquery()
            )
            for branch in branches
        )
    ).subquery()
    return (
        select(*COLUMNS)
        .join(keys, keys.c.id == EventRow.id)
        .order_by(*_order(keys.c.started_us, keys.c.id, form.newest_first))
        .limit(limit)
    )


def _order(started_us: Any, event_id: Any, newest_first: bool) -> list[UnaryExpression[Any]]:
    if newest_first:
        return [started_us.desc(), event_id.desc()]
    return [started_us.asc(), event_id.asc()]


def _branches(form: Form) -> list[Condition]:
    """Conditions of which every matching event fulfils exactly one."""
    if form.status is EventStatus.OPEN:
        return [_open(form)]
    common = [*_ranges(form, form.few, "closed_last"), *_closed(form)]
    walked = _walked(form)
    closed = [
        and_(true(), *_equal(form, walked), *common, *window)
        for window in _windows(form, "window" in walked)
    ]
    if not form.start or form.status is EventStatus.CLOSED:
        return closed
    return [*closed, _open(form)]


def _walked(form: Form) -> frozenset[str]:
    """The filters whose index is walked.

    SQLite keeps no statistics and would as soon walk nine tenths of all events as a few of them.
    The columns of the other filters are compared as expressions, which no index of theirs fits;
    their values stand in the walked index all the same.
    """
    if form.few:
        return frozenset()
    if form.audit:
        return frozenset({"audit"})
    given = {"window": form.windows is not None, "rule": form.rule, "review": form.review}
    names = [name for name, is_given in given.items() if is_given]
    return frozenset(names[:1] if names == ["window", "review"] else names[:2])


def _open(form: Form) -> Condition:
    """Few events are open, so it is their index that is walked."""
    conditions = _equal(form, frozenset())
    if form.windows is not None:
        conditions.append(_one_of(_plain(EventRow.window_id), _names(form.windows)))
    return and_(EventRow.ended_us.is_(None), *conditions, *_ranges(form, few=False, last="last"))


def _names(windows: int) -> list[BindParameter[Any]]:
    return [_value(_window(number)) for number in range(windows)]


def _one_of(column: Any, names: list[BindParameter[Any]]) -> Condition:
    return column.in_(names) if names else false()


def _plain(column: Any) -> Any:
    """A text column as an expression, which no index fits."""
    return column.concat("")


def _closed(form: Form) -> list[Condition]:
    ended_us = EventRow.ended_us + 0
    if form.start:
        since = [_started(form) >= _value("earliest_us")] if form.newest_first else []
        return [ended_us > _value("start_us"), *since]
    return [] if form.status is None else [ended_us.is_not(None)]


def _started(form: Form) -> Any:
    return EventRow.started_us + 0 if form.few else EventRow.started_us


def _windows(form: Form, is_walked: bool) -> list[list[Condition]]:
    if form.windows is None:
        return [[]]
    column: Any = EventRow.window_id if is_walked else _plain(EventRow.window_id)
    names = _names(form.windows)
    if len(names) > _MOST_BRANCHES or not names or not is_walked:
        return [[_one_of(column, names)]]
    return [[column == name] for name in names]


def _equal(form: Form, walked: frozenset[str]) -> list[Condition]:
    expected: tuple[tuple[str, Any, bool], ...] = (
        ("rule", EventRow.rule_id, form.rule),
        ("review", EventRow.review_state, form.review),
        ("audit", EventRow.audit_id, form.audit),
    )
    return [
        (column if name in walked else _plain(column)) == _value(name)
        for name, column, is_given in expected
        if is_given
    ]


def _ranges(form: Form, few: bool, last: str) -> list[Condition]:
    """Bounds of the start and the score; where few events have the score, its index is walked.

    There is one bound at the side at which a walk begins, ``last``, the tightest of all: of two,
    SQLite would walk from whichever it likes.
    """
    started_us = EventRow.started_us + 0 if few else EventRow.started_us
    score: Any = EventRow.score if few else EventRow.score + 0.0
    here = tuple_(started_us, EventRow.id)
    place = tuple_(_value(f"{last}_us"), _value(f"{last}_id"))
    conditions = [score >= _value("min_score")]
    if form.newest_first:
        return [*conditions, here < place]
    return [*conditions, here > place, started_us < _value("end_us")]
