"""Removing what was kept long enough: by age, then by space, the oldest first, on record."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from vision.config import KeepConfig, RetentionConfig
from vision.errors import EvidenceError, StoreError
from vision.keeping import EvidenceKeeper, Piece, RemovalStore

EVERY_S = 3600.0
AT_ONCE = 200
"""Pieces that are given up in one transaction, which others wait for."""

GIGABYTE = 10**9


class Evidence(EvidenceKeeper, Protocol):
    """What a sweep needs of the evidence store."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to.

    Attributes:
        events: Events removed.
        by_age: Pieces of evidence given up because of their age.
        by_space: The same, because of the space they took.
        files: Files taken off the disk.
        bound: Pieces that were due and stay: held, open, or appealed.
        failures: Files that could not be removed; the next sweep tries again.
    """

    events: int = 0
    by_age: int = 0
    by_space: int = 0
    files: int = 0
    bound: int = 0
    failures: tuple[str, ...] = ()


def sweep(
    store: RemovalStore, evidence: Evidence, policy: RetentionConfig, now: datetime,
    dry_run: bool = False,
) -> Swept:  # fmt: skip
    """Remove what is due.

    The database says first that a piece is given up, then its bytes go: whoever is killed in
    between leaves a file that the next sweep removes, and never an event that lacks its picture
    without saying why.

    Args:
        store: Events.
        evidence: Their pictures and clips.
        policy: How long what is kept.
        now: The time, UTC.
        dry_run: Only count the evidence that is due.
    """
    swept = Swept()
    if policy.events.days is not None and not dry_run:
        before = now - timedelta(days=policy.events.days)
        removed = list(iter(lambda: store.remove_events(before, now, AT_ONCE), 0))
        swept = replace(swept, events=sum(removed))
    for kind, keep in (("snapshot", policy.snapshots), ("clip", policy.clips)):
        old = _old(store, kind, keep, now)
        swept = _counted(swept, old, "by_age", _expire(store, old, "age", now, dry_run))
        large = _beyond(store, evidence, kind, keep)
        gone = _expire(store, large, "space", now, dry_run)
        swept = _counted(swept, large, "by_space", gone)
    return swept if dry_run else _discard(store, evidence, swept)


def _counted(swept: Swept, due: Sequence[Piece], field: str, gone: int) -> Swept:
    bound = sum(piece.bound for piece in due)
    counts = {field: getattr(swept, field) + gone, "bound": swept.bound + bound}
    return replace(swept, **counts)


def _old(store: RemovalStore, kind: str, keep: KeepConfig, now: datetime) -> list[Piece]:
    if keep.days is None:
        return []
    return store.pieces(kind, now - timedelta(days=keep.days))


def _beyond(store: RemovalStore, evidence: Evidence, kind: str, keep: KeepConfig) -> list[Piece]:
    """The oldest pieces that must go for the rest to fit; what is bound takes space and stays."""
    if keep.max_gb is None:
        return []
    pieces = store.pieces(kind)
    sizes = {piece.sha256: evidence.size(piece.sha256) for piece in pieces}
    excess = sum(sizes.values()) - int(keep.max_gb * GIGABYTE)
    due: list[Piece] = []
    for piece in pieces:
        if excess <= 0:
            break
        due.append(piece)
        if not piece.bound:
            excess -= sizes.pop(piece.sha256, 0)
    return due


def _expire(
    store: RemovalStore, due: Sequence[Piece], reason: str, now: datetime, dry_run: bool
) -> int:
    free = [piece for piece in due if not piece.bound]
    if dry_run:
        return len(free)
    pages = (free[first : first + AT_ONCE] for first in range(0, len(free), AT_ONCE))
    return sum(len(store.expire(page, reason, now)) for page in pages)


def _discard(store: RemovalStore, evidence: Evidence, swept: Swept) -> Swept:
    """Take off the disk what no event needs."""
    failures: list[str] = []
    files = 0
    while found := store.discarded(AT_ONCE):
        done = []
        for sha256 in found:
            try:
                evidence.remove(sha256)
            except EvidenceError as error:
                failures.append(str(error))
            else:
                done.append(sha256)
        store.forget(done)
        files += len(done)
        if failures:
            break
    return replace(swept, files=files, failures=tuple(failures))


@contextmanager
def housekeeping(
    store: RemovalStore,
    evidence: Evidence,
    policy: Callable[[], RetentionConfig],
    log: FilteringBoundLogger,
    every_s: float = EVERY_S,
) -> Iterator[None]:
    """Sweep now and then, in a thread, until the block is left."""
    stopping = threading.Event()

    def run() -> None:
        while True:
            _tidy(store, evidence, policy(), log)
            if stopping.wait(every_s):
                return

    thread = threading.Thread(target=run, name="retention", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(2.0)


def _tidy(
    store: RemovalStore, evidence: Evidence, policy: RetentionConfig, log: FilteringBoundLogger
) -> None:
    try:
        swept = sweep(store, evidence, policy, datetime.now(UTC))
    except StoreError as error:
        log.warning("nothing can be removed now; trying again later", reason=str(error))
        return
    if swept.failures:
        log.error("evidence could not be removed", reason=swept.failures[0])
    if swept.events or swept.by_age or swept.by_space or swept.files:
        log.info(
            "swept", events=swept.events, by_age=swept.by_age, by_space=swept.by_space,
            files=swept.files, bound=swept.bound,
        )  # fmt: skip
