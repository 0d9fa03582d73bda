"""Writes a batch, inside the transaction that the caller holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace as replaced

from sqlalchemy import Connection, Table, delete, select

from vision.ports import Batch, Checkpoint
from vision.store import chain, rows
from vision.store.chain import next_numbers
from vision.store.engine import dialect_of
from vision.store.keeping import HELD, note_evidence, remove
from vision.store.outbox import post
from vision.store.rows import Row
from vision.store.schema import (
    EPOCH,
    Base,
    CheckpointRow,
    CoverageRow,
    EventRow,
    ReviewRow,
    StateRow,
    UnknownReasonRow,
    to_us,
)
from vision.types import Event, Evidence, with_clips

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
    events = {event.id: event for event in given}
    if not events:
        return
    first = next_numbers(connection, "change", len(events))
    before = _evidence_before(connection, list(events))
    numbered = []
    for number, event in enumerate(events.values(), first):
        kept = with_clips(before.get(event.id, ()), event.evidence)
        if kept != before.get(event.id, ()):
            note_evidence(connection, event.id, kept)
        row = rows.event_row(replaced(event, evidence=kept), run_key)
        numbered.append(row | {"change": number})
    replace(connection, EventRow, numbered)
    chain.append(connection, [chain.event_record(row) for row in numbered])


def _evidence_before(
    connection: Connection, event_ids: Sequence[str]
) -> dict[str, tuple[Evidence, ...]]:
    wanted = select(EventRow.id, EventRow.evidence).where(EventRow.id.in_(event_ids))
    return {
        row.id: tuple(rows.evidence_of(item) for item in row.evidence)
        for row in connection.execute(wanted)
    }


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
        if column.name not in rows.REVIEW_COLUMNS.union(keys)
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
    outdated = select(EventRow.id).where(
        EventRow.run_key.in_(keys),
        EventRow.review_state == "unreviewed",
        EventRow.id.not_in(select(ReviewRow.event_id)),
        EventRow.id.not_in(HELD),
    )
    remove(connection, list(connection.scalars(outdated)), to_us(run.at or EPOCH), "superseded")
    for model in (CoverageRow, UnknownReasonRow):
        connection.execute(delete(model).where(model.run_key.in_(keys)))
    connection.execute(delete(CheckpointRow).where(CheckpointRow.key.in_(keys)))
