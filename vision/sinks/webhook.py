"""Receivers of HTTP requests: plain JSON with a signature, and chat robots."""

import json
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from vision.errors import DeliveryError, UsageError
from vision.ports import Letter
from vision.sinks.signing import dingtalk_url, signature
from vision.sinks.templates import Wording, dingtalk, plain, wecom

Template = Callable[[Letter, Wording], dict[str, Any]]
TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {"json": plain, "wecom": wecom, "dingtalk": dingtalk}
)
ROBOT_PACE_S = 3.5
"""WeCom and DingTalk robots take 20 messages a minute; DingTalk blocks who sends more."""

_TEMPORARY = frozenset({408, 409, 425, 429})
_LARGEST_ANSWER = 64 * 1024


class WebhookReceiver:
    """Posts letters to one address.

    Redirects are not followed. Errors name the answer, never the address: robots carry their key
    in it.

    Args:
        url: Where to post.
        wording: What messages need beside the event.
        template: ``json``, ``wecom`` or ``dingtalk``.
        secret: Signs requests; None to send them unsigned.
        timeout_s: Longest wait for a connection, and between two pieces of the answer.
        clock_s: Seconds since 1970.

    Raises:
        UsageError: If the address is malformed.
    """

    def __init__(
        self,
        url: str,
        wording: Wording,
        *,
        template: str = "json",
        secret: str | None = None,
        timeout_s: float = 10.0,
        clock_s: Callable[[], float] = time.time,
    ) -> None:
        self._url = _checked(url)
        self._wording = wording
        self._template = template
        self._secret = secret
        self._timeout_s = timeout_s
        self._clock_s = clock_s
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

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
        """Post one letter; see ``Receiver``."""
        message = TEMPLATES[self._template](letter, self._wording)
        body = json.dumps(message, ensure_ascii=False).encode()
        request = self._client.build_request(
            "POST", self._address(), content=body, headers=self._headers(letter, body)
        )
        status, answer = self._exchange(request)
        if not 200 <= status < 300:
            refused = 300 <= status < 500 and status not in _TEMPORARY
            raise DeliveryError(f"answered with status {status}", refused)
        if self._template != "json":
            _check_robot(answer)

    def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        """Status and the beginning of the answer, within the time allowed for all of it."""
        until_s = time.monotonic() + self._timeout_s
        try:
            answer = self._client.send(request, stream=True)
            try:
                return answer.status_code, _beginning(answer, until_s)
            finally:
                answer.close()
        except httpx.TimeoutException:
            raise DeliveryError(f"no answer within {self._timeout_s:g} s") from None
        except httpx.HTTPError as error:
            raise DeliveryError(f"connection failed ({type(error).__name__})") from None

    def _address(self) -> str:
        if self._template == "dingtalk" and self._secret is not None:
            return dingtalk_url(self._url, self._secret, int(self._clock_s() * 1000))
        return self._url

    def _headers(self, letter: Letter, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._template != "json":
            return headers
        headers["X-Deportment-Delivery"] = str(letter.id)
        headers["X-Deportment-Event"] = f"event.{letter.change}"
        if self._secret is not None:
            signed = signature(self._secret, int(self._clock_s()), body)
            headers["X-Deportment-Signature"] = signed
        return headers


def _checked(url: str) -> str:
    try:
        if urlsplit(url).hostname and httpx.URL(url).host:
            return url
    except (ValueError, httpx.InvalidURL):
        pass
    raise UsageError("the URL of a webhook is malformed") from None


def _beginning(answer: httpx.Response, until_s: float) -> bytes:
    """At most 64 KiB: a receiver that never stops talking must not hold the others up."""
    data = b""
    for piece in answer.iter_raw():
        data += piece
        if len(data) > _LARGEST_ANSWER:
            break
        if time.monotonic() > until_s:
            raise httpx.ReadTimeout("the answer takes too long")
    return data


def _check_robot(answer: bytes) -> None:
    """Robots answer 200 whatever happens; ``errcode`` says what did."""
    try:
        code = json.loads(answer).get("errcode")
    except (ValueError, AttributeError):
        raise DeliveryError("answered with something that is not a robot's answer") from None
    if code != 0:
        raise DeliveryError(f"the robot answered with errcode {code}")
