"""What a live run tells Prometheus."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vision.pipeline import Turn
from vision.sources.live import CameraState, Health, Reason

_STAGE_BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_DELAY_BUCKETS_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)
_LEG_BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5)


class Backlog(Protocol):
    """What lies in the outbox for one receiver."""

    @property
    def waiting(self) -> int:
        """Letters still to be delivered."""
        ...

    @property
    def dead(self) -> int:
        """Letters that were given up."""
        ...


class LiveCollector(Collector):
    """Asks for states when it is scraped.

    Args:
        health: Camera id to health.
        backlogs: Receiver to what lies in the outbox for it.
    """

    def __init__(
        self,
        health: Callable[[], Mapping[str, Health]],
        backlogs: Callable[[], Mapping[str, Backlog]],
    ) -> None:
        self._health = health
        self._backlogs = backlogs

    def collect(self) -> Iterator[Metric]:
        """State of every camera, and of the outbox."""
        states = GaugeMetricFamily(
            "deportment_camera_state", "1 for the state of a camera", None, ["camera", "state"]
        )
        dropped = GaugeMetricFamily(
            "deportment_camera_packets_dropped",
            "Packets thrown away because analysis was behind",
            None,
            ["camera"],
        )
        for camera_id, health in self._health().items():
            for state in CameraState:
                states.add_metric([camera_id, state.value], float(health.state is state))
            dropped.add_metric([camera_id], health.dropped)
        yield states
        yield from _streams(self._health())
        yield _reasons(self._health())
        yield dropped
        letters = GaugeMetricFamily(
            "deportment_outbox_letters", "Letters in the outbox", None, ["sink", "kind"]
        )
        for sink, backlog in self._backlogs().items():
            letters.add_metric([sink, "waiting"], backlog.waiting)
            letters.add_metric([sink, "dead"], backlog.dead)
        yield letters


def _streams(health: Mapping[str, Health]) -> Iterator[Metric]:
    """State and drops of every sub-stream; those of the main stream are the camera's."""
    states = GaugeMetricFamily(
        "deportment_sub_stream_state",
        "1 for the state of a camera's sub-stream",
        None,
        ["camera", "state"],
    )
    dropped = GaugeMetricFamily(
        "deportment_sub_stream_packets_dropped",
        "Packets of a camera's sub-stream thrown away because analysis was behind",
        None,
        ["camera"],
    )
    for camera_id, one in health.items():
        if one.sub is not None:
            for state in CameraState:
                states.add_metric([camera_id, state.value], float(one.sub.state is state))
            dropped.add_metric([camera_id], one.sub.dropped)
    yield states
    yield dropped


def _reasons(health: Mapping[str, Health]) -> Metric:
    reasons = GaugeMetricFamily(
        "deportment_camera_reason", "1 for why a camera is not live", None, ["camera", "reason"]
    )
    for camera_id, one in health.items():
        if one.reason is not Reason.NONE:
            reasons.add_metric([camera_id, one.reason.value], 1.0)
    return reasons


class Meters:
    """Counters of one live run, in a registry of their own.

    Args:
        registry: Where they are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._frames = Counter(
            "deportment_frames", "Base frames analysed", ["camera"], registry=registry
        )
        self._came = Counter(
            "deportment_stream_frames",
            "Base frames that came, by stream",
            ["camera", "stream"],
            registry=registry,
        )
        self._drops = Counter(
            "deportment_frames_dropped", "Frames not analysed", ["camera"], registry=registry
        )
        self._lag = Gauge(
            "deportment_camera_lag_seconds",
            "From the capture of the last frame to the end of its analysis",
            ["camera"],
            registry=registry,
        )
        self._verdicts = Counter(
            "deportment_verdicts", "Verdicts", ["rule", "verdict"], registry=registry
        )
        self._stages = Histogram(
            "deportment_stage_seconds",
            "Time of one call",
            ["stage"],
            buckets=_STAGE_BUCKETS_S,
            registry=registry,
        )
        self._delay = Histogram(
            "deportment_event_delay_seconds",
            "From the frame that confirmed an event to its commit",
            buckets=_DELAY_BUCKETS_S,
            registry=registry,
        )
        self._legs = Histogram(
            "deportment_delay_leg_seconds",
            "Parts of the time from capture to commit, of all frames and of those with events",
            ["of", "leg"],
            buckets=_LEG_BUCKETS_S,
            registry=registry,
        )

    def stage(self, name: str) -> Callable[[float, int], None]:
        """Takes the seconds of each call of a stage."""
        child = self._stages.labels(name)
        return lambda seconds, _: child.observe(seconds)

    def leg(self, of: str, name: str, seconds: float) -> None:
        """A frame took so long for a part of its way; ``of`` is ``frames`` or ``events``."""
        self._legs.labels(of, name).observe(seconds)

    def came(self, camera_id: str, is_sub: bool) -> None:
        """A base frame came from a stream of a camera."""
        self._came.labels(camera_id, "sub" if is_sub else "main").inc()

    def dropped(self, camera_id: str) -> None:
        """A frame was not analysed."""
        self._drops.labels(camera_id).inc()

    def turned(self, camera_id: str, turn: Turn, now: datetime) -> None:
        """A frame was analysed."""
        self._frames.labels(camera_id).inc()
        self._lag.labels(camera_id).set((now - turn.at).total_seconds())
        for outcome in turn.outcomes:
            for rule_id, verdict in outcome.verdicts.items():
                self._verdicts.labels(rule_id, verdict.kind.value).inc()

    def told(self, delay_s: float) -> None:
        """An event that opened was committed, so long after the frame that confirmed it."""
        self._delay.observe(delay_s)
