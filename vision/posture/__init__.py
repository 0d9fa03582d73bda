"""Posture from landmarks: features with their uncertainty, upright reference, stillness."""

from vision.posture.baseline import Baseline, calibrated, learn, surveyed
from vision.posture.features import posture_of
from vision.posture.stillness import Stillness
from vision.posture.track import PostureReading, PostureTrack, follow

__all__ = [
    "Baseline",
    "PostureReading",
    "PostureTrack",
    "Stillness",
    "calibrated",
    "follow",
    "learn",
    "posture_of",
    "surveyed",
]
