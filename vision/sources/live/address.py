"""Where a camera is, without its secrets, and what FFmpeg may open on the way there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from vision.errors import UsageError
from vision.sources.container import OPTIONS as FILE_OPTIONS

PROTOCOLS: Mapping[str, str] = MappingProxyType(
    {
        "rtsp": "rtsp,rtp,udp,tcp",
        "rtsps": "rtsps,rtsp,rtp,udp,tcp,tls",
        "http": "http,tcp",
        "https": "https,tls,tcp",
        "file": "file",
    }
)
"""What a URL of each scheme may reach; a redirect or playlist that asks for more is refused."""

HTTP_FORMATS = "mpjpeg,mjpeg,mpegts,flv,live_flv,matroska,webm,mov,mp4,h264,hevc"
"""What an HTTP camera may send. Playlists are not among it: they name other hosts."""

PLAYLIST_FORMATS = "hls,mpegts,mov,mp4"
"""What a URL that ends in ``.m3u8`` may send; see :mod:`vision.sources.live.playlist`."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked camera URL. Printing it shows scheme, host and port only.

    Paths and queries are left out as well: some cameras want the password there.

    Attributes:
        url: The whole URL, with credentials.
        place: What may be shown.
        path: The file of a ``file:`` URL; None for others.
        options: FFmpeg options that keep it to its own protocols.
        is_playlist: Whether it is HLS, whose parts are opened one by one.
    """

    url: str = field(repr=False)
    place: str
    path: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_playlist: bool = False

    @property
    def is_rtsp(self) -> bool:
        """Whether it is RTSP, encrypted or not."""
        return self.place.startswith("rtsp")

    def __str__(self) -> str:
        return self.place

    @classmethod
    def parse(
        cls, url: str, camera_id: str, media_root: Path | None = None, transport: str = "tcp"
    ) -> "Address":
        """Check a URL.

        Args:
            url: With credentials if the camera needs any; they appear in no error.
            camera_id: Named in errors.
            media_root: Folder that ``file:`` URLs must stay in; None to refuse them.
            transport: ``tcp`` or ``udp``, for RTSP.

        Raises:
            UsageError: If the scheme is barred, the host missing, or the file outside the root.
        """
        if any(character <= " " or character == "\x7f" for character in url):
            raise UsageError(f"camera {camera_id}: expected a URL without spaces and line breaks")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise UsageError(f"camera {camera_id}: the URL is malformed") from None
        if parts.scheme not in PROTOCOLS:
            raise UsageError(f"camera {camera_id}: expected a URL of {', '.join(PROTOCOLS)}")
        if parts.scheme == "file":
            return cls._file(unquote(parts.path), camera_id, media_root)
        if not host:
            raise UsageError(f"camera {camera_id}: the URL names no host")
        place = f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"
        if parts.scheme.startswith("http") and parts.path.endswith(".m3u8"):
            return cls(url, place, None, _playlist_options(parts.scheme), is_playlist=True)
        return cls(url, place, None, _options(parts.scheme, transport))

    @classmethod
    def _file(cls, text: str, camera_id: str, media_root: Path | None) -> "Address":
        path = Path(text).resolve()
        if media_root is None or not path.is_relative_to(media_root.resolve()):
            raise UsageError(f"camera {camera_id}: expected a file inside the media folder")
        return cls(f"file:{path}", f"file {path.name}", path, FILE_OPTIONS)


def _options(scheme: str, transport: str) -> dict[str, str]:
    options = {"protocol_whitelist": PROTOCOLS[scheme]}
    if scheme.startswith("rtsp"):
        return options | {"rtsp_transport": transport, "allowed_media_types": "video"}
    return options | {"format_whitelist": HTTP_FORMATS, "max_redirects": "0"}


def _playlist_options(scheme: str) -> dict[str, str]:
    options = {"protocol_whitelist": PROTOCOLS[scheme], "format_whitelist": PLAYLIST_FORMATS}
    # the connection of FFmpeg's own client cannot be kept where there is none
    return options | {"http_persistent": "0", "http_multiple": "0"}
