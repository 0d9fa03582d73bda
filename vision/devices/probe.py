"""Asking one camera for what it is and how it sends its picture."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from vision.devices.description import OFF_S, Device, Profile, clock_words
from vision.devices.hostile import SERVICE_SCHEMES, printable, service_url, stream_address
from vision.devices.soap import (
    Gate,
    Login,
    NotAuthorised,
    NotOffered,
    Patience,
    Service,
    gate,
    hosts_of,
    hush,
    service,
)
from vision.devices.target import Target
from vision.errors import CameraUnreachable

MOST_PROFILES = 16
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA_TWO = "http://www.onvif.org/ver20/media/wsdl"
RTSP = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}


def probe(target: Target, login: Login | None, patience: Patience | None = None) -> Device:
    """Ask a camera.

    Raises:
        CameraUnreachable: If it does not answer, refuses the login, or is no ONVIF camera.
    """
    hush()
    return asyncio.run(_probe(target, login, patience or Patience()))


async def _probe(target: Target, login: Login | None, patience: Patience) -> Device:
    try:
        async with asyncio.timeout(patience.whole_s), gate(target.shown, login, patience) as way:
            return await _Dialog(target, login, way, await hosts_of(target.host)).device()
    except TimeoutError:
        raise CameraUnreachable(
            f"{target.shown} took longer than {patience.whole_s:g} s to answer"
        ) from None


class _Dialog:
    """One camera's answers, question by question."""

    def __init__(
        self, target: Target, login: Login | None, way: Gate, hosts: frozenset[str]
    ) -> None:
        self._target = target
        self._login = login
        self._way = way
        self._hosts = hosts
        self._ahead: timedelta | None = None
        self._notes: list[str] = []

    async def device(self) -> Device:
        """Everything, with one attempt to log in."""
        self._ahead = await self._clock()
        try:
            return await self._described()
        except NotAuthorised:
            raise CameraUnreachable(f"{self._target.shown} {self._refusal()}") from None
        except NotOffered as error:
            text = f"cannot tell its profiles: {error}"
            raise CameraUnreachable(f"{self._target.shown} {text}") from None

    async def _described(self) -> Device:
        ahead_s = self._ahead.total_seconds() if self._ahead is not None else None
        async with AsyncExitStack() as stack:
            asked = await stack.enter_async_context(self._service("devicemgmt", self._target.url))
            told = await asked.ask("GetDeviceInformation")
            device = Device(
                self._target.host,
                manufacturer=printable(getattr(told, "Manufacturer", None)),
                model=printable(getattr(told, "Model", None)),
                firmware=printable(getattr(told, "FirmwareVersion", None)),
                serial=printable(getattr(told, "SerialNumber", None)),
                hardware=printable(getattr(told, "HardwareId", None)),
                clock_ahead_s=ahead_s,
            )
            url = await self._media(asked)
            media = await stack.enter_async_context(self._service("media", url))
            answered = await media.ask("GetProfiles")
            profiles = [
                await self._with_addresses(media, one)
                for one in profiles_in(answered)[:MOST_PROFILES]
            ]
        if ahead_s is not None and abs(ahead_s) > OFF_S:
            self._notes.append(
                f"its clock is {clock_words(ahead_s)}: let it ask this machine's time server"
            )
        return replace(device, profiles=tuple(profiles), notes=tuple(self._notes))

    def _service(self, kind: str, url: str) -> Any:
        return service(self._way, self._target.shown, kind, url, self._login, self._ahead)

    async def _clock(self) -> timedelta | None:
        """How far the camera's clock is ahead; asked without a login, as is the custom."""
        opened = service(self._way, self._target.shown, "devicemgmt", self._target.url)
        async with opened as asked:
            try:
                told = await asked.ask("GetSystemDateAndTime")
            except (NotAuthorised, NotOffered):
                return None
        return ahead_of(told, datetime.now(UTC))

    async def _media(self, asked: Service) -> str:
        """Where the camera tells of its profiles: on the host that was asked, in any case."""
        offered = await self._offered(asked)
        if MEDIA not in offered:
            if MEDIA_TWO in offered:
                text = "offers its profiles by ONVIF Media2 only, which is not read here"
            else:
                text = "offers no video by ONVIF"
            raise CameraUnreachable(f"{self._target.shown} {text}")
        url, is_elsewhere = service_url(offered[MEDIA], self._target.url, self._hosts)
        if is_elsewhere:
            self._notes.append(
                "it says that its media service is on another host, which was not asked"
            )
        return url

    async def _offered(self, asked: Service) -> dict[str, str]:
        try:
            services = await asked.ask("GetServices", IncludeCapability=False)
            return {str(one.Namespace): str(one.XAddr) for one in services or []}
        except NotOffered:
            told = await asked.ask("GetCapabilities", Category="All")
        media = getattr(getattr(told, "Media", None), "XAddr", None)
        return {MEDIA: str(media)} if media else {}

    async def _with_addresses(self, media: Service, profile: Profile) -> Profile:
        stream = await self._uri(
            media, "GetStreamUri", StreamSetup=RTSP, ProfileToken=profile.token
        )
        snapshot = await self._uri(media, "GetSnapshotUri", ProfileToken=profile.token)
        return replace(
            profile,
            stream=stream and stream_address(stream, self._hosts),
            snapshot=snapshot and stream_address(snapshot, self._hosts, SERVICE_SCHEMES),
        )

    async def _uri(self, media: Service, question: str, **parts: Any) -> Any:
        try:
            told = await media.ask(question, **parts)
        except NotOffered:
            return None
        return getattr(told, "Uri", None)

    def _refusal(self) -> str:
        """Why a login may have been refused, with what can be done."""
        if self._login is None:
            return (
                "wants a login: give --user, and the password in DEPORTMENT_CAMERA_PASSWORD "
                "or when asked"
            )
        text = f"refuses the login of '{printable(self._login.user)}': check user and password"
        text += "; many cameras have ONVIF users of their own"
        ahead_s = self._ahead.total_seconds() if self._ahead is not None else None
        if ahead_s is None:
            return f"{text}; it does not tell its time, and wrong clocks are refused as well"
        if abs(ahead_s) > OFF_S:
            return f"{text}; its clock is {clock_words(ahead_s)}, which may be why: set both right"
        return text


