"""The values that travel through the product: frozen, slotted, checked when made."""

from vision.types.event import (
    Coverage,
    Event,
    EventStatus,
    Evidence,
    Provenance,
    Review,
    severity_of,
    with_clips,
)
from vision.types.exemption import Exemption, ExemptionKind, Exemptions
from vision.types.media import Frame, Image, require_utc
from vision.types.models import CLASSES, Detections, Label, Landmark, Pose
from vision.types.observation import (
    POSTURE_FEATURES,
    Observation,
    Person,
    Posture,
    PostureSigma,
    View,
    ViewState,
)
from vision.types.presence import Cover, Presence
from vision.types.verdict import Transition, TransitionKind, Verdict, VerdictKind

__all__ = [
    "CLASSES",
    "POSTURE_FEATURES",
    "Cover",
    "Coverage",
    "Detections",
    "Event",
    "EventStatus",
    "Evidence",
    "Exemption",
    "ExemptionKind",
    "Exemptions",
    "Frame",
    "Image",
    "Label",
    "Landmark",
    "Observation",
    "Person",
    "Pose",
    "Posture",
    "PostureSigma",
    "Presence",
    "Provenance",
    "Review",
    "Transition",
    "TransitionKind",
    "Verdict",
    "VerdictKind",
    "View",
    "ViewState",
    "require_utc",
    "severity_of",
    "with_clips",
]
