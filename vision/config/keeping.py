"""Clips, and how long things are kept: ``evidence:`` and ``retention:`` of a site file."""

from typing import Annotated, Literal

from pydantic import Field

from vision.config.base import Config
from vision.config.rules import Number

ClipMode = Literal["off", "blurred", "plain"]
Days = Annotated[int, Field(ge=1, le=36_500)]
Span = Annotated[Number, Field(ge=0, le=30)]


class EvidenceConfig(Config):
    """The clips of events.

    Attributes:
        clips: Of live events: none; with everything outside the post and every head blurred; or
            as recorded, without encoding them anew where a browser plays them.
        audit_clips: The same for audits of stored footage, which clips slow down.
        before_s: From so long before the confirmation of the event.
        after_s: To so long after it.
        fps: Pictures per second of a blurred clip; each is looked at by the models.
    """

    clips: ClipMode = "blurred"
    audit_clips: ClipMode = "off"
    before_s: Span = 5
    after_s: Span = 5
    fps: Annotated[Number, Field(ge=1, le=25)] = 5


class KeepConfig(Config):
    """How long one kind of evidence is kept, and how much of it; the oldest goes first."""

    days: Days | None = None
    max_gb: Annotated[Number, Field(gt=0, le=1_000_000)] | None = None


class KeepEventsConfig(Config):
    """How long events are kept after they ended."""

    days: Days | None = None


class RetentionConfig(Config):
    """What is removed when; left out, nothing is."""

    snapshots: KeepConfig = KeepConfig()
    clips: KeepConfig = KeepConfig()
    events: KeepEventsConfig = KeepEventsConfig()
