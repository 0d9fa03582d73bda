"""Asking an RTSP camera whether it would send its viewers elsewhere, before FFmpeg follows.

FFmpeg goes wherever an RTSP camera redirects it to, with the login, and has no option against it.
So the first requests that it makes are made here before. The connection is kept until FFmpeg has
its own: some servers take down what one viewer asked for while they set it up for the next.
"""

import hashlib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import parse_http_list, parse_keqv_list

from vision.sources.live.health import Reason, Refusal

METHODS = ("OPTIONS", "DESCRIBE")
PORTS: Mapping[str, int] = MappingProxyType({"rtsp": 554, "rtsps": 322})
LONGEST_HEAD = 64 * 1024
_STATUS = re.compile(r"RTSP/\d\.\d (\d{3})\b")
_UNAUTHORISED = 401


@contextmanager
def greeted(url: str, timeout_s: float) -> Iterator[None]:
    """Enter the block if the camera answers for itself, whatever its answer is.

    Args:
        url: RTSP or RTSPS, with credentials if the camera needs any.
        timeout_s: Longest silence.

    Raises:
        Refusal: If it redirects, or there is no answer to be had.
    """
    with ExitStack() as stack:
        _greet(url, timeout_s, stack)
        yield


def _greet(url: str, timeout_s: float, stack: ExitStack) -> None:
    try:
        greeting = stack.enter_context(Greeting(url, timeout_s))
        for method in METHODS:
            status = greeting.ask(method)
            if 300 <= status < 400:
                raise Refusal(Reason.REDIRECTED)
            if status >= 400:
                return
    except ConnectionRefusedError:
        raise Refusal(Reason.REFUSED) from None
    except TimeoutError:
        raise Refusal(Reason.NO_ANSWER) from None
    except OSError:
        raise Refusal(Reason.UNREACHABLE) from None


class Greeting:
    """A connection to a camera on which a few requests are made."""

    def __init__(self, url: str, timeout_s: float) -> None:
        parts = urlsplit(url)
        self._login = unquote(parts.username or ""), unquote(parts.password or "")
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
        self._url = urlunsplit(bare)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self._socket = socket.create_connection((host, port), timeout_s)
        if parts.scheme == "rtsps":
            self._socket = _encrypted(self._socket, host)
        self._file = self._socket.makefile("rb")
        self._sequence = 0

    def __enter__(self) -> "Greeting":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def ask(self, method: str) -> int:
        """The status of its answer; with the login, if it asks for that."""
        status, challenges = self._send(method, "")
        if status == _UNAUTHORISED and self._login[0]:
            answer = _answer(challenges, method, self._url, self._login)
            status, _ = self._send(method, answer) if answer else (status, [])
        return status

    def _send(self, method: str, authorization: str) -> tuple[int, list[str]]:
        self._sequence += 1
        lines = [f"{method} {self._url} RTSP/1.0", f"CSeq: {self._sequence}"]
        lines += ["Accept: application/sdp"] if method == "DESCRIBE" else []
        lines += [f"Authorization: {authorization}"] if authorization else []
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        found = _STATUS.match(self._line())
        if found is None:
            raise Refusal(Reason.FAILED)
        headers = self._headers()
        self._file.read(_length(headers))
        return int(found[1]), [value for name, value in headers if name == "www-authenticate"]

    def _headers(self) -> list[tuple[str, str]]:
        headers = []
        while line := self._line():
            name, _, value = line.partition(":")
            headers.append((name.strip().lower(), value.strip()))
            if len(headers) > 100:
                raise Refusal(Reason.FAILED)
        return headers

    def _line(self) -> str:
        data = self._file.readline(LONGEST_HEAD)
        if not data.endswith(b"\n"):
            raise Refusal(Reason.NO_ANSWER)
        return data.decode("latin-1").strip()


def _length(headers: list[tuple[str, str]]) -> int:
    texts = [value for name, value in headers if name == "content-length"]
    if any(not text.isdecimal() or len(text) > 6 for text in texts):
        raise Refusal(Reason.FAILED)
    return int(texts[0]) if texts else 0


def _encrypted(plain: socket.socket, host: str) -> socket.socket:
    """As FFmpeg does it: cameras sign their certificates themselves."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)


def _answer(challenges: list[str], method: str, url: str, login: tuple[str, str]) -> str:
    """What answers a challenge; empty if none is understood. Digest is preferred."""
    asked = {kind.lower(): rest for kind, _, rest in (one.partition(" ") for one in challenges)}
    if "digest" in asked:
        return _digest(parse_keqv_list(parse_http_list(asked["digest"])), method, url, login)
    return "Basic " + b64encode(":".join(login).encode()).decode() if "basic" in asked else ""


def _digest(asked: dict[str, str], method: str, url: str, login: tuple[str, str]) -> str:
    realm, nonce, user = asked.get("realm", ""), asked.get("nonce", ""), login[0]
    secret, action = _md5(f"{user}:{realm}:{login[1]}"), _md5(f"{method}:{url}")
    values = {"username": user, "realm": realm, "nonce": nonce, "uri": url}
    if "auth" in asked.get("qop", ""):
        count, own = "00000001", _md5(nonce)[:16]
        response = _md5(f"{secret}:{nonce}:{count}:{own}:auth:{action}")
        tail = f", qop=auth, nc={count}, cnonce={_quoted(own)}"
    else:
        response, tail = _md5(f"{secret}:{nonce}:{action}"), ""
    values |= {"response": response} | ({"opaque": asked["opaque"]} if "opaque" in asked else {})
    return "Digest " + ", ".join(f"{key}={_quoted(one)}" for key, one in values.items()) + tail


def _quoted(text: str) -> str:
    return f'"{text}"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
