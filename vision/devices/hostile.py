"""Guards against what unknown devices answer. Pure."""

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit, urlunsplit

from vision.config.site import URL_SCHEMES
from vision.devices.description import StreamAddress

MOST_BYTES = 512 * 1024
"""Of one answer; a camera with sixteen profiles sends some 60 kB."""

MOST_URL_CHARACTERS = 1000
STREAM_SCHEMES = tuple(scheme for scheme in URL_SCHEMES if scheme != "file")
SERVICE_SCHEMES = ("http", "https")

_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
_URL = re.compile(r"[\x21-\x7e]+")
_SECRET = re.compile(r"(?i)((?:pass|passwd|password|pwd|psw|token|secret|auth)[=:])[^&;/_?#]*")


class HostileAnswer(ValueError):
    """An answer that no honest device gives; the text says what is wrong with it."""


def plain_xml(data: bytes, most_bytes: int = MOST_BYTES) -> bytes:
    """The same XML as UTF-8, if it is small, says so, and defines no entities.

    The declaration is left out, so that no parser takes the bytes for another encoding in which
    they would say something else.

    Raises:
        HostileAnswer: If it is none of that.
    """
    if len(data) > most_bytes:
        raise HostileAnswer(f"its answer is longer than {most_bytes // 1024} kB")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise HostileAnswer("its answer is not in UTF-8") from None
    if any(word in text.upper() for word in _FORBIDDEN):
        raise HostileAnswer("its answer defines XML entities")
    return _DECLARATION.sub("", text, count=1).encode()


def printable(value: object, most: int = 120) -> str:
    """Text of a device as it may be shown: one line, nothing that steers a terminal."""
    text = "" if value is None else str(value)[: most * 4]
    kept = "".join(" " if one.isspace() else one for one in text if _is_shown(one))
    return " ".join(kept.split())[:most]


def _is_shown(character: str) -> bool:
    return character.isspace() or not unicodedata.category(character).startswith("C")


def service_url(offered: object, asked: str, hosts: frozenset[str]) -> tuple[str, bool]:
    """Where a service is, on the host that was asked, and whether the device named another one.

    Args:
        offered: What the device says.
        asked: URL at which it was asked.
        hosts: Names and addresses of its host.
    """
    base, parts = urlsplit(asked), _split(offered)
    if parts is None or parts.scheme not in SERVICE_SCHEMES:
        return asked, True
    path = parts.path or "/"
    here = parts.hostname in hosts
    if here and parts.scheme in (base.scheme, "https"):
        netloc = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, netloc, path, parts.query, "")), False
    return urlunsplit((base.scheme, base.netloc, path, parts.query, "")), not here


def stream_address(
    offered: object, hosts: frozenset[str], schemes: tuple[str, ...] = STREAM_SCHEMES
) -> StreamAddress:
    """An address that a device gives for its pictures, checked like a camera's URL."""
    parts = _split(offered)
    if parts is None:
        return StreamAddress("", "", "the address is malformed")
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    shown = _SECRET.sub(r"\1***", bare)
    refusal = ""
    if parts.scheme not in schemes:
        refusal = f"expected {', '.join(schemes)}"
    elif parts.hostname not in hosts:
        refusal = "names another host"
    elif "$" in bare or "\\" in bare or '"' in bare:
        refusal = "holds characters that no camera's address has"
    return StreamAddress("" if refusal else bare, shown, refusal)


def _split(offered: object) -> SplitResult | None:
    """The parts of a URL; None if it is none."""
    text = str(offered or "").strip()
    if len(text) > MOST_URL_CHARACTERS or not _URL.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
        known = parts.hostname and (parts.port or True)
    except ValueError:
        return None
    return parts if known and parts.scheme else None
