"""The tables. Times are whole microseconds since 1970 UTC: exact, portable, in order."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Serial = BigInteger().with_variant(Integer, "sqlite")
# Code points decide the order of texts on every database; "C" is what PostgreSQL calls that.
String = Text().with_variant(Text(collation="C"), "postgresql")

_ORDER = ("started_us", "id")


def to_us(at: datetime) -> int:
    """Microseconds since 1970 UTC of a time with zone."""
    return (at - EPOCH) // timedelta(microseconds=1)


def from_us(value: int) -> datetime:
    """The UTC time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


class Base(DeclarativeBase):
    """Common types and names; constraints are named so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        str: String,
        int: BigInteger,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class EventRow(Base):
    """One event.

    ``run_key`` is the checkpoint key of the run that wrote it last, null for live events;
    ``duration_us`` repeats ``ended_us - started_us`` so that the longest is found at once;
    ``change`` numbers the last change of each event in the order of commits.
    """

    __tablename__ = "events"

    id: Mapped[str] = mapped_column(primary_key=True)
    window_id: Mapped[str]
    camera_id: Mapped[str]
    rule_id: Mapped[str]
    status: Mapped[str]
    started_us: Mapped[int]
    confirmed_us: Mapped[int]
    ended_us: Mapped[int | None]
    duration_us: Mapped[int | None] = mapped_column(index=True)
    end_reason: Mapped[str | None]
    score: Mapped[float]
    reason: Mapped[str]
    measured: Mapped[dict[str, Any]]
    clauses: Mapped[list[Any]]
    evidence: Mapped[list[Any]]
    provenance: Mapped[dict[str, Any]]
    audit_id: Mapped[str | None]
    run_key: Mapped[str | None] = mapped_column(index=True)
    review_state: Mapped[str]
    review_reason: Mapped[str | None]
    reviewer: Mapped[str | None]
    reviewed_us: Mapped[int | None]
    change: Mapped[int] = mapped_column(index=True, server_default="0")

    # Every list is ordered by (started_us, id): a page is one walk along an index, however deep
    # the cursor stands. The columns behind those let the walk pass over events that another
    # filter leaves out without fetching them, which makes it six times as fast.
    __table_args__ = (
        Index("ix_events_all", *_ORDER, "score", "rule_id", "review_state", "ended_us"),
        Index(
            "ix_events_window", "window_id", *_ORDER, "score", "rule_id", "review_state", "ended_us"
        ),
        Index("ix_events_rule", "rule_id", *_ORDER, "score", "review_state", "ended_us"),
        Index("ix_events_review", "review_state", *_ORDER, "score", "rule_id", "ended_us"),
        Index(
            "ix_events_window_rule",
            "window_id",
            "rule_id",
            *_ORDER,
            "score",
            "review_state",
            "ended_us",
        ),
        Index("ix_events_rule_review", "rule_id", "review_state", *_ORDER, "score", "ended_us"),
        Index(
            "ix_events_score",
            "score",
            *_ORDER,
            "window_id",
            "rule_id",
            "review_state",
            "ended_us",
        ),
        Index("ix_events_audit", "audit_id", *_ORDER),
        Index("ix_events_ended", "ended_us", *_ORDER),
    )


class CounterRow(Base):
    """A number that only grows; whoever takes one holds it until the commit."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class ReviewRow(Base):
    """One decision on an event; the latest also stands in the event."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    reviewer: Mapped[str | None]
    at_us: Mapped[int | None]


class CoverageRow(Base):
    """Seconds of one window, rule and hour that one run (empty: the live run) added."""

    __tablename__ = "coverage"

    window_id: Mapped[str] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    hour_us: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_key: Mapped[str] = mapped_column(primary_key=True, index=True)
    scheduled_s: Mapped[float]
    assessable_s: Mapped[float]
    unknown_s: Mapped[float]
    lost_s: Mapped[float]
    exempt_s: Mapped[float] = mapped_column(server_default="0")

    __table_args__ = (Index(None, "hour_us"),)


class UnknownReasonRow(Base):
    """Seconds that one reason code of UNKNOWN took out of a coverage row."""

    __tablename__ = "coverage_reasons"

    window_id: Mapped[str] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    hour_us: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_key: Mapped[str] = mapped_column(primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    seconds: Mapped[float]

    __table_args__ = (Index(None, "hour_us"),)


class StateRow(Base):
    """The latest state of a window."""

    __tablename__ = "window_states"

    window_id: Mapped[str] = mapped_column(primary_key=True)
    at_us: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str]
    verdicts: Mapped[dict[str, Any]]
    post_height_px: Mapped[float] = mapped_column(server_default="0")
    px_per_m: Mapped[float | None]


class CheckpointRow(Base):
    """How far an input was analysed."""

    __tablename__ = "checkpoints"

    key: Mapped[str] = mapped_column(primary_key=True)
    footage: Mapped[str] = mapped_column(index=True)
    at_us: Mapped[int | None]
    state: Mapped[str]
    done: Mapped[bool]
    failure: Mapped[str | None]
