"""Asking one device, with nothing sent anywhere else and nothing taken on trust.

SOAP is the library ``onvif-zeep-async``'s, with a transport of its own under it: no redirects,
bounded time and size, and only XML that :func:`vision.devices.hostile.plain_xml` lets through.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import onvif
from onvif.client import ONVIFService
from onvif.definition import SERVICES
from onvif.exceptions import ONVIFError
from onvif.settings import DEFAULT_SETTINGS
from onvif.util import is_auth_error
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault
from zeep.wsdl.utils import etree_to_string

from vision.devices.hostile import MOST_BYTES, HostileAnswer, plain_xml, printable
from vision.errors import CameraUnreachable

UNREADABLE = (ZeepError, ONVIFError, ValueError, TypeError, AttributeError, LookupError)
"""What the library raises on answers that are not as they should be."""

WSDL = Path(onvif.__file__).parent / "wsdl"


class NotAuthorised(Exception):
    """The device wants a login, or another one."""


class NotOffered(Exception):
    """The device answers that it cannot do this; the text is its reason, fit to be shown."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a device may take.

    Attributes:
        request_s: For one answer.
        whole_s: For everything that is asked.
    """

    request_s: float = 8.0
    whole_s: float = 60.0


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer as the SOAP library wants it."""

    status_code: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})
    encoding: str = "utf-8"


class Gate:
    """The only way to a device: the transport under the SOAP library."""

    cache = None

    def __init__(self, session: aiohttp.ClientSession, shown: str) -> None:
        self.session = session
        self._shown = shown

    async def post_xml(self, address: str, envelope: Any, headers: dict[str, str]) -> _Reply:
        """Send one question.

        Raises:
            NotAuthorised: If the device wants a login.
            CameraUnreachable: If it gives no answer, or none that may be read.
        """
        headers = {"Accept-Encoding": "identity", "Content-Type": "text/xml"} | headers
        data: bytes = etree_to_string(envelope)  # type: ignore[no-untyped-call]
        try:
            async with self.session.post(
                address, data=data, headers=headers, allow_redirects=False
            ) as response:
                return _Reply(response.status, await self._body(response))
        except TimeoutError:
            raise self._gone("did not answer in time") from None
        except aiohttp.ClientConnectorError as error:
            refused = isinstance(error.os_error, ConnectionRefusedError)
            text = "refused the connection; is ONVIF switched on, and is that its port?"
            raise self._gone(text if refused else "cannot be reached") from None
        except (aiohttp.ClientError, ValueError) as error:
            if isinstance(error, HostileAnswer):
                raise self._gone(f"is not to be trusted: {error}") from None
            raise self._gone("does not talk as an ONVIF camera does") from None

    async def aclose(self) -> None:
        """The session is closed by whoever opened it."""

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        if response.status in (401, 403):
            raise NotAuthorised
        if 300 <= response.status < 400:
            raise self._gone("sends whoever asks elsewhere, which is not followed")
        if response.status == 404:
            raise self._gone("has no ONVIF service at that path; is ONVIF switched on?")
        parts, size = [], 0
        async for part in response.content.iter_chunked(2**16):
            size += len(part)
            parts.append(part)
            if size > MOST_BYTES:
                break
        data = plain_xml(b"".join(parts))
        if b"Envelope" not in data[:4096]:
            raise self._gone("answers, but not as an ONVIF camera does; is ONVIF switched on?")
        return data

    def _gone(self, text: str) -> CameraUnreachable:
        return CameraUnreachable(f"{self._shown} {text}")


@asynccontextmanager
async def gate(shown: str, login: Login | None, patience: Patience) -> AsyncIterator[Gate]:
    """A way to a device, for as long as it is needed; digest logins are answered."""
    secure = ssl.create_default_context()
    secure.check_hostname = False  # cameras have certificates that they signed themselves
    secure.verify_mode = ssl.CERT_NONE
    digest = aiohttp.DigestAuthMiddleware(login.user, login.password) if login else None
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=secure, limit=2),
        timeout=aiohttp.ClientTimeout(total=patience.request_s),
        middlewares=(digest,) if digest else (),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        yield Gate(session, shown)


class Service:
    """One service of a device.

    Args:
        way: To the device.
        shown: As the device is named in messages.
        service: The library's.
        login: Who asks; None for nobody.
    """

    def __init__(self, way: Gate, shown: str, service: ONVIFService, login: Login | None) -> None:
        self._shown = shown
        self._login = login
        self._service = service
        service.transport = way

    async def ask(self, question: str, **parts: Any) -> Any:
        """The answer to one question.

        Raises:
            NotAuthorised: If the device wants a login, or another one.
            NotOffered: If it answers that it cannot.
            CameraUnreachable: If it gives no answer, or none that can be read.
        """
        name = question if self._login else f"authless_{question}"
        with DEFAULT_SETTINGS(xml_huge_tree=False, forbid_dtd=True):
            try:
                return await getattr(self._service, name)(parts or None)
            except Fault as fault:
                if is_auth_error(fault):
                    raise NotAuthorised from None
                raise NotOffered(printable(fault.message)) from None
            except UNREADABLE:
                raise CameraUnreachable(
                    f"{self._shown} answers {question} with something that cannot be read"
                ) from None


@asynccontextmanager
async def service(
    way: Gate,
    shown: str,
    kind: str,
    url: str,
    login: Login | None = None,
    ahead: timedelta | None = None,
) -> AsyncIterator[Service]:
    """A service of a device, for as long as it is needed.

    Args:
        way: To the device.
        shown: As the device is named in messages.
        kind: ``devicemgmt`` or ``media``.
        url: Where it is.
        login: Who asks; None for nobody.
        ahead: How far the device's clock is ahead: logins carry the time, as the device has it.
    """
    definition = SERVICES[kind]
    made = ONVIFService(
        url,
        login.user if login else None,
        login.password if login else None,
        str(WSDL / definition["wsdl"]),
        no_cache=True,
        dt_diff=ahead,
        binding_name=f"{{{definition['ns']}}}{definition['binding']}",
    )
    one = Service(way, shown, made, login)
    try:
        await made.setup()
        yield one
    finally:
        await made.close()


def hush() -> None:
    """Keep the libraries from repeating what devices send, and questions with their logins."""
    for name in ("onvif", "zeep", "aiohttp"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


async def hosts_of(host: str) -> frozenset[str]:
    """A host's name and addresses; its name alone if that is not known."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return frozenset({host})
    return frozenset({host, *(str(one[4][0]) for one in found)})
