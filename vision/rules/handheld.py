"""Smoking and phone use: a small thing near the right part of the body.

The detector says that the thing is there, the pose says whether it is in use: a cigarette at the
mouth or in the hand, a phone in the hand or at the ear. A phone that lies on the desk keeps the
rule.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.geometry import distance_to_box
from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.scale import px_per_m, too_small
from vision.types import Detections, Label, Landmark, Observation, Person, Pose, Verdict

HANDS = (Landmark.LEFT_INDEX, Landmark.RIGHT_INDEX, Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST)
MOUTH = (Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT)
EARS = (Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
WRISTS = (Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST)
FAR_M = 9.0
"""Stands for "no hand in sight"; measured values must be finite."""

AT_EAR_M = 0.05
"""A phone at the ear touches it. Farther away the ear only lies before or behind it in the
picture, as seen from above and behind."""

HELD_AT_EAR_M = 0.2
"""The hand that holds it there is no farther than its own length (0.19 m, ISO 7250)."""

CLOSE_LOOK_S = 4.0
"""How often hands and mouth are looked at closely where nothing calls for it."""

DOUBT = 0.25
"""Of a box: right one time in four, it is no evidence, but whoever says that there is nothing
would be wrong as often."""


@dataclass(frozen=True, slots=True)
class HandheldRule:
    """Judges whether a small thing is in use.

    Attributes:
        label: Class of the thing.
        places: Landmarks at which it counts as in use.
        reach_m: How far it may be from such a landmark. MediaPipe marks the wrist and the base of
            the index finger; a held thing reaches a hand's length (0.19 m, ISO 7250) from there.
        ears: Landmarks at which it counts as in use if a hand may be holding it there.
        min_confidence: Of its box to count.
    """

    rule_id: str
    label: Label
    places: tuple[Landmark, ...]
    reach_m: float
    target: Target
    ears: tuple[Landmark, ...] = ()
    min_confidence: float = 0.5
    version: int = 2
    every_s: float | None = CLOSE_LOOK_S

    @property
    def labels(self) -> frozenset[Label]:
        """The class whose presence at the first look makes a closer one worth its cost."""
        return frozenset({self.label})

    def judge(self, observation: Observation) -> Verdict | None:
        """The window's verdict; None where nobody's hands were looked at closely."""
        if observation.persons and not observation.pose_run:
            return None
        return worst([about(person, self._of(person)) for person in observation.persons])

    def _of(self, person: Person) -> Verdict:
        if too_small(person, self.target):
            return Verdict.unknown("too_small")
        things = person.items.only(self.label)
        evident = things.above(self.min_confidence)
        name = self.label.name.lower()
        best = round(float(things.confidence.max()), 4) if len(things) else 0.0
        if best < min(DOUBT, self.min_confidence):
            return Verdict.compliant(f"no_{name}", score=best)
        if not len(evident):
            return Verdict.unknown("undecided", confidence=best, limit=self.min_confidence)
        pose = person.pose
        if pose is None or not any(pose.seen(place) for place in self.places + self.ears):
            return Verdict.unknown("hands_hidden")
        return self._in_use(person, evident, pose, name)

    def _in_use(self, person: Person, things: Detections, pose: Pose, name: str) -> Verdict:
        scale = px_per_m(person)
        away_m = np.array([self._away_m(pose, box, scale) for box in things.xyxy])
        nearest = int(np.argmin(away_m))
        distance_m = round(float(away_m[nearest]), 3)
        confidence = round(float(things.confidence[nearest]), 4)
        measured = {
            "confidence": confidence, "distance_m": distance_m,
            "limit": self.reach_m, "margin": round(self.reach_m - distance_m, 3),
        }  # fmt: skip
        if distance_m <= self.reach_m:
            return Verdict.violation(confidence, f"{name}_in_use", **measured)
        return Verdict.compliant(f"{name}_lying", **measured)

    def _away_m(self, pose: Pose, box: NDArray[np.float32], scale: float) -> float:
        """From the nearest hand (or mouth); 0 at an ear where a hand may hold it; in metres."""
        away_m = [
            distance_to_box(pose.xy[place], box) / scale
            for place in self.places
            if pose.seen(place)
        ]
        nearest_m = min(away_m, default=FAR_M)
        may_hold = nearest_m <= HELD_AT_EAR_M or not all(pose.seen(wrist) for wrist in WRISTS)
        touches = any(
            pose.seen(ear) and distance_to_box(pose.xy[ear], box) <= AT_EAR_M * scale
            for ear in self.ears
        )
        return 0.0 if touches and may_hold else nearest_m


def handheld_rules(min_confidence: dict[Label, float]) -> tuple[HandheldRule, ...]:
    """Smoking (SN 二.8) and phone use (SZ 一.(一)), with the registry's thresholds."""
    return (
        HandheldRule(
            "smoking", Label.CIGARETTE, HANDS + MOUTH, 0.15,
            Target("cigarette", 0.084, 6), (), min_confidence[Label.CIGARETTE],
        ),
        HandheldRule(
            "phone_use", Label.PHONE, HANDS, 0.12,
            Target("phone", 0.15, 10), EARS, min_confidence[Label.PHONE],
        ),
    )  # fmt: skip
