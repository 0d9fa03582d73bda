"""Reads coverage, added up over the runs that contributed to it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from vision.store.schema import CoverageRow, UnknownReasonRow, from_us, to_us
from vision.types import Coverage

Place = tuple[str, str, int]


def read_coverage(
    session: Session,
    window_ids: Sequence[str] | None,
    rule_id: str | None,
    after: datetime,
    before: datetime,
) -> list[Coverage]:
    """Coverage of the hours that begin strictly between two times, by window, rule and hour."""
    table = CoverageRow
    reasons = _reasons(session, window_ids, rule_id, after, before)
    place = (table.window_id, table.rule_id, table.hour_us)
    seen = (table.scheduled_s, table.assessable_s, table.unknown_s, table.lost_s)
    measures = (*seen, table.exempt_s)
    sums = [func.sum(measure).label(measure.key) for measure in measures]
    found = session.execute(
        select(*place, *sums)
        .where(*_conditions(table, window_ids, rule_id, after, before))
        .group_by(*place)
        .order_by(*place)
    )
    return [
        Coverage(
            window_id=row.window_id,
            rule_id=row.rule_id,
            hour=from_us(row.hour_us),
            scheduled_s=row.scheduled_s,
            assessable_s=row.assessable_s,
            unknown_s=row.unknown_s,
            lost_s=row.lost_s,
            reasons_s=reasons[row.window_id, row.rule_id, row.hour_us],
            exempt_s=row.exempt_s,
        )
        for row in found
    ]


def _reasons(
    session: Session,
    window_ids: Sequence[str] | None,
    rule_id: str | None,
    after: datetime,
    before: datetime,
) -> dict[Place, dict[str, float]]:
    table = UnknownReasonRow
    key = (table.window_id, table.rule_id, table.hour_us, table.reason)
    found = session.execute(
        select(*key, func.sum(table.seconds))
        .where(*_conditions(table, window_ids, rule_id, after, before))
        .group_by(*key)
        .order_by(*key)
    )
    reasons: dict[Place, dict[str, float]] = defaultdict(dict)
    for window, rule, hour_us, reason, seconds in found:
        reasons[window, rule, hour_us][reason] = seconds
    return reasons


def _conditions(
    table: type[CoverageRow] | type[UnknownReasonRow],
    window_ids: Sequence[str] | None,
    rule_id: str | None,
    after: datetime,
    before: datetime,
) -> list[ColumnElement[bool]]:
    conditions = [table.hour_us > to_us(after), table.hour_us < to_us(before)]
    if window_ids is not None:
        conditions.append(table.window_id.in_(window_ids))
    if rule_id is not None:
        conditions.append(table.rule_id == rule_id)
    return conditions
