"""A camera that speaks ONVIF, for tests: a small SOAP server, and an answer to searches.

It checks logins as cameras do: the digest of nonce, time and password, and that the time is now
by its own clock.
"""

import base64
import hashlib
import re
import socket
import struct
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GROUP = "239.255.255.250"
PORT = 3702
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:ter="http://www.onvif.org/ver10/error" '
    'xmlns:tt="http://www.onvif.org/ver10/schema"><s:Body>{}</s:Body></s:Envelope>'
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    "<Envelope>&b;</Envelope>"
)


@dataclass
class Behaviour:
    """How a device is, and how it misbehaves.

    Attributes:
        login: User and password; None to ask for none.
        ahead: How far its clock is ahead.
        strict_clock: Whether it takes logins by its caller's clock only: it tells another time.
        profiles: Token to codec, width, height, fps, kbit/s, pictures a key frame, stream URI.
        instead: Question to what is answered instead: body, status, headers.
        media_at: Where it says that its media service is.
        questions: What it was asked.
    """

    login: tuple[str, str] | None = ("admin", "s3cret")
    ahead: timedelta = timedelta()
    strict_clock: bool = False
    profiles: dict[str, tuple] = field(default_factory=dict)
    instead: dict[str, tuple[str, int, dict[str, str]]] = field(default_factory=dict)
    media_at: str = "http://{host}/onvif/media_service"
    questions: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def fault(subcode: str, reason: str) -> str:
    return ENVELOPE.format(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{subcode}</s:Value>"
        f'</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason>'
        "</s:Fault>"
    )


