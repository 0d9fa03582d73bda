"""Every error that the product raises on purpose.

::

    DeportmentError
    ├── ConfigError          a site, scenario or registry file is wrong (exit 2)
    ├── UsageError           the command was called with arguments that do not fit (exit 2)
    ├── SourceError          one footage file, folder or stream (exit 1 for that input)
    │   ├── UnreadableSource     not a video, empty, unknown codec, no picture in it
    │   ├── DamagedSource        readable up to a point, then broken
    │   ├── CaptureTimeUnknown   nothing says when the footage was recorded
    │   └── CameraUnreachable    a live camera refused, timed out or vanished
    ├── ModelError           weights missing, altered, or of another shape
    ├── StoreError           the event database cannot be read or written
    ├── EvidenceError        an evidence file cannot be written or read
    ├── DeliveryError        a receiver did not take a message
    ├── MissingExtra         an optional part of the installation is needed
    ├── NotFound             an object asked for by id does not exist
    ├── Gone                 it existed, and was removed on purpose
    ├── CalibrationRefused   the footage is no upright reference; says why
    └── Conflict             the object is not in a state that allows this

``exit_code`` is what the command line exits with, ``http_status`` what the API answers. Messages
name the thing (file, key, camera) and what was expected; they carry no credentials. Every error
can be pickled, since workers in other processes raise them too.
"""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar


class DeportmentError(Exception):
    """Base of all errors of the product."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    title: ClassVar[str] = "The request could not be carried out"


class UsageError(DeportmentError):
    """The arguments do not fit together."""

    exit_code = 2
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "The request does not fit"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a configuration file.

    Attributes:
        file: The file that holds it.
        line: 1-based line, or None where the file could not be parsed that far.
        key: Dotted path of the key, such as ``windows[0].post``.
        problem: What is wrong and what was expected.
    """

    file: Path
    line: int | None
    key: str
    problem: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else str(self.file)
        return f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"


class ConfigError(DeportmentError):
    """One or more mistakes in a configuration file.

    Attributes:
        mistakes: Every mistake found, in the order of the file.
    """

    exit_code = 2
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "The configuration is not valid"

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(mistakes)
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


class SourceError(DeportmentError):
    """Something about one input of footage."""

    title = "The footage cannot be used"


class UnreadableSource(SourceError):
    """The input holds no picture that can be decoded."""


class DamagedSource(SourceError):
    """The input was read up to a point and is broken after it."""


class CaptureTimeUnknown(SourceError):
    """Nothing says when the footage was recorded."""


class CameraUnreachable(SourceError):
    """A live camera refused, timed out or vanished."""


class ModelError(DeportmentError):
    """Weights are missing, altered or of another shape than registered."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "A model cannot be used"


class StoreError(DeportmentError):
    """The event database cannot be read or written."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "The event store is not available"


class EvidenceError(DeportmentError):
    """An evidence file cannot be written or read."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "The evidence is not available"


class DeliveryError(DeportmentError):
    """A receiver did not take a message.

    Args:
        reason: What happened, without the receiver's address.
        refused: Whether the receiver said no, which a repetition will hardly change.
    """

    title = "A message could not be delivered"

    def __init__(self, reason: str, refused: bool = False) -> None:
        super().__init__(reason, refused)
        self.reason = reason
        self.refused = refused

    def __str__(self) -> str:
        return self.reason


class MissingExtra(DeportmentError):
    """An optional part of the installation is needed.

    Args:
        extra: Name of the extra in ``pip install deportment[extra]``.
        purpose: What needs it.
    """

    exit_code = 2
    title = "A part of the installation is missing"

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(extra, purpose)
        self.extra = extra
        self.purpose = purpose

    def __str__(self) -> str:
        return (
            f"{self.purpose} needs the '{self.extra}' extra: pip install 'deportment[{self.extra}]'"
        )


class NotFound(DeportmentError):
    """An object asked for by id does not exist.

    Args:
        kind: What was asked for, such as ``event``.
        key: The id that was asked for.
    """

    http_status = HTTPStatus.NOT_FOUND
    title = "Not found"

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(kind, key)
        self.kind = kind
        self.key = key

    def __str__(self) -> str:
        return f"there is no {self.kind} '{self.key}'"


class Gone(DeportmentError):
    """What was asked for existed, and was removed on purpose; the message says when and why."""

    http_status = HTTPStatus.GONE
    title = "No longer kept"


class Conflict(DeportmentError):
    """The object is not, or no longer, in a state that allows what was asked."""

    http_status = HTTPStatus.CONFLICT
    title = "Not possible in this state"


class CalibrationRefused(DeportmentError):
    """The footage cannot serve as an upright reference; the message says why."""

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Not an upright reference"
