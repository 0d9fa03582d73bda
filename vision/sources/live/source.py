"""A live camera as a source of frames."""

import queue
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

from av.error import FFmpegError

from vision.config import SamplingConfig
from vision.sources.decoding import Decoder, Picture
from vision.sources.live.address import Address
from vision.sources.live.health import Health, LivePolicy, Reason, Refusal, reason_of, wait_s
from vision.sources.live.ring import PacketRing
from vision.sources.live.session import Session
from vision.sources.live.signs import SignBook
from vision.sources.sampler import Sampler
from vision.sources.timeline import MICROSECONDS
from vision.types import Frame

POLL_S = 0.2


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class LiveSource:
    """A camera behind the :class:`vision.ports.FrameSource` port.

    A thread connects, reads packets into a bounded buffer, and connects again when the camera
    fails, until :meth:`stop`. Frames end with ``stop`` only; an outage is a gap between them, and
    :attr:`health` says why.

    Args:
        url: With credentials if the camera needs any; they appear in no error and no snapshot.
        camera_id: The camera.
        sampling: What to sample.
        policy: Timeouts, waits and bounds.
        media_root: Folder that ``file:`` URLs must stay in; None to refuse them.
        transport: ``tcp`` or ``udp``, for RTSP.
        now: The wall clock, UTC.
        random: Spreads the attempts to connect again.
        ring: Keeps the last packets, for clips.

    Raises:
        UsageError: If the URL is barred.
    """

    def __init__(
        self,
        url: str,
        camera_id: str,
        sampling: SamplingConfig,
        *,
        policy: LivePolicy | None = None,
        media_root: Path | None = None,
        transport: str = "tcp",
        now: Callable[[], datetime] = utc_now,
        random: Random | None = None,
        ring: PacketRing | None = None,
    ) -> None:
        self._ring = ring
        self._address = Address.parse(url, camera_id, media_root, transport)
        self._camera_id = camera_id
        self._sampling = sampling
        self._policy = policy or LivePolicy()
        self._now = now
        self._random = random or Random()  # noqa: S311 - spreads load, guards nothing
        self._stopping = Event()
        self._signs = SignBook(self._policy, time.monotonic())
        self._sessions: queue.Queue[Session] = queue.Queue(maxsize=1)
        self._session: Session | None = None
        self._sampler: Sampler | None = None
        self._burst = False
        self._given: dict[datetime, int] = {}
        self._last: datetime | None = None

    @property
    def health(self) -> Health:
        """A snapshot of how the camera is doing; may be asked from any thread."""
        session = self._session
        waiting_s = session.buffer.waiting_s if session is not None else 0.0
        return self._signs.health(time.monotonic(), waiting_s)

    def stop(self) -> None:
        """End the frames; returns at once, threads follow within the stall time."""
        self._stopping.set()
        if self._session is not None:
            self._session.buffer.abandon()

    def frames(self) -> Iterator[Frame]:
        """Samples as the camera gives them, until :meth:`stop`; see the port."""
        with ThreadPoolExecutor(1, f"camera-{self._camera_id}") as threads:
            reading = threads.submit(self._keep_reading)
            try:
                while (session := self._next_session(reading)) is not None:
                    yield from self._sampled(session)
            finally:
                self.stop()
                self._sampler = None
        reading.result()

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Look back between the last two frames given; empty over an outage. See the port."""
        span = self._given.get(after), self._given.get(before)
        if self._sampler is None or span[0] is None or span[1] is None:
            return
        offset = before - timedelta(microseconds=span[1])
        for picture in self._sampler.between(span[0], span[1]):
            yield self._frame(picture, offset + timedelta(microseconds=picture.at_us))

    def burst(self, wanted: bool) -> None:
        """Sample at the burst rate from the next frame on; only adaptive sampling does."""
        self._burst = wanted
        if self._sampler is not None:
            self._sampler.burst(wanted)

    def _next_session(self, reading: Future[None]) -> Session | None:
        while not reading.done() and not self._stopping.is_set():
            try:
                return self._sessions.get(timeout=POLL_S)
            except queue.Empty:
                continue
        return None

    def _sampled(self, session: Session) -> Iterator[Frame]:
        decoders = session.decoders()
        self._sampler = Sampler(iter(session.buffer), *decoders, self._sampling)
        self._sampler.burst(self._burst)
        self._given.clear()
        seen = _Tally(decoders)
        for picture in self._sampler.pictures():
            self._signs.decoded(time.monotonic(), *seen.news())
            at = session.clock.at(picture.at_us)
            if self._last is not None and at <= self._last:
                continue
            self._remember(at, picture.at_us)
            yield self._frame(picture, at)
        self._signs.decoded(time.monotonic(), *seen.news())

    def _remember(self, at: datetime, at_us: int) -> None:
        before = {} if self._last not in self._given else {self._last: self._given[self._last]}
        self._given = before | {at: at_us}
        self._last = at

    def _frame(self, picture: Picture, at: datetime) -> Frame:
        return Frame(
            camera_id=self._camera_id,
            at=at,
            image=picture.image(),
            duration_s=picture.duration_us / MICROSECONDS,
            is_key=picture.is_key,
        )

    def _keep_reading(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            packets_before = self._signs.health(time.monotonic(), 0.0).packets
            reason = self._read()
            self._signs.failed(reason)
            came = self._signs.health(time.monotonic(), 0.0).packets > packets_before
            failures = 1 if came else failures + 1
            self._stopping.wait(wait_s(failures, reason, self._policy, self._random))

    def _read(self) -> Reason:
        """Connect and read until the connection ends; why it did."""
        self._signs.trying()
        try:
            session = Session(self._address, self._policy, self._now)
        except (FFmpegError, Refusal) as error:
            return reason_of(error)
        try:
            self._signs.connected()
            self._fill(session)
        except (FFmpegError, Refusal) as error:
            reason = reason_of(error)
            return Reason.NO_FRAMES if reason is Reason.NO_ANSWER else reason
        finally:
            session.close()
        return Reason.ENDED

    def _fill(self, session: Session) -> None:
        started_s, handed_over, repaired = time.monotonic(), False, 0
        if self._ring is not None:
            self._ring.open(session.coded, session.clock.at)
        try:
            for packet in session.packets():
                now_s = time.monotonic()
                dropped = session.buffer.put(packet)
                if self._ring is not None:
                    self._ring.put(packet)
                self._signs.packet(now_s, dropped, session.timeline.repaired - repaired)
                repaired = session.timeline.repaired
                if not handed_over and now_s - started_s >= self._policy.settle_s:
                    session.clock.settle(packet.at_us)
                    handed_over = self._hand_over(session)
                if self._stopping.is_set():
                    return
        finally:
            if not handed_over and not self._hand_over(session):
                self._signs.dropped(time.monotonic(), session.buffer.abandon())

    def _hand_over(self, session: Session) -> bool:
        """Give a session to the thread that analyses; False if that is still busy elsewhere."""
        try:
            self._sessions.put_nowait(session)
        except queue.Full:
            return False
        self._session = session
        return True


class _Tally:
    """What the decoders did since it was last asked."""

    def __init__(self, decoders: tuple[Decoder, Decoder]) -> None:
        self._decoders = decoders
        self._decoded = self._undecodable = 0

    def news(self) -> tuple[int, int]:
        """Pictures and failed attempts since the last call."""
        decoded = sum(decoder.decoded for decoder in self._decoders)
        undecodable = sum(decoder.undecodable for decoder in self._decoders)
        news = decoded - self._decoded, undecodable - self._undecodable
        self._decoded, self._undecodable = decoded, undecodable
        return news
