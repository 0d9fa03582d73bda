"""Slippers, vests and shorts: what is worn, on the right part of the body.

Each has a contrast class. Seeing shoes is what makes "no slippers" a statement; seeing neither
is UNKNOWN, because a counter usually hides feet and legs.
"""

from dataclasses import dataclass

import numpy as np

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.presence import DOUBTFUL_CONFIDENCE
from vision.rules.scale import too_small
from vision.types import Detections, Label, Observation, Person, Verdict

CLOSE_LOOK_S = 8.0
"""How often feet are looked at closely."""


@dataclass(frozen=True, slots=True)
class GarmentRule:
    """Judges one garment.

    Attributes:
        banned: Class that breaks the rule.
        proper: Contrast class that keeps it.
        zone: Part of the person's box, as shares of its height from the top, in which the centre
            of the garment must lie.
        hidden: Reason code where neither is seen.
        min_confidence: Of a box of ``banned`` to count.
        min_contrast: Of a box of ``proper`` to count.
        every_s: How often a close look is wanted; None where the first look is as good.
    """

    rule_id: str
    banned: Label
    proper: Label
    zone: tuple[float, float]
    hidden: str
    target: Target
    min_confidence: float = 0.5
    min_contrast: float = 0.35
    version: int = 2
    every_s: float | None = None

    @property
    def labels(self) -> frozenset[Label]:
        """No class asks for a closer look: what is worn now is worn in a minute."""
        return frozenset()

    def judge(self, observation: Observation) -> Verdict | None:
        """The window's verdict: the worst of its persons'.

        None for what only a close look makes out, where there was none.
        """
        if self.every_s is not None and observation.persons and not observation.pose_run:
            return None
        if not observation.persons and observation.doubtful_persons >= DOUBTFUL_CONFIDENCE:
            return Verdict.unknown("person_doubtful")
        return worst([about(person, self._of(person)) for person in observation.persons])

    def _of(self, person: Person) -> Verdict:
        if too_small(person, self.target):
            return Verdict.unknown("too_small")
        banned = self._best(person, self.banned)
        proper = self._best(person, self.proper)
        limit = self.min_confidence
        if banned >= limit and banned > proper:
            return Verdict.violation(
                banned, f"{self.rule_id}_worn", confidence=banned, limit=limit,
                margin=banned - limit, contrast_confidence=proper,
            )  # fmt: skip
        if proper >= self.min_contrast and proper > banned:
            return Verdict.compliant(f"{self.proper.name.lower()}_worn", confidence=proper)
        return Verdict.unknown("undecided" if banned > 0 else self.hidden)

    def _best(self, person: Person, label: Label) -> float:
        """Confidence of the best box of the class in the zone, as a rounded float; else 0."""
        found = in_zone(person.items.only(label), person, self.zone)
        return round(float(found.confidence.max()), 4) if len(found) else 0.0


def in_zone(items: Detections, person: Person, zone: tuple[float, float]) -> Detections:
    """The items whose centre lies between two shares of the person's height, from the top."""
    top, height = float(person.xyxy[1]), max(person.height_px, 1.0)
    centre = (items.xyxy[:, 1] + items.xyxy[:, 3]) / 2
    share = (centre - top) / height
    return items.where(np.asarray((share >= zone[0]) & (share <= zone[1])))


def garment_rules(min_confidence: dict[Label, float]) -> tuple[GarmentRule, ...]:
    """The three rules of the codes (SN 一.4, SZ 二.(四)), with the registry's thresholds."""
    return (
        GarmentRule(
            "slippers", Label.SLIPPERS, Label.SHOES, (0.7, 1.1), "feet_hidden",
            Target("foot", 0.25, 12), min_confidence[Label.SLIPPERS], every_s=CLOSE_LOOK_S,
        ),
        GarmentRule(
            "vest", Label.VEST, Label.SLEEVED_TOP, (0.1, 0.85), "torso_hidden",
            Target("torso", 0.45, 24), min_confidence[Label.VEST],
        ),
        GarmentRule(
            "shorts", Label.SHORTS, Label.TROUSERS, (0.3, 1.0), "legs_hidden",
            Target("pair of shorts", 0.4, 24), min_confidence[Label.SHORTS],
        ),
    )  # fmt: skip
