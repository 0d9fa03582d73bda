"""The receivers of a site, and the couriers that serve them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Protocol, runtime_checkable

from structlog.typing import FilteringBoundLogger

from vision.config import MqttSink, SiteConfig, WebhookSink
from vision.ports import Letter, Notice, Outbox, WindowState
from vision.sinks import Audiences, Courier, DeliveryPolicy
from vision.sinks.webhook import ROBOT_PACE_S
from vision.types import Event

Sink = WebhookSink | MqttSink


class OpenReceiver(Protocol):
    """A receiver with a connection to give back."""

    def send(self, letter: Letter) -> None:
        """See :class:`vision.ports.Receiver`."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


@runtime_checkable
class StateBoard(Protocol):
    """A receiver that shows the latest state of every window."""

    def show(self, states: Iterable[WindowState]) -> None:
        """Take the latest states; must be quick and must not raise for a dead receiver."""
        ...


class Mailroom:
    """Tells receivers of events, with one courier for each.

    Args:
        outbox: Where letters lie.
        open_receiver: Makes a receiver.
        log: Told of failures.
    """

    def __init__(
        self,
        outbox: Outbox,
        open_receiver: Callable[[Sink, SiteConfig], OpenReceiver],
        log: FilteringBoundLogger,
    ) -> None:
        self._outbox = outbox
        self._open_receiver = open_receiver
        self._log = log
        self._site: SiteConfig | None = None
        self._audiences = Audiences(())
        self._couriers: list[Courier] = []
        self._boards: list[StateBoard] = []
        self._shown: dict[str, WindowState] = {}
        self._closing = ExitStack()

    def open(self, site: SiteConfig, open_events: Iterable[Event]) -> None:
        """Serve the receivers of this site from now on; unchanged ones are left in peace.

        Raises:
            UsageError: If an address is incomplete or barred; then all stays as it was.
            MissingExtra: If a library is not installed; likewise.
        """
        if self._site is not None and _wording(self._site) == _wording(site):
            return
        with ExitStack() as opening:
            receivers = []
            for sink in site.sinks:
                receivers.append(self._open_receiver(sink, site))
                opening.callback(receivers[-1].close)
            self.close()
            self._closing = opening.pop_all()
        self._site = site
        self._audiences = Audiences(site.sinks, open_events)
        self._boards = [one for one in receivers if isinstance(one, StateBoard)]
        self._couriers = [
            Courier(sink.name, self._outbox, receiver, policy_of(sink), self._log)
            for sink, receiver in zip(site.sinks, receivers, strict=True)
        ]
        for courier in self._couriers:
            courier.start()
        self.show(tuple(self._shown.values()))

    def tell(self, events: Sequence[Event]) -> list[Notice]:
        """What receivers are to be told of changed events."""
        return self._audiences.notices(events)

    def show(self, states: Sequence[WindowState]) -> None:
        """After a commit: show the states and send the letters."""
        self._shown |= {state.window_id: state for state in states}
        for board in self._boards:
            board.show(states)
        for courier in self._couriers:
            courier.wake()

    def close(self) -> None:
        """Stop the couriers; what is not delivered stays in the outbox."""
        for courier in self._couriers:
            courier.stop(wait_s=0)
        for courier in self._couriers:
            courier.stop(wait_s=1.0 / len(self._couriers))
        self._couriers, self._boards = [], []
        self._closing.close()


def _wording(site: SiteConfig) -> object:
    """All that receivers depend on."""
    names = {window.id: window.name for window in site.windows}
    return site.sinks, site.site, names


def policy_of(sink: Sink) -> DeliveryPolicy:
    """How letters to a receiver are tried and paced."""
    robot = isinstance(sink, WebhookSink) and sink.template != "json"
    return DeliveryPolicy(tries=sink.tries, pace_s=ROBOT_PACE_S if robot else 0.0)
