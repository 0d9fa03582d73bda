"""Where the clips of live events are made: one slow thread, bounded in all it holds."""

import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from structlog.typing import FilteringBoundLogger

from vision.config import SiteConfig
from vision.errors import EvidenceError, NotFound, StoreError
from vision.jobs.clips import Wish, render
from vision.keeping import Attacher
from vision.ports import EvidenceStore
from vision.rules.base import Rule
from vision.sources.cut import Cut
from vision.sources.live.ring import PacketRing
from vision.types import Event, Evidence
from vision.wiring import Models, shown_labels

MOST_WISHES = 64
MOST_CUTS = 8
MOST_UNATTACHED = 64
SLACK_S = 30.0
"""For so long after it is due a clip can still be cut."""

RING_BYTES = 16 * 2**20
"""Of packets, per camera."""

GRACE = timedelta(seconds=3)
"""A camera that is silent for so long at the end of a clip will not complete it."""

ROUND_S = 0.5
NICE = 10


class ClipRoom:
    """Cuts the clips of events out of the rings of their cameras, and renders them one by one.

    What does not fit is given up and counted; analysis and events never wait for a clip.

    Args:
        models: That many threads may use.
        store: Takes the finished clip.
        evidence: Keeps its bytes.
        rules: Tell what an event is about.
        site: The configuration.
        log: Told of clips that are given up.
        now: The wall clock, UTC.
    """

    def __init__(
        self,
        models: Models,
        store: Attacher,
        evidence: EvidenceStore,
        rules: Iterable[Rule],
        site: SiteConfig,
        log: FilteringBoundLogger,
        now: Callable[[], datetime],
    ) -> None:
        self._models = models
        self._store = store
        self._evidence = evidence
        self._rules = tuple(rules)
        self.site = site
        self._log = log
        self._now = now
        self._rings: dict[str, PacketRing] = {}
        self._wishes: deque[Wish] = deque()
        self._known: deque[str] = deque(maxlen=1000)
        self._cuts: deque[tuple[Wish, Cut]] = deque()
        self._unattached: deque[tuple[Wish, Evidence]] = deque()
        self._stopping = threading.Event()
        self._outcomes: Counter[str] = Counter()

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many clips were ``made``, and given up as ``dropped``, ``late`` or ``failed``."""
        return dict(self._outcomes)

    def take_on(self, site: SiteConfig) -> SiteConfig:
        """Go by a changed configuration from now on."""
        self.site = site
        return site

    def ring(self, site: SiteConfig, camera_id: str) -> PacketRing | None:
        """Where a camera that is being opened keeps its last packets; None without clips."""
        settings = site.evidence
        if settings.clips == "off":
            self._rings.pop(camera_id, None)
            return None
        longest_s = settings.before_s + settings.after_s + SLACK_S
        self._rings[camera_id] = PacketRing(longest_s, RING_BYTES)
        return self._rings[camera_id]

    def stored(self, events: Iterable[Event]) -> None:
        """Events were committed: wish for the clips of new ones."""
        oldest = self._now() - timedelta(seconds=SLACK_S)
        for event in events:
            if event.id in self._known or event.confirmed_at < oldest:
                continue
            self._known.append(event.id)
            if self.site.evidence.clips == "off":
                continue
            if len(self._wishes) >= MOST_WISHES:
                self._give_up("dropped", event.id)
                continue
            self._wishes.append(Wish.of(event, shown_labels(self._rules, event.rule_id)))

    @contextmanager
    def open(self) -> Iterator["ClipRoom"]:
        """Make clips until the block is left; what is not made by then is given up."""
        thread = threading.Thread(target=self._run, name="clips", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stopping.set()
            thread.join(1.0)

    def _run(self) -> None:
        if sys.platform == "linux":  # there a thread has a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._stopping.wait(0.0 if self._cuts else ROUND_S):
            self.round()

    def round(self) -> None:
        """Cut what is due, make one clip, and attach what is made."""
        self._cut_due()
        if self._cuts:
            self._make(*self._cuts.popleft())
        for _ in range(len(self._unattached)):
            self._attach(*self._unattached.popleft())

    def _cut_due(self) -> None:
        for _ in range(len(self._wishes)):
            wish = self._wishes.popleft()
            start, end = wish.span(self.site.evidence)
            ring = self._rings.get(wish.camera_id)
            newest = ring.newest() if ring is not None else None
            if self._now() < end + GRACE and (newest is None or newest < end):
                self._wishes.append(wish)
                continue
            cut = ring.cut(start, end) if ring is not None else None
            if cut is None:
                self._give_up("late", wish.event_id)
            elif len(self._cuts) >= MOST_CUTS:
                self._give_up("dropped", wish.event_id)
            else:
                self._cuts.append((wish, cut))

    def _make(self, wish: Wish, cut: Cut) -> None:
        began_s = time.thread_time()
        try:
            made = render(wish, cut, self.site, self.site.evidence.clips, self._models)
            if made is None:
                self._give_up("late", wish.event_id)
                return
            item = replace(made[0], sha256=self._evidence.put(made[1]))
        except EvidenceError as error:
            self._give_up("failed", wish.event_id, str(error))
            return
        self._log.info(
            "clip", event_id=wish.event_id, bytes=len(made[1]),
            cpu_s=round(time.thread_time() - began_s, 2),
        )  # fmt: skip
        self._attach(wish, item)

    def _attach(self, wish: Wish, item: Evidence) -> None:
        try:
            self._store.attach(wish.event_id, item)
            self._outcomes["made"] += 1
        except NotFound:
            self._give_up("failed", wish.event_id, "the event is there no more")
        except StoreError as error:
            if len(self._unattached) >= MOST_UNATTACHED:
                self._give_up("failed", wish.event_id, str(error))
            else:
                self._unattached.append((wish, item))

    def _give_up(self, outcome: str, event_id: str, reason: str = "") -> None:
        self._outcomes[outcome] += 1
        told = partial(self._log.warning, "an event goes without a clip")
        told(event_id=event_id, outcome=outcome, reason=reason)


class ClipCollector(Collector):
    """Tells Prometheus what became of clips."""

    def __init__(self, outcomes: Callable[[], Mapping[str, int]]) -> None:
        self._outcomes = outcomes

    def collect(self) -> Iterator[Metric]:
        """The metric, as it is now."""
        clips = CounterMetricFamily("deportment_clips", "Clips by outcome", None, ["outcome"])
        for outcome in ("made", "dropped", "late", "failed"):
            clips.add_metric([outcome], self._outcomes().get(outcome, 0))
        yield clips
