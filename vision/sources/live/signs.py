"""Collects a camera's signs from the threads that see them."""

from dataclasses import replace
from threading import Lock

from vision.sources.live.health import Health, LivePolicy, Reason, Signs, judge


class SignBook:
    """Signs and counters of one camera over all its connections.

    All times are seconds of one monotonic clock.
    """

    def __init__(self, policy: LivePolicy, now_s: float) -> None:
        self._policy = policy
        self._lock = Lock()
        self._signs = Signs(tried_s=now_s)
        self._counts = Health()

    def trying(self) -> None:
        """A connection is attempted."""
        with self._lock:
            self._counts = replace(self._counts, attempts=self._counts.attempts + 1)

    def connected(self) -> None:
        """A connection stands."""
        with self._lock:
            self._signs = replace(self._signs, connected=True)

    def failed(self, reason: Reason) -> None:
        """The attempt or the connection ended."""
        with self._lock:
            self._signs = replace(self._signs, connected=False, failure=reason)

    def packet(self, now_s: float, dropped: int, repaired: int) -> None:
        """A packet came; so many were dropped for it, so many timestamps were repaired."""
        with self._lock:
            drop_s = now_s if dropped else self._signs.drop_s
            self._signs = replace(self._signs, packet_s=now_s, drop_s=drop_s)
            self._counts = replace(
                self._counts,
                packets=self._counts.packets + 1,
                dropped=self._counts.dropped + dropped,
                repaired=self._counts.repaired + repaired,
            )

    def dropped(self, now_s: float, packets: int) -> None:
        """So many packets were thrown away, because analysis was busy elsewhere."""
        with self._lock:
            drop_s = now_s if packets else self._signs.drop_s
            self._signs = replace(self._signs, drop_s=drop_s)
            self._counts = replace(self._counts, dropped=self._counts.dropped + packets)

    def decoded(self, now_s: float, pictures: int, undecodable: int) -> None:
        """So many pictures came out of decoding, and so many attempts failed."""
        with self._lock:
            picture_s = now_s if pictures else self._signs.picture_s
            error_s = now_s if undecodable else self._signs.error_s
            self._signs = replace(self._signs, picture_s=picture_s, error_s=error_s)
            total = self._counts.undecodable + undecodable
            self._counts = replace(self._counts, undecodable=total)

    def health(self, now_s: float, waiting_s: float) -> Health:
        """A snapshot."""
        with self._lock:
            signs, counts = self._signs, self._counts
        state, reason = judge(signs, now_s, self._policy)
        heard_s = signs.tried_s if signs.packet_s is None else signs.packet_s
        silent_s = now_s - heard_s
        return replace(counts, state=state, reason=reason, silent_s=silent_s, waiting_s=waiting_s)
