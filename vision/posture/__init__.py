"""Posture from landmarks: features with their uncertainty, and the upright reference."""

from vision.posture.baseline import Baseline, calibrated, learn, seeded, surveyed
from vision.posture.features import posture_of
from vision.posture.track import PostureReading, PostureTrack, follow

__all__ = [
    "Baseline",
    "PostureReading",
    "PostureTrack",
    "calibrated",
    "follow",
    "learn",
    "posture_of",
    "seeded",
    "surveyed",
]
