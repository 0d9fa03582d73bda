"""Against a real broker: events, retained states, availability."""

import json
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from threading import Event

import pytest

from tests.stored import state
from tests.unit.sinks.letters import WORDING, letter
from vision.config import MqttSink
from vision.errors import DeliveryError

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
mqtt = pytest.importorskip("vision.sinks.mqtt", exc_type=Exception, reason="needs paho-mqtt")
client = pytest.importorskip("paho.mqtt.client")
needs_broker = pytest.mark.skipif(not MOSQUITTO, reason="needs the Debian package mosquitto")


@contextmanager
def broker(port):
    with subprocess.Popen(
        [MOSQUITTO, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        wait_until(lambda: listens(port))
        try:
            yield running
        finally:
            running.terminate()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def listens(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def wait_until(true, longest_s=15.0):
    until_s = time.monotonic() + longest_s
    while not true() and time.monotonic() < until_s:
        time.sleep(0.02)
    assert true()


@contextmanager
def receiver(port, **written):
    sink = MqttSink.model_validate({"kind": "mqtt", "host": "127.0.0.1", "port": port} | written)
    with mqtt.MqttReceiver(sink, None, WORDING, timeout_s=2.0) as made:
        yield made


@contextmanager
def listener(port):
    """Messages by topic; subscribes to everything that the product publishes."""
    heard, there = [], Event()
    one = client.Client(client.CallbackAPIVersion.VERSION2, protocol=client.MQTTv5)
    one.on_message = lambda *args: heard.append((args[2].topic, args[2].payload.decode()))
    one.on_subscribe = lambda *_: there.set()
    one.connect("127.0.0.1", port)
    one.subscribe("deportment/#", qos=1)
    one.loop_start()
    assert there.wait(5)
    try:
        yield heard
    finally:
        one.disconnect()
        one.loop_stop()


@needs_broker
def test_events_states_and_availability():
    port = free_port()
    with broker(port), listener(port) as heard:
        with receiver(port) as made:
            wait_until(lambda: made.connected)
            made.show([state("A03"), state("A03", 1), state("A04")])
            made.send(letter())
            wait_until(lambda: len(heard) == 4)
        wait_until(lambda: len(heard) == 5)
    topics = [topic for topic, _ in heard]
    assert heard[0] == ("deportment/hall/status", "online")
    assert topics[1:3] == ["deportment/hall/windows/A03/state", "deportment/hall/windows/A04/state"]
    assert json.loads(heard[1][1])["state"] == "present"
    assert topics[3] == "deportment/hall/events/A03"
    assert json.loads(heard[3][1])["event"]["id"] == "01J7"
    assert heard[4] == ("deportment/hall/status", "offline")


@needs_broker
def test_a_late_listener_learns_the_states_but_no_old_events():
    port = free_port()
    with broker(port), receiver(port) as made:
        wait_until(lambda: made.connected)
        made.show([state("A03"), state("A03", 9, "absent")])
        made.send(letter())
        with listener(port) as heard:
            wait_until(lambda: len(heard) == 2)
    told = dict(heard)
    assert told["deportment/hall/status"] == "online"
    assert json.loads(told["deportment/hall/windows/A03/state"])["state"] == "absent"


@needs_broker
def test_a_broker_that_restarts_learns_everything_anew():
    port = free_port()
    with broker(port), receiver(port) as made:
        wait_until(lambda: made.connected)
        made.show([state("A03")])
    with receiver(port) as made:
        made.show([state("A03")])
        with pytest.raises(DeliveryError, match="the broker is not connected"):
            made.send(letter())
        with broker(port), listener(port) as heard:
            wait_until(lambda: len(heard) == 2)
            made.send(letter())
            wait_until(lambda: len(heard) == 3)
    assert [topic.split("/")[2] for topic, _ in heard] == ["status", "windows", "events"]


KILLED = """
import sys, time
from tests.unit.sinks.test_mqtt import receiver, wait_until
with receiver(int(sys.argv[1])) as made:
    wait_until(lambda: made.connected)
    print("up", flush=True)
    time.sleep(60)
"""


@needs_broker
def test_the_last_will_speaks_for_a_process_that_was_killed():
    port = free_port()
    with broker(port), listener(port) as heard:
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(port)], stdout=subprocess.PIPE
        ) as running:
            running.stdout.readline()
            running.kill()
        wait_until(lambda: len(heard) == 2)
    assert [payload for _, payload in heard] == ["online", "offline"]
