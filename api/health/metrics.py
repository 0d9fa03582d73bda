"""What Prometheus is told: requests of this process, and what the store knows of the windows."""

from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vision.ports import EventFilter, EventReader
from vision.types import EventStatus

_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5)
_MOST_OPEN = 5000


@dataclass(frozen=True, slots=True)
class StoreCollector(Collector):
    """Reads the live state of the hall when it is asked for."""

    store: EventReader

    def collect(self) -> Iterator[Metric]:
        """State of every window and open events per window and rule."""
        states = GaugeMetricFamily(
            "deportment_window_state",
            "1 for the state that a window is in",
            None,
            ["window", "state"],
        )
        seen = GaugeMetricFamily(
            "deportment_window_observed_timestamp_seconds",
            "Capture time of the last observation",
            None,
            ["window"],
        )
        for name, state in self.store.states().items():
            states.add_metric([name, state.state], 1)
            seen.add_metric([name], state.at.timestamp())
        yield states
        yield seen
        yield self._open_events()

    def _open_events(self) -> Metric:
        wanted = EventFilter(status=EventStatus.OPEN, limit=_MOST_OPEN)
        tally = Tally((event.window_id, event.rule_id) for event in self.store.events(wanted))
        family = GaugeMetricFamily(
            "deportment_open_events", "Events that last", None, ["window", "rule"]
        )
        for place, number in sorted(tally.items()):
            family.add_metric(place, number)
        return family


class Metrics:
    """The metrics of one application.

    Args:
        store: Where the state of the windows is read.
    """

    def __init__(self, store: EventReader) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(StoreCollector(store))
        self._requests = Counter(
            "deportment_http_requests",
            "Requests answered",
            ["method", "path", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "deportment_http_request_seconds",
            "Time to the last byte of the answer",
            ["path"],
            buckets=_BUCKETS_S,
            registry=self.registry,
        )

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one request; ``path`` is the route, without the ids in it."""
        self._requests.labels(method, path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)
