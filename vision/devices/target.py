"""Where a camera is asked: what a technician types, checked."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from vision.errors import UsageError

SERVICE_PATH = "/onvif/device_service"


@dataclass(frozen=True, slots=True)
class Target:
    """A camera's ONVIF service.

    Attributes:
        host: Name or address.
        url: Of its device service.
        shown: As it is named in messages.
    """

    host: str
    url: str
    shown: str

    @classmethod
    def parse(cls, text: str) -> "Target":
        """From ``10.0.0.7``, ``10.0.0.7:8080``, ``[fe80::1]`` or a whole ``http:`` URL.

        Raises:
            UsageError: If it is neither, or holds a login; the login is not repeated.
        """
        if "@" in text:
            raise UsageError(
                "an address with a login: leave it out, give --user, and put the password into "
                "DEPORTMENT_CAMERA_PASSWORD"
            )
        url = text if "://" in text else f"http://{text}"
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("http", "https") or any(map(str.isspace, text)):
            raise UsageError(f"expected an address such as 10.0.0.7 or 10.0.0.7:8080, got '{text}'")
        path = parts.path if parts.path not in ("", "/") else SERVICE_PATH
        name = f"[{host}]" if ":" in host else host
        netloc = name if port is None else f"{name}:{port}"
        return cls(host, f"{parts.scheme}://{netloc}{path}", netloc)
