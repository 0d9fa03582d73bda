"""Reading HLS from a camera, and from nowhere else."""

from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPMessage
from io import BytesIO
from types import MappingProxyType
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from vision.sources.live.health import Reason, Refusal

STATUSES: Mapping[int, Reason] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: Reason.UNAUTHORISED,
        HTTPStatus.FORBIDDEN: Reason.UNAUTHORISED,
        HTTPStatus.NOT_FOUND: Reason.NOT_FOUND,
    }
)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Refuse: a camera that sends its viewers elsewhere is not to be followed."""


class SameHost:
    """Opens a playlist and its segments for PyAV, from the playlist's host only.

    Args:
        url: The playlist's, with credentials if the camera needs any.
        timeout_s: Longest silence.

    Attributes:
        refusal: Why the last part was not opened; None if it was. PyAV would print an error that
            is raised within its callback, so such a part reads as empty.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        self._origin = _origin(url)
        self._client = _client(url)
        self._timeout_s = timeout_s
        self.refusal: Refusal | None = None

    def __call__(self, part: str, flags: int, options: dict[str, str]) -> IO[bytes]:
        """The bytes of a part."""
        try:
            content = self._open(part)
        except Refusal as refusal:
            self.refusal = refusal
            return BytesIO()
        self.refusal = None
        return content

    def _open(self, part: str) -> IO[bytes]:
        if _origin(part) != self._origin:
            raise Refusal(Reason.REDIRECTED)
        try:
            content: IO[bytes] = self._client.open(_without_login(part), timeout=self._timeout_s)
        except HTTPError as error:
            error.close()
            other = Reason.REDIRECTED if 300 <= error.code < 400 else Reason.FAILED
            raise Refusal(STATUSES.get(error.code, other)) from None
        except URLError as error:
            refused = isinstance(error.reason, ConnectionRefusedError)
            raise Refusal(Reason.REFUSED if refused else Reason.UNREACHABLE) from None
        return content


def _client(url: str) -> OpenerDirector:
    parts = urlsplit(url)
    logins = HTTPPasswordMgrWithDefaultRealm()
    if parts.username is not None:
        root = urlunsplit(urlsplit(_without_login(url))._replace(path="/", query=""))
        user, password = unquote(parts.username), unquote(parts.password or "")
        logins.add_password(None, root, user, password)
    return build_opener(_NoRedirects, HTTPBasicAuthHandler(logins), HTTPDigestAuthHandler(logins))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
