"""What cameras say of themselves, checked."""

from dataclasses import dataclass, field

OFF_S = 5.0
"""Clocks further apart than this make some cameras refuse a login."""


@dataclass(frozen=True, slots=True)
class Found:
    """A device that answered a search.

    Attributes:
        address: Host, with the port of its service unless that is the usual one.
        service_url: Where its ONVIF service is, on the host that answered.
        name: As it calls itself.
        hardware: Its make or model, as it calls it.
        scopes: All that it told, such as ``onvif://www.onvif.org/Profile/Streaming``.
    """

    address: str
    service_url: str
    name: str
    hardware: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a stream or a snapshot is.

    Attributes:
        url: As the camera gave it, without a login; empty if it is not to be used.
        shown: The same with whatever looks like a password masked.
        refusal: Why it is not to be used; empty if it may be.
    """

    url: str = field(repr=False)
    shown: str
    refusal: str = ""

    @property
    def holds_secret(self) -> bool:
        """Whether the camera put a password into the address itself."""
        return self.url != self.shown


@dataclass(frozen=True, slots=True)
class Profile:
    """One way in which a camera sends its picture; None and empty for what it does not tell.

    Attributes:
        token: By which the camera knows it.
        key_every_s: Seconds between key frames.
        stream: Where it is; None if the camera gives no address.
        snapshot: Where single pictures are; None if it offers none.
    """

    token: str
    name: str
    codec: str = ""
    width_px: int = 0
    height_px: int = 0
    fps: float | None = None
    bitrate_kbps: int | None = None
    key_every_s: float | None = None
    stream: StreamAddress | None = None
    snapshot: StreamAddress | None = None

    @property
    def is_usable(self) -> bool:
        """Whether its stream may be watched."""
        return self.stream is not None and not self.stream.refusal and self.width_px > 0


@dataclass(frozen=True, slots=True)
class Device:
    """A camera that was asked.

    Attributes:
        host: Where it was asked.
        clock_ahead_s: How far its clock is ahead of this machine's; None if it does not tell.
        notes: What whoever installs it should know.
    """

    host: str
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    hardware: str = ""
    clock_ahead_s: float | None = None
    profiles: tuple[Profile, ...] = ()
    notes: tuple[str, ...] = ()


def clock_words(ahead_s: float) -> str:
    """How far a clock is off, for people.

    >>> clock_words(-7384)
    '2 h 3 min behind'
    """
    seconds = abs(ahead_s)
    side = "ahead" if ahead_s > 0 else "behind"
    if seconds >= 172_800:
        amount = f"{seconds // 86_400:.0f} days"
    elif seconds >= 3600:
        amount = f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"
    elif seconds >= 60:
        amount = f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    else:
        amount = f"{seconds:.0f} s"
    return f"{amount} {side}"
