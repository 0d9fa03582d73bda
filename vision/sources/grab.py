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
        Reason.REDIRECTED: "would send its viewers to another address, which is refused",
        Reason.NO_VIDEO: "sends no video that can be decoded",
        Reason.ENDED: "ended the stream before the first picture",
    }
)


def grab(url: str, camera_id: str, media_root: Path | None = ANYWHERE) -> Frame:
    """Open a camera and take its first picture.

    Args:
        url: With credentials if it needs any; they appear in no error.
        camera_id: Named in errors.
        media_root: Folder that ``file:`` URLs must stay in; None to refuse them.

    Raises:
        UsageError: If the URL is barred.
        CameraUnreachable: If no picture came in time; says why.
    """
    address = Address.parse(url, camera_id, media_root)
    try:
        return first_frame(address, camera_id)
    except Refusal as refusal:
        text = TEXTS.get(refusal.reason, "failed")
    raise CameraUnreachable(f"camera {camera_id}: {address} {text}")


def first_frame(address: Address, camera_id: str) -> Frame:
    """The first picture that a camera gives.

    Raises:
        Refusal: If none came in time; it names the reason and nothing of the address.
    """
    try:
        session = Session(address, LivePolicy(), utc_now)
        try:
            picture = _first_picture(session)
            at = session.clock.at(picture.at_us)
        finally:
            session.close()
    except FFmpegError as error:
        raise Refusal(reason_of(error)) from None
    return Frame(camera_id, at, picture.image(), is_key=picture.is_key)


def _first_picture(session: Session) -> Picture:
    _, decoder = session.decoders()
    for packet in session.packets():
        for picture in decoder.feed(packet):
            return picture
    raise Refusal(Reason.NO_VIDEO)