class _Device(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        question = re.search(r"Body[^>]*>\s*<(?:\w+:)?(\w+)", text)[1]
        kind = self.server.behaviour
        kind.questions.append(question)
        if question in kind.instead:
            self._send(*kind.instead[question])
        elif question != "GetSystemDateAndTime" and not self._allows(text):
            self._send(fault("ter:NotAuthorized", "Sender not authorized"), 400, {})
        else:
            self._send(ENVELOPE.format(getattr(self, question)(text)), 200, {})

    def _allows(self, text: str) -> bool:
        kind = self.server.behaviour
        if kind.login is None:
            return True
        found = {
            name: re.search(rf"<(?:\w+:)?{name}(?: [^>]*)?>([^<]*)<", text)
            for name in ("Username", "Password", "Nonce", "Created")
        }
        if None in found.values():
            return False
        user, digest, nonce, created = (found[name][1] for name in found)
        plain = base64.b64decode(nonce) + created.encode() + kind.login[1].encode()
        due = base64.b64encode(hashlib.sha1(plain).digest()).decode()
        clock = datetime.now(UTC) if kind.strict_clock else kind.now()
        late_s = abs((datetime.fromisoformat(created) - clock).total_seconds())
        return (user, digest) == (kind.login[0], due) and late_s < 5

    def GetSystemDateAndTime(self, _: str) -> str:  # noqa: N802
        now = self.server.behaviour.now()
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
            "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
            f"<tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}"
            f"</tt:Minute><tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>"
            f"{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
            "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"
            "</tds:GetSystemDateAndTimeResponse>"
        )

    def GetDeviceInformation(self, _: str) -> str:  # noqa: N802
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>Example&#27;[2J</tds:Manufacturer>"
            "<tds:Model>Dome 4</tds:Model><tds:FirmwareVersion>5.7.1</tds:FirmwareVersion>"
            "<tds:SerialNumber>E-0042</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>"
            "</tds:GetDeviceInformationResponse>"
        )

    def _media_at(self) -> str:
        return self.server.behaviour.media_at.format(host=self.headers["Host"])

    def GetServices(self, _: str) -> str:  # noqa: N802
        return (
            "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media"
            f"/wsdl</tds:Namespace><tds:XAddr>{self._media_at()}</tds:XAddr><tds:Version>"
            "<tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
            "</tds:GetServicesResponse>"
        )

    def GetCapabilities(self, _: str) -> str:  # noqa: N802
        return (
            "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>"
            f"{self._media_at()}</tt:XAddr><tt:StreamingCapabilities/></tt:Media>"
            "</tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    def GetProfiles(self, _: str) -> str:  # noqa: N802
        profiles = "".join(
            f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name>'
            '<tt:VideoEncoderConfiguration token="e"><tt:Name>e</tt:Name><tt:UseCount>1'
            f"</tt:UseCount><tt:Encoding>{codec}</tt:Encoding><tt:Resolution><tt:Width>{width}"
            f"</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality>"
            f"<tt:RateControl><tt:FrameRateLimit>{fps}</tt:FrameRateLimit><tt:EncodingInterval>1"
            f"</tt:EncodingInterval><tt:BitrateLimit>{kbps}</tt:BitrateLimit></tt:RateControl>"
            f"<tt:H264><tt:GovLength>{group}</tt:GovLength><tt:H264Profile>Main</tt:H264Profile>"
            "</tt:H264></tt:VideoEncoderConfiguration></trt:Profiles>"
            for token, (
                codec, width, height, fps, kbps, group, _,
            ) in self.server.behaviour.profiles.items()
        )  # fmt: skip
        return f"<trt:GetProfilesResponse>{profiles}</trt:GetProfilesResponse>"

    def GetStreamUri(self, text: str) -> str:  # noqa: N802
        token = re.search(r"ProfileToken>([^<]*)<", text)[1]
        uri = self.server.behaviour.profiles[token][-1]
        return self._uri("GetStreamUri", uri)

    def GetSnapshotUri(self, _: str) -> str:  # noqa: N802
        return self._uri("GetSnapshotUri", f"http://{self.headers['Host']}/snap?pwd=hidden")

    def _uri(self, question: str, uri: str) -> str:
        return (
            f"<trt:{question}Response><trt:MediaUri><tt:Uri>{uri}</tt:Uri>"
            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false"
            "</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>"
            f"</trt:{question}Response>"
        )

    def _send(self, body: str, status: int, headers: dict[str, str]) -> None:
        if "Wait" in headers:
            self.server.stopped.wait(float(headers["Wait"]))
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/soap+xml", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def log_message(self, *arguments) -> None:
        """Say nothing."""


@contextmanager
def onvif_device(behaviour: Behaviour) -> Iterator[str]:
    """Host and port of a device."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Device)
    server.daemon_threads = True
    server.behaviour, server.stopped = behaviour, threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def match(relates_to: str, addresses: str, scopes: str, instance: str = "1") -> bytes:
    """An answer to a search."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
        'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
        f"<a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID><a:RelatesTo>{relates_to}</a:RelatesTo>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>"
        f'<d:AppSequence InstanceId="{instance}" MessageNumber="1"/></s:Header><s:Body>'
        "<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1</a:Address>"
        f"</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{scopes}"
        f"</d:Scopes><d:XAddrs>{addresses}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
        "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


def multicast_reaches_loopback() -> bool:
    """Whether this machine delivers to itself what it sends to a group on loopback."""
    here = socket.inet_aton("127.0.0.1")
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth,
    ):
        ear.bind(("", 0))
        ear.settimeout(1.0)
        group = (GROUP, ear.getsockname()[1])
        try:
            ear.setsockopt(
                socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + here
            )
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
            mouth.sendto(b"?", group)
            return ear.recv(8) == b"?"
        except OSError:
            return False


class Responder(threading.Thread):
    """Answers searches with what ``answer`` makes of their id.

    Args:
        answer: Id of a search to datagrams.
        group: Whether it listens to the multicast group, or on a port of its own.
    """

    def __init__(self, answer, group: bool = False) -> None:
        super().__init__(daemon=True)
        self._answer = answer
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._ear.bind(("", PORT) if group else ("127.0.0.1", 0))
        self._ear.settimeout(0.05)
        if group:
            members = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
            self._ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, members)
        self._ended = threading.Event()
        self.place = self._ear.getsockname()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                data, asker = self._ear.recvfrom(65535)
            except TimeoutError:
                continue
            asked = re.search(r"MessageID>([^<]*)<", data.decode())[1]
            for one in self._answer(asked):
                self._ear.sendto(one, asker)

    def __enter__(self) -> "Responder":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self.join()
        self._ear.close()
