"""Counts events by window, rule, review and quarter of an hour."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vision.statistics import STEP_S, Tally
from vision.store.schema import EventRow, from_us, to_us

_STEP_US = STEP_S * 1_000_000


def read_tally(
    session: Session,
    window_ids: Sequence[str] | None,
    rule_id: str | None,
    start: datetime,
    end: datetime,
) -> list[Tally]:
    """Counts of the events that began in ``[start, end)``; see ``EventCounter``."""
    conditions = [EventRow.started_us >= to_us(start), EventRow.started_us < to_us(end)]
    if window_ids is not None:
        conditions.append(EventRow.window_id.in_(window_ids))
    if rule_id is not None:
        conditions.append(EventRow.rule_id == rule_id)
    step = (EventRow.started_us - EventRow.started_us % _STEP_US).label("step_us")
    place = (EventRow.window_id, EventRow.rule_id, EventRow.review_state, step)
    duration_us = func.coalesce(func.sum(EventRow.duration_us), 0)
    found = session.execute(
        select(*place, func.count(), duration_us)
        .where(*conditions)
        .group_by(*place)
        .order_by(*place)
    )
    return [
        Tally(window, rule, review, from_us(at_us), events, int(lasted_us or 0) / 1e6)
        for window, rule, review, at_us, events, lasted_us in found
    ]
