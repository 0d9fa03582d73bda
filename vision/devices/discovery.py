"""Searching the local network for cameras (WS-Discovery).

Messages are written and read by the library ``WSDiscovery``. Its own network threads are left
out: one malformed answer ends them, and they do not say who has answered.
"""

import ipaddress
import logging
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.parsers.expat import ExpatError

import ifaddr
from wsdiscovery import QName
from wsdiscovery.actions import constructProbe
from wsdiscovery.message import createSOAPMessage, parseSOAPMessage
from wsdiscovery.namespaces import NS_ACTION_PROBE_MATCH

from vision.devices.description import Found
from vision.devices.hostile import HostileAnswer, plain_xml, printable, service_url
from vision.devices.target import SERVICE_PATH
from vision.errors import UsageError

GROUP = ("239.255.255.250", 3702)
KINDS = (
    QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter", "dn"),
    QName("http://www.onvif.org/ver10/device/wsdl", "Device", "tds"),
)
REPEAT_AFTER_S = 0.4
"""Datagrams get lost: each question is put twice."""

MOST_ANSWERS = 2000
MOST_DEVICES = 500
MOST_SCOPES = 40
MOST_DATAGRAM_BYTES = 32 * 1024
SCOPE = "onvif://www.onvif.org/"
MALFORMED = (ExpatError, HostileAnswer, LookupError, AttributeError, ValueError, RecursionError)
"""What the library raises on answers that are not as they should be."""


@dataclass(frozen=True, slots=True)
class Question:
    """A search, as it is sent."""

    id: str
    data: bytes


def questions() -> tuple[Question, ...]:
    """One search per kind of device."""
    probes = [constructProbe([kind], []) for kind in KINDS]
    return tuple(
        Question(one.getMessageId(), createSOAPMessage(one).encode("utf-8")) for one in probes
    )


def own_addresses() -> tuple[str, ...]:
    """IPv4 addresses of this machine's networks."""
    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    return tuple(
        text
        for text in found
        if isinstance(text, str) and not ipaddress.ip_address(text).is_loopback
    )


def discover(
    timeout_s: float,
    interfaces: Sequence[str] = (),
    target: tuple[str, int] = GROUP,
) -> list[Found]:
    """Every ONVIF device that answers within ``timeout_s``, by address.

    Args:
        timeout_s: How long to listen.
        interfaces: Addresses of this machine from which to ask; empty for all.
        target: Whom to ask.

    Raises:
        UsageError: If there is no network to ask, or an address is not this machine's.
    """
    logging.getLogger("wsdiscovery").setLevel(logging.CRITICAL)  # it repeats what devices send
    sources = tuple(interfaces) or own_addresses()
    if not sources:
        raise UsageError("this machine has no network to search; is the cable plugged in?")
    asked = questions()
    found: dict[tuple[str, str], Found] = {}
    for data, host in _answers(timeout_s, sources, target, asked):
        for device in devices_in(data, host, [one.id for one in asked]):
            if len(found) < MOST_DEVICES:
                found.setdefault((host, device.service_url), device)
    return [found[key] for key in sorted(found, key=_by_address)]


def devices_in(data: bytes, host: str, asked: Sequence[str]) -> list[Found]:
    """The devices in one answer; empty if it is malformed, or answers another question."""
    try:
        answer = parseSOAPMessage(plain_xml(data, MOST_DATAGRAM_BYTES), host)
        if answer is None or answer.getAction() != NS_ACTION_PROBE_MATCH:
            return []
        if answer.getRelatesTo() not in asked:
            return []
        return [
            _found(host, match.getXAddrs(), [one.getValue() for one in match.getScopes()])
            for match in answer.getProbeResolveMatches()
        ]
    except MALFORMED:
        return []


def _found(host: str, addresses: Sequence[str], scopes: Sequence[str]) -> Found:
    asked, hosts = f"http://{host}{SERVICE_PATH}", frozenset({host})
    offered = [service_url(one, asked, hosts) for one in addresses]
    url = next((url for url, is_elsewhere in offered if not is_elsewhere), asked)
    port = urlsplit(url).port
    texts = [printable(unquote(one)) for one in scopes[:MOST_SCOPES]]
    return Found(
        host if port is None or port == 80 else f"{host}:{port}",
        url,
        _scope(texts, "name/"),
        _scope(texts, "hardware/"),
        tuple(texts),
    )


def _scope(scopes: Sequence[str], kind: str) -> str:
    prefix = SCOPE + kind
    return next((one.removeprefix(prefix) for one in scopes if one.startswith(prefix)), "")


def _by_address(key: tuple[str, str]) -> tuple[int, str]:
    return int(ipaddress.ip_address(key[0])), key[1]


def _answers(
    timeout_s: float,
    sources: Sequence[str],
    target: tuple[str, int],
    asked: Sequence[Question],
) -> Iterator[tuple[bytes, str]]:
    """Datagrams and the hosts that sent them."""
    begun_s = time.monotonic()
    repeat_s: float | None = begun_s + REPEAT_AFTER_S
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        mouths = [stack.enter_context(_mouth(address)) for address in sources]
        for mouth in mouths:
            selector.register(mouth, selectors.EVENT_READ)
        _ask(mouths, target, asked)
        taken = 0
        while taken < MOST_ANSWERS and (now_s := time.monotonic()) < begun_s + timeout_s:
            if repeat_s is not None and now_s >= repeat_s:
                _ask(mouths, target, asked)
                repeat_s = None
            for key, _ in selector.select(min(0.1, begun_s + timeout_s - now_s)):
                while taken < MOST_ANSWERS and (got := _receive(key.fileobj)) is not None:
                    taken += 1
                    yield got


def _mouth(address: str) -> socket.socket:
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        mouth.setblocking(False)
        mouth.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)  # a hall answers at once
        mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        mouth.bind((address, 0))
    except OSError:
        mouth.close()
        raise UsageError(f"'{address}' is not an IPv4 address of this machine") from None
    return mouth


def _ask(
    mouths: Sequence[socket.socket], target: tuple[str, int], asked: Sequence[Question]
) -> None:
    for mouth in mouths:
        for question in asked:
            try:
                mouth.sendto(question.data, target)
            except OSError:
                break  # an interface without multicast: the others are asked all the same


def _receive(mouth: object) -> tuple[bytes, str] | None:
    if not isinstance(mouth, socket.socket):
        return None
    try:
        data, sender = mouth.recvfrom(MOST_DATAGRAM_BYTES + 1)
    except OSError:
        return None
    return data, str(sender[0])
