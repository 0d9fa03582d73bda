"""One verdict for a window out of one per person."""

from collections.abc import Sequence
from dataclasses import replace

from vision.types import Person, Verdict, VerdictKind

_ORDER = {VerdictKind.VIOLATION: 2, VerdictKind.UNKNOWN: 1, VerdictKind.COMPLIANT: 0}


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The window's answer: any violation, else anything unknown, else compliant.

    Without a person there is nothing to judge: UNKNOWN ``nobody``.
    """
    if not verdicts:
        return Verdict.unknown("nobody")
    return max(verdicts, key=lambda verdict: (_ORDER[verdict.kind], verdict.score))


def about(person: Person, verdict: Verdict) -> Verdict:
    """The verdict, with the person that it is about."""
    return replace(verdict, track_id=person.track_id)
