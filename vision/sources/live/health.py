"""How a camera is doing, from the signs it gives. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from av import error


class CameraState(StrEnum):
    """What the hall may expect of a camera."""

    CONNECTING = "connecting"
    LIVE = "live"
    DEGRADED = "degraded"
    LOST = "lost"


class Reason(StrEnum):
    """Why a camera is not live."""

    NONE = ""
    REFUSED = "refused"
    UNAUTHORISED = "unauthorised"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    REDIRECTED = "redirected"
    NO_FRAMES = "no_frames"
    NO_VIDEO = "no_video"
    ENDED = "ended"
    DECODE_ERRORS = "decode_errors"
    OVERLOAD = "overload"
    FROZEN = "frozen"
    BLACK = "black"
    COVERED = "covered"
    MOVED = "moved"
    MAIN_LOST = "main_lost"
    SUB_LOST = "sub_lost"
    SUB_SHAPE = "sub_shape"
    FAILED = "failed"


class Refusal(Exception):
    """A camera gave no video, for a reason that FFmpeg has no error for."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """When a camera counts as what, and how it is tried again.

    Attributes:
        open_timeout_s: Longest wait for a connection.
        stall_s: A connection that is silent for so long is closed and made anew.
        lost_s: Without a packet for so long the camera is lost.
        recent_s: For how long drops and decode errors keep a camera degraded.
        retry_s: First wait before a new attempt; it doubles from attempt to attempt.
        longest_retry_s: Longest wait. A refused login waits so long at once, because cameras lock
            an address out after a few wrong passwords.
        settle_s: Packets are collected for so long after connecting, so that a burst of buffered
            ones does not shift the capture time.
        buffer_s: Most seconds of packets that wait for analysis; older ones are dropped.
        buffer_bytes: Most bytes of packets that wait.
    """

    open_timeout_s: float = 8.0
    stall_s: float = 4.0
    lost_s: float = 20.0
    recent_s: float = 10.0
    retry_s: float = 1.0
    longest_retry_s: float = 60.0
    settle_s: float = 0.3
    buffer_s: float = 5.0
    buffer_bytes: int = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot of a camera.

    Attributes:
        state: What it may be expected to do.
        reason: Why it is not live.
        silent_s: Seconds since its last packet, or since it was first tried.
        attempts: Connections tried.
        packets: Packets received.
        dropped: Packets thrown away because analysis was behind.
        repaired: Timestamps that were missing or did not advance.
        undecodable: Attempts to decode a packet that failed.
        waiting_s: Seconds of packets that wait for analysis.
        sub: How its sub-stream is doing; None without one.
    """

    state: CameraState = CameraState.CONNECTING
    reason: Reason = Reason.NONE
    silent_s: float = 0.0
    attempts: int = 0
    packets: int = 0
    dropped: int = 0
    repaired: int = 0
    undecodable: int = 0
    waiting_s: float = 0.0
    sub: "Health | None" = None


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a camera; times in seconds of one monotonic clock, None for never.

    Attributes:
        tried_s: When it was first tried.
        connected: Whether a connection stands.
        failure: Why the last attempt or connection ended.
        packet_s: Its last packet.
        picture_s: Its last decoded picture.
        error_s: Its last packet that could not be decoded.
        drop_s: When packets were last dropped.
    """

    tried_s: float
    connected: bool = False
    failure: Reason = Reason.NONE
    packet_s: float | None = None
    picture_s: float | None = None
    error_s: float | None = None
    drop_s: float | None = None


def judge(signs: Signs, now_s: float, policy: LivePolicy) -> tuple[CameraState, Reason]:
    """State and reason at ``now_s``."""
    heard_s = signs.tried_s if signs.packet_s is None else signs.packet_s
    if now_s - heard_s >= policy.lost_s:
        return CameraState.LOST, signs.failure or Reason.NO_FRAMES
    if not signs.connected:
        if signs.failure is Reason.NONE:
            return CameraState.CONNECTING, Reason.NONE
        never_seen = signs.packet_s is None
        return (CameraState.LOST if never_seen else CameraState.DEGRADED), signs.failure
    if signs.error_s is not None and signs.error_s > (signs.picture_s or signs.tried_s):
        return CameraState.DEGRADED, Reason.DECODE_ERRORS
    if signs.drop_s is not None and now_s - signs.drop_s < policy.recent_s:
        return CameraState.DEGRADED, Reason.OVERLOAD
    if now_s - heard_s >= policy.stall_s:
        return CameraState.DEGRADED, Reason.NO_FRAMES
    if signs.picture_s is None:
        return CameraState.CONNECTING, Reason.NONE
    return CameraState.LIVE, Reason.NONE


def wait_s(failures: int, reason: Reason, policy: LivePolicy, random: Random) -> float:
    """How long to wait before the next attempt, after so many failures in a row.

    Between half and all of the doubled wait, so that the cameras of a hall do not come back all
    at once after a power cut.
    """
    if reason is Reason.UNAUTHORISED:
        return policy.longest_retry_s
    doubled_s = policy.retry_s * 2.0 ** min(failures - 1, 30)
    return min(doubled_s, policy.longest_retry_s) * random.uniform(0.5, 1.0)


REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (error.ConnectionRefusedError, Reason.REFUSED),
    (error.HTTPUnauthorizedError, Reason.UNAUTHORISED),
    (error.HTTPForbiddenError, Reason.UNAUTHORISED),
    (error.HTTPNotFoundError, Reason.NOT_FOUND),
    (error.FileNotFoundError, Reason.NOT_FOUND),
    (error.InvalidDataError, Reason.NO_VIDEO),
    (error.EOFError, Reason.ENDED),
    (error.ExitError, Reason.NO_ANSWER),
    (error.TimeoutError, Reason.NO_ANSWER),
    (error.OSError, Reason.UNREACHABLE),
)


def reason_of(failure: Exception) -> Reason:
    """The reason behind an error of FFmpeg. Its text is never used: it holds the URL."""
    if isinstance(failure, Refusal):
        return failure.reason
    for kind, reason in REASONS:
        if isinstance(failure, kind):
            return reason
    return Reason.FAILED
