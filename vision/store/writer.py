"""Writes a batch, inside the transaction that the caller holds."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, delete, select

from vision.ports import Batch, Checkpoint
from vision.store import rows
from vision.store.engine import dialect_of
from vision.store.outbox import post
from vision.store.rows import Row
from vision.store.schema import (
    Base,
    CheckpointRow,
    CounterRow,
    CoverageRow,
    EventRow,
    ReviewRow,
    StateRow,
    UnknownReasonRow,
    to_us,
)
from vision.types import Event

_REVIEW = frozenset({"review_state", "review_reason", "reviewer", "reviewed_us"})
_MEASURES = ("scheduled_s", "assessable_s", "unknown_s", "lost_s")


def apply(connection: Connection, batch: Batch) -> None:
    """Write all of the batch."""
    run_key = batch.checkpoint.key if batch.checkpoint else None
    _replace_events(connection, batch.events, run_key)
    _add_up(connection, CoverageRow, rows.coverage_rows(batch.coverage, run_key or ""))
    _add_up(connection, UnknownReasonRow, rows.reason_rows(batch.coverage, run_key or ""))
    replace(connection, StateRow, [rows.state_row(item) for item in batch.states])
    post(connection, batch.notices)
    if batch.checkpoint:
        replace(connection, CheckpointRow, [rows.checkpoint_row(batch.checkpoint)])
        if batch.checkpoint.done and batch.checkpoint.footage:
            _supersede(connection, batch.checkpoint)


def _replace_events(connection: Connection, given: Iterable[Event], run_key: str | None) -> None:
    if events := list(given):
        first = next_change(connection, len(events))
        numbered = [
            rows.event_row(event, run_key) | {"change": first + index}
            for index, event in enumerate(events)
        ]
        replace(connection, EventRow, numbered)


def next_change(connection: Connection, how_many: int = 1) -> int:
    """The first of ``how_many`` new numbers of changes.

    The row stays locked until the commit, so numbers are seen in their order by every reader.
    """
    insert = dialect_of(connection).insert(_table(CounterRow))
    statement = insert.on_conflict_do_update(
        index_elements=["name"], set_={"value": CounterRow.value + insert.excluded.value}
    ).returning(CounterRow.value)
    last = connection.scalar(statement, {"name": "change", "value": how_many})
    return int(last or 0) - how_many + 1


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def replace(connection: Connection, model: type[Base], values: Sequence[Row]) -> None:
    """Insert, or replace by primary key; a stored review stays, a newer state too."""
    if not values:
        return
    table = _table(model)
    insert = dialect_of(connection).insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if column.name not in _REVIEW.union(keys)
    }
    newer = insert.excluded.at_us >= table.c.at_us if model is StateRow else None
    statement = insert.on_conflict_do_update(index_elements=keys, set_=changed, where=newer)
    connection.execute(statement, _in_order(values, keys))


def _add_up(connection: Connection, model: type[Base], values: Sequence[Row]) -> None:
    """Insert, or add the measures to those stored under the same primary key."""
    if not values:
        return
    table = _table(model)
    insert = dialect_of(connection).insert(table)
    keys = [column.name for column in table.primary_key]
    sums = {
        column.name: column + insert.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    statement = insert.on_conflict_do_update(index_elements=keys, set_=sums)
    connection.execute(statement, _in_order(values, keys))


def _in_order(values: Sequence[Row], keys: Sequence[str]) -> list[Row]:
    # Rows are locked in one order, so that two writers on PostgreSQL cannot wait for each other.
    return sorted(values, key=lambda row: tuple(row[key] for key in keys))


def _supersede(connection: Connection, run: Checkpoint) -> None:
    """Delete what earlier runs over the same footage found; reviewed events stay."""
    older = select(CheckpointRow.key).where(
        CheckpointRow.footage == run.footage, CheckpointRow.key != run.key
    )
    if run.failure is not None:
        reached = to_us(run.at) if run.at else -1
        older = older.where((CheckpointRow.at_us.is_(None)) | (CheckpointRow.at_us <= reached))
    keys = list(connection.scalars(older))
    if not keys:
        return
    connection.execute(
        delete(EventRow).where(
            EventRow.run_key.in_(keys),
            EventRow.review_state == "unreviewed",
            EventRow.id.not_in(select(ReviewRow.event_id)),
        )
    )
    for model in (CoverageRow, UnknownReasonRow):
        connection.execute(delete(model).where(model.run_key.in_(keys)))
    connection.execute(delete(CheckpointRow).where(CheckpointRow.key.in_(keys)))