def ahead_of(told: Any, now: datetime) -> timedelta | None:
    """How far a clock is ahead of ``now``; None if what it tells is no time."""
    try:
        date, clock = told.UTCDateTime.Date, told.UTCDateTime.Time
        theirs = datetime(
            date.Year, date.Month, date.Day, clock.Hour, clock.Minute, clock.Second, tzinfo=UTC
        )
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
    return theirs - now


def profiles_in(answered: Any) -> list[Profile]:
    """The profiles with video, as far as they tell of themselves."""
    entries = answered if isinstance(answered, Sequence) and not isinstance(answered, str) else []
    return [_profile(one) for one in entries if getattr(one, "token", None)]


def _profile(told: Any) -> Profile:
    encoder = getattr(told, "VideoEncoderConfiguration", None)
    size = getattr(encoder, "Resolution", None)
    rate = getattr(encoder, "RateControl", None)
    fps = _number(getattr(rate, "FrameRateLimit", None))
    codec = printable(getattr(encoder, "Encoding", None), 20).upper()
    group = _number(getattr(getattr(encoder, codec, None), "GovLength", None)) if codec else None
    bitrate = _number(getattr(rate, "BitrateLimit", None))
    return Profile(
        token=str(told.token)[:64],
        name=printable(getattr(told, "Name", None), 60) or printable(told.token, 60),
        codec=codec,
        width_px=int(_number(getattr(size, "Width", None)) or 0),
        height_px=int(_number(getattr(size, "Height", None)) or 0),
        fps=fps,
        bitrate_kbps=int(bitrate) if bitrate is not None else None,
        key_every_s=round(group / fps, 1) if group and fps else None,
    )


def _number(value: Any) -> float | None:
    """A positive number of reasonable size."""
    return float(value) if isinstance(value, int | float) and 0 < value < 1_000_000 else None
