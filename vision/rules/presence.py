"""Whether anybody keeps a post: what leaving the post and attendance both ask first."""

from vision.rules.base import Target
from vision.rules.scale import POST_HEIGHT_M
from vision.types import Observation, Verdict

SEATED_PERSON = Target("seated person", 0.8, 32)

DOUBTFUL_CONFIDENCE = 0.2
"""A rejected person box of at least this confidence leaves doubt: somebody may be half hidden."""

EMPTY_SCORE = 0.9
"""Of an empty post. Presence is a statement about the whole post, not about one box, so it has no
confidence of its own."""


def kept_post(observation: Observation) -> Verdict:
    """COMPLIANT with staff in the post, or enough of them in its group; VIOLATION with nobody.

    UNKNOWN where somebody may be hidden, where the group cannot be counted, and where a person
    would be too small to be found.
    """
    doubt = observation.doubtful_persons
    firm = [person.confidence for person in observation.persons if person.is_firm]
    if firm:
        present = max(firm)
        return Verdict.compliant("present", confidence=round(present, 4))
    if doubt >= DOUBTFUL_CONFIDENCE:
        return Verdict.unknown("person_doubtful", confidence=round(doubt, 4))
    if observation.post_height_px * SEATED_PERSON.size_m / POST_HEIGHT_M < SEATED_PERSON.min_px:
        return Verdict.unknown("too_small")
    return _without_anybody(observation)


def _without_anybody(observation: Observation) -> Verdict:
    cover = observation.cover
    measured = {
        "persons": 0.0, "limit": DOUBTFUL_CONFIDENCE,
        "margin": round(DOUBTFUL_CONFIDENCE - observation.doubtful_persons, 4),
    }  # fmt: skip
    if cover is None:
        return Verdict.violation(EMPTY_SCORE, "post_empty", **measured)
    counted = {"group_persons": float(cover.persons), "group_required": float(cover.required)}
    if cover.is_enough:
        return Verdict.compliant("covered", **counted)
    if cover.may_be_enough:
        return Verdict.unknown("cover_unknown", **counted)
    return Verdict.violation(EMPTY_SCORE, "post_empty", **measured, **counted)
