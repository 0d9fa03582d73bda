"""Carries letters from the outbox to one receiver: in order, again and again, at least once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread

from structlog.typing import FilteringBoundLogger

from vision.errors import DeliveryError, StoreError
from vision.ports import Letter, Outbox, Receiver

REFUSED_TRIES = 5
"""Of a letter that its receiver refuses: enough to survive a wrong setting for a few minutes."""


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How a letter is tried again.

    Attributes:
        tries: Attempts before a letter is dead.
        retry_s: First wait; it doubles from attempt to attempt.
        longest_retry_s: Longest wait. With 50 tries a receiver may be away for seven hours.
        pace_s: Least time between two letters; chat robots block who sends faster.
        poll_s: How often the outbox is looked into while nothing is announced.
    """

    tries: int = 50
    retry_s: float = 1.0
    longest_retry_s: float = 600.0
    pace_s: float = 0.0
    poll_s: float = 1.0

    def again_at(self, tries: int, refused: bool, now: datetime, random: Random) -> datetime | None:
        """When to try again after so many tries; None to give up."""
        if tries >= (min(self.tries, REFUSED_TRIES) if refused else self.tries):
            return None
        wait_s = min(self.longest_retry_s, self.retry_s * 2.0 ** min(tries - 1, 30))
        return now + timedelta(seconds=wait_s * random.uniform(0.5, 1.0))


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Courier(AbstractContextManager["Courier"]):
    """One thread that delivers the letters of one receiver.

    Args:
        sink: Name of the receiver.
        outbox: Where its letters lie.
        receiver: Takes them.
        policy: How often and how fast.
        log: Told of failures and dead letters, never of their content.
        now: The wall clock, UTC.
        random: Spreads the repetitions.
    """

    def __init__(
        self,
        sink: str,
        outbox: Outbox,
        receiver: Receiver,
        policy: DeliveryPolicy,
        log: FilteringBoundLogger,
        *,
        now: Callable[[], datetime] = utc_now,
        random: Random | None = None,
    ) -> None:
        self._sink = sink
        self._outbox = outbox
        self._receiver = receiver
        self._policy = policy
        self._log = log.bind(sink=sink)
        self._now = now
        self._random = random or Random()  # noqa: S311 - spreads load, guards nothing
        self._stopping = Event()
        self._woken = Event()
        self._thread = Thread(target=self._run, name=f"courier-{sink}", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._woken.set()

    def stop(self, wait_s: float = 2.0) -> None:
        """Stop after the letter in hand; what is not delivered stays in the outbox."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def __enter__(self) -> "Courier":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def round(self) -> int:
        """Try every letter that is due once; how many were delivered.

        Raises:
            StoreError: If the outbox cannot be read or written.
        """
        delivered = 0
        for letter in self._outbox.due(self._sink, self._now()):
            if self._stopping.is_set():
                break
            delivered += self._deliver(letter)
            self._stopping.wait(self._policy.pace_s)
        return delivered

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                delivered = self.round()
            except StoreError as error:
                delivered = 0
                self._log.warning("outbox not available", reason=str(error))
            if not delivered:
                self._woken.wait(self._policy.poll_s)

    def _deliver(self, letter: Letter) -> bool:
        try:
            self._receiver.send(letter)
        except DeliveryError as error:
            self._put_back(letter, error)
            return False
        self._outbox.delivered(letter)
        return True

    def _put_back(self, letter: Letter, error: DeliveryError) -> None:
        tries = letter.tries + 1
        again_at = self._policy.again_at(tries, error.refused, self._now(), self._random)
        self._outbox.failed(letter, error.reason, again_at)
        told = self._log.error if again_at is None else self._log.warning
        told(
            "dead letter" if again_at is None else "letter not delivered",
            letter=letter.id,
            window=letter.window_id,
            tries=tries,
            reason=error.reason,
        )
