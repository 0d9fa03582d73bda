"""Sleeping (SZ 一.(三)): the head down or hung, and hardly anything of the person moves.

Whoever reads or writes bows the head as far, but moves. Movement is told by the person's pixels:
landmarks scatter by more than a hand moves that writes. A false accusation is worse than a miss:
doubt gives UNKNOWN, and whoever moved is awake, so that the dwell of the rule is one of rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.deviation import SHOULDER_LINE, reference_of, same_size
from vision.rules.sleep_signs import Sign, box_sign, landmark_signs
from vision.types import Label, Observation, Person, Verdict

CONFIDENCE_Z = 1.282
"""One-sided 90 % bound, as for slouching; that it must last, and in rest, makes it rare."""

MAX_CHANGED_SHARE = 0.02
"""Of the person's pixels, within two to four seconds. Asleep nine looks in ten stay below, with
breath and coding; at work, reading or slumped about one in ten does (docs/posture.md)."""

MOVING_SCORE = 0.3
"""Of somebody whose head is down and who moves: more than nothing, less than asleep."""

SURE_SIGMAS = 4.0
"""A sign further beyond its limit than this adds nothing to the score."""


@dataclass(frozen=True, slots=True)
class SleepingRule:
    """Judges head position and stillness.

    Attributes:
        confidence_z: How many standard deviations the head must be beyond its limit.
        max_changed_share: How much of a sleeper's picture may change.
    """

    confidence_z: float = CONFIDENCE_Z
    max_changed_share: float = MAX_CHANGED_SHARE
    rule_id: str = "sleeping"
    version: int = 3
    labels: frozenset[Label] = frozenset()
    every_s: float | None = 4.0
    target: Target = SHOULDER_LINE

    def judge(self, observation: Observation) -> Verdict | None:
        """The window's verdict; None where pose was not run."""
        if not observation.pose_run:
            return None
        return worst([about(person, self._of(person)) for person in observation.persons])

    def _of(self, person: Person) -> Verdict:
        posture = person.posture
        if posture is None and not person.is_firm:
            return Verdict.unknown("person_doubtful")  # they may have left an empty chair
        if posture is None or posture.body_yaw_deg is None or not _believable(person):
            # A head on the arms hides the landmarks; then the box must speak.
            sign = box_sign(person)
            hidden = "no_pose" if posture is None else "landmarks_hidden"
            return self._from([] if sign is None else [sign], person, hidden, judges_up=False)
        if posture.scale_px < self.target.min_px:
            return Verdict.unknown("too_small")
        signs = landmark_signs(person, posture)
        return self._from(signs, person, "landmarks_hidden", judges_up=True)

    def _from(self, signs: Sequence[Sign], person: Person, hidden: str, judges_up: bool) -> Verdict:
        """The verdict by the surest sign.

        Args:
            signs: Those that could be judged.
            person: Whom they are about.
            hidden: Why nothing could be said, if nothing can.
            judges_up: Whether they can show a head that is up, too; the box alone cannot.
        """
        sign = max(signs, key=lambda one: one.excess_sigmas, default=None)
        down = sign is not None and sign.excess_sigmas > self.confidence_z
        changed = person.changed_share
        if changed is not None and changed > self.max_changed_share:
            score = MOVING_SCORE if down else 0.0
            return Verdict.compliant("moving", score, changed_share=round(changed, 4))
        if sign is None:
            return Verdict.unknown(hidden)
        if not down:
            if judges_up and sign.excess_sigmas <= 0:
                return Verdict.compliant("head_up", **sign.measured)
            return Verdict.unknown("within_error" if judges_up else hidden, **sign.measured)
        if changed is None:
            return Verdict.unknown("stillness_unknown", **sign.measured)
        measured = sign.measured | {"changed_share": round(changed, 4)}
        return Verdict.violation(_score(sign), sign.reason, **measured)


def _score(sign: Sign) -> float:
    """From 0.6 towards 1, the surer the sign."""
    return 0.6 + 0.4 * min(1.0, sign.excess_sigmas / SURE_SIGMAS)


def _believable(person: Person) -> bool:
    """Whether the landmarks are of the size of the person that the reference knows."""
    posture, reference = person.posture, reference_of(person)
    return posture is not None and (reference is None or same_size(posture, reference))
