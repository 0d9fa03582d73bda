"""One picture of a camera, for setting it up."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from av.error import FFmpegError

from vision.errors import CameraUnreachable
from vision.sources.decoding import Picture
from vision.sources.live.address import Address
from vision.sources.live.health import LivePolicy, Reason, Refusal, reason_of
from vision.sources.live.session import Session
from vision.sources.live.source import utc_now
from vision.types import Frame

ANYWHERE = Path("/")
"""Whoever sets a camera up may look at any file."""

TEXTS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.REFUSED: "refused the connection",
        Reason.UNAUTHORISED: "refused the login; check user name and password",
        Reason.NOT_FOUND: "has no stream at that path",
        Reason.UNREACHABLE: "cannot be reached",
        Reason.NO_ANSWER: "did not answer in time",
        Reason.NO_VIDEO: "sends no video that can be decoded",
        Reason.ENDED: "ended the stream before the first picture",
    }
)


def grab(url: str, camera_id: str, media_root: Path = ANYWHERE) -> Frame:
    """Open a camera and take its first picture.

    Args:
        url: With credentials if it needs any; they appear in no error.
        camera_id: Named in errors.
        media_root: Folder that ``file:`` URLs must stay in.

    Raises:
        UsageError: If the URL is barred.
        CameraUnreachable: If no picture came in time; says why.
    """
    address = Address.parse(url, camera_id, media_root)
    try:
        session = Session(address, LivePolicy(), utc_now)
        try:
            picture = _first_picture(session)
            at = session.clock.at(picture.at_us)
        finally:
            session.close()
    except (FFmpegError, Refusal) as error:
        reason = reason_of(error)
    else:
        return Frame(camera_id, at, picture.image(), is_key=picture.is_key)
    text = TEXTS.get(reason, "failed")
    raise CameraUnreachable(f"camera {camera_id}: {address} {text}")


def _first_picture(session: Session) -> Picture:
    _, decoder = session.decoders()
    for packet in session.packets():
        for picture in decoder.feed(packet):
            return picture
    raise Refusal(Reason.NO_VIDEO)
