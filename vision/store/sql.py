"""The event database behind the ports ``EventStore`` and ``EventReader``."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from vision.errors import Conflict, NotFound
from vision.ports import Batch, Checkpoint, EventFilter, Page, WindowState
from vision.statistics import Tally
from vision.store import chain, rows, writer
from vision.store.access import SqlAccess
from vision.store.activity import SqlActivity
from vision.store.audits import SqlAudits
from vision.store.chain import SqlChain
from vision.store.coverage import read_coverage
from vision.store.engine import WRITES, open_engine
from vision.store.exemptions import SqlExemptions
from vision.store.failures import named
from vision.store.keeping import SqlKeeping
from vision.store.migrate import upgrade
from vision.store.outbox import SqlOutbox
from vision.store.pages import Pages
from vision.store.schema import CheckpointRow, CounterRow, EventRow, ReviewRow, StateRow
from vision.store.spotchecks import SqlSpotChecks
from vision.store.tally import read_tally
from vision.store.url import database_url, shown
from vision.types import Coverage, Event, Review


class SqlStore(
    SqlAccess,
    SqlOutbox,
    SqlSpotChecks,
    SqlAudits,
    SqlActivity,
    SqlKeeping,
    SqlChain,
    SqlExemptions,
):
    """An event database; safe to use from several threads and processes.

    Args:
        url: ``sqlite:///events.db``, ``postgresql://user:password@host/name``, or the path of an
            SQLite file, which is made if it does not exist.
        busy_timeout_s: How long to wait while another program writes, in seconds.

    Raises:
        UsageError: If ``url`` is not such an address.
        StoreError: If the database cannot be opened or brought to this version's schema.
    """

    def __init__(self, url: str, busy_timeout_s: float = 5.0) -> None:
        address = database_url(url)
        self.name = shown(address)
        self._engine = open_engine(address, busy_timeout_s)
        self._writer = self._engine.execution_options(**{WRITES: True})
        self._one_writer = Lock()
        self._pages = Pages(self._engine)
        try:
            with named(self.name):
                upgrade(self._engine, self.name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with named(self.name), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with named(self.name), self._one_writer, self._writer.begin() as connection:
            yield connection

    def commit(self, batch: Batch) -> None:
        """Write all of it in one transaction, or nothing; see ``EventStore``."""
        with self._writing() as connection:
            writer.apply(connection, batch)

    def checkpoint(self, key: str) -> Checkpoint | None:
        """The stored checkpoint of that key."""
        with self._reading() as session:
            row = session.get(CheckpointRow, key)
            return None if row is None else rows.checkpoint_of(row)

    def open_events(self, camera_id: str) -> list[Event]:
        """Events of that camera that have not ended, oldest first."""
        wanted = (
            select(EventRow)
            .where(EventRow.ended_us.is_(None), EventRow.camera_id == camera_id)
            .order_by(EventRow.started_us, EventRow.id)
        )
        with self._reading() as session:
            return [rows.event_of(row) for row in session.scalars(wanted)]

    def events(self, wanted: EventFilter) -> list[Event]:
        """One page of events, evidence and review included."""
        with named(self.name):
            return [rows.event_of(row) for row in self._pages.read(wanted)]

    def page(self, wanted: EventFilter, base: str) -> Page:
        """The same page as the API shows it; see ``EventReader``."""
        with named(self.name):
            return self._pages.page(wanted, base)

    def event(self, event_id: str) -> Event:
        """One event.

        Raises:
            NotFound: If there is none with that id.
        """
        with self._reading() as session:
            row = session.get(EventRow, event_id)
            if row is None:
                raise NotFound("event", event_id)
            return rows.event_of(row)

    def coverage(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Coverage]:
        """Coverage per window, rule and hour that overlaps ``[start, end)``, in that order."""
        with self._reading() as session:
            return read_coverage(session, window_ids, rule_id, start - timedelta(hours=1), end)

    def states(self) -> dict[str, WindowState]:
        """The latest state of every window that was ever observed."""
        with self._reading() as session:
            found = session.scalars(select(StateRow).order_by(StateRow.window_id))
            return {row.window_id: rows.state_of(row) for row in found}

    def add_review(self, event_id: str, review: Review, expected: str | None = None) -> None:
        """Make ``review`` the event's own, and keep it in the event's history.

        Raises:
            NotFound: If there is no such event.
            Conflict: If its review is in another state than expected.
        """
        columns = rows.review_columns(review)
        with self._writing() as connection:
            # As in a commit the number comes first: two who wait for each other get nowhere.
            changed = columns | {"change": chain.next_numbers(connection, "change")}
            state = connection.scalar(
                select(EventRow.review_state).where(EventRow.id == event_id).with_for_update()
            )
            if state is None:
                raise NotFound("event", event_id)
            if expected not in (None, state):
                raise Conflict(f"the event is {state} by now; load it again")
            connection.execute(update(EventRow).where(EventRow.id == event_id).values(changed))
            connection.execute(
                insert(ReviewRow).values(
                    event_id=event_id,
                    state=review.state,
                    reason=review.reason,
                    reviewer=review.reviewer,
                    at_us=columns["reviewed_us"],
                )
            )
            chain.append(connection, [chain.review_record(event_id, columns)])

    def changes(self, after: int, limit: int) -> list[tuple[int, Event]]:
        """Events by the number of their last change; see ``ReviewStore``."""
        wanted = select(EventRow).where(EventRow.change > after).order_by(EventRow.change)
        with self._reading() as session:
            found = session.scalars(wanted.limit(limit))
            return [(row.change, rows.event_of(row)) for row in found]

    def last_change(self) -> int:
        """Number of the latest change; 0 before the first."""
        with self._reading() as session:
            row = session.get(CounterRow, "change")
            return 0 if row is None else row.value

    def reviews(self, event_id: str) -> list[Review]:
        """Every decision on an event, oldest first."""
        wanted = select(ReviewRow).where(ReviewRow.event_id == event_id).order_by(ReviewRow.id)
        with self._reading() as session:
            return [rows.review_of(row) for row in session.scalars(wanted)]

    def tally(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Tally]:
        """Counts of the events that began in ``[start, end)``; see ``EventCounter``."""
        with self._reading() as session:
            return read_tally(session, window_ids, rule_id, start, end)
