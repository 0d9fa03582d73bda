"""An MQTT 5 broker: events, the retained state of every window, and whether anybody watches."""

import json
import ssl
from collections.abc import Iterable
from threading import Lock
from types import TracebackType
from typing import Any, Self

from vision.config import MqttSink
from vision.errors import DeliveryError, MissingExtra
from vision.ports import Letter, WindowState
from vision.sinks.templates import Wording, plain
from vision.wire import state_to_json

try:
    from paho.mqtt.client import Client, MQTTMessageInfo
    from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
except ModuleNotFoundError as missing:
    raise MissingExtra("mqtt", "an mqtt sink") from missing

KEEPALIVE_S = 20
AT_LEAST_ONCE = 1
_WAITING_MOST = 2000


class MqttReceiver:
    """Publishes to one broker; connects, and connects again, in a thread of its own.

    Topics, below ``PREFIX/SITE``: ``status`` (``online``, by last will ``offline``),
    ``windows/ID/state`` and ``events/ID``. All but events are retained.

    Args:
        sink: Where the broker is.
        password: With variables filled in.
        wording: Names the site.
        timeout_s: Longest wait for the broker to confirm a message.
    """

    def __init__(
        self, sink: MqttSink, password: str | None, wording: Wording, timeout_s: float = 10.0
    ) -> None:
        self._root = f"{sink.prefix}/{wording.site}"
        self._wording = wording
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._shown: dict[str, WindowState] = {}
        self._client = self._made(sink, password)
        self._client.connect_async(sink.host, sink.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()

    def _made(self, sink: MqttSink, password: str | None) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"deportment-{self._wording.site}-{sink.name}",
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        if sink.username is not None:
            client.username_pw_set(sink.username, password)
        if sink.tls:
            client.tls_set_context(ssl.create_default_context())
        client.will_set(f"{self._root}/status", "offline", AT_LEAST_ONCE, retain=True)
        client.max_queued_messages_set(_WAITING_MOST)
        client.reconnect_delay_set(1, 60)
        client.on_connect = self._connected
        return client

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    def close(self) -> None:
        """Say goodbye, if anybody listens, and disconnect."""
        if self.connected:
            self._await(self._retained("status", "offline"), 1.0)
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, letter: Letter) -> None:
        """Publish one event and wait until the broker has it; see ``Receiver``."""
        if not self.connected:
            raise DeliveryError("the broker is not connected")
        payload = json.dumps(plain(letter, self._wording), ensure_ascii=False)
        topic = f"{self._root}/events/{letter.window_id}"
        if not self._await(self._client.publish(topic, payload, AT_LEAST_ONCE), self._timeout_s):
            raise DeliveryError(f"the broker did not confirm within {self._timeout_s:g} s")

    def show(self, states: Iterable[WindowState]) -> None:
        """Publish the states that differ from what was shown; without a broker, remember them."""
        for state in states:
            with self._lock:
                before = self._shown.get(state.window_id)
                self._shown[state.window_id] = state
            if self.connected and (before is None or _gist(before) != _gist(state)):
                self._publish(state)

    def _connected(self, *_: object) -> None:
        """A new connection: the broker may have forgotten everything."""
        self._retained("status", "online")
        with self._lock:
            states = tuple(self._shown.values())
        for state in states:
            self._publish(state)

    def _publish(self, state: WindowState) -> None:
        payload = json.dumps(state_to_json(state), ensure_ascii=False)
        self._retained(f"windows/{state.window_id}/state", payload)

    def _retained(self, topic: str, payload: str) -> MQTTMessageInfo:
        return self._client.publish(f"{self._root}/{topic}", payload, AT_LEAST_ONCE, retain=True)

    def _await(self, message: MQTTMessageInfo, timeout_s: float) -> bool:
        if message.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        message.wait_for_publish(timeout_s)
        return message.is_published()


def _gist(state: WindowState) -> Any:
    """What of a state is worth a message: all but the instant and the scores."""
    return state.state, state.reason, {rule: told[0] for rule, told in state.verdicts.items()}
