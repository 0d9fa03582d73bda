"""Draws spot checks and keeps what people saw."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ulid import ULID

from api.access import Principal, Scope
from api.deps import Services
from api.errors import BadParameter, Forbidden
from api.params import in_order
from api.quality.silence import silent_time
from api.spotchecks.draw import draw
from vision.config import RULE_IDS
from vision.errors import Conflict
from vision.spotchecks import Finding, SpotCheck

LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be drawn: of each rule ``count`` intervals out of ``[start, end)``."""

    start: datetime
    end: datetime
    rule_ids: tuple[str, ...]
    count: int
    length_s: float
    seed: int


def drawn(served: Services, principal: Principal, wanted: Wanted) -> list[SpotCheck]:
    """Draw and keep them.

    Raises:
        Forbidden: Without the scope ``review``.
        BadParameter: If the period is upside down or too long.
        Conflict: If there is no silent time to draw from.
    """
    require_review(principal)
    in_order(wanted.start, wanted.end)
    if wanted.end - wanted.start > LONGEST:
        raise BadParameter("from", f"expected at most {LONGEST.days} days up to 'to'")
    now = served.now()
    cameras = {one.id: one.camera for one in served.site.windows} if served.site else {}
    found = []
    for number, rule_id in enumerate(wanted.rule_ids):
        silence = silent_time(served, principal, rule_id, wanted.start, wanted.end)
        seed = wanted.seed + RULE_IDS.index(rule_id)
        taken = draw(silence.silences, wanted.count, wanted.length_s, seed)
        found += [
            SpotCheck(
                _id(now, number, index),
                window_id,
                cameras.get(window_id, ""),
                rule_id,
                span.start,
                span.end,
                now,
                principal.name,
                wanted.seed,
            )
            for index, (window_id, span) in enumerate(taken)
        ]
    if not found:
        raise Conflict("there is no silent time in this period: nothing was analysed throughout")
    kept = served.store.save_spot_checks(found)
    served.note("spot_checks_drawn", principal, "spot-checks", count=len(kept))
    return kept


def _id(now: datetime, rule: int, index: int) -> str:
    """Grows with the time, then in the order of the draw."""
    return str(ULID.from_datetime(now))[:10] + f"{rule:02}{index:05}" + str(ULID())[-9:]


def one_check(served: Services, principal: Principal, check_id: str) -> SpotCheck:
    """A spot check within reach.

    Raises:
        NotFound: If there is none.
    """
    check = served.store.spot_check(check_id)
    principal.require(check.window_id, "spot check", check_id)
    return check


def answer(
    served: Services, principal: Principal, check_id: str, finding: Finding, note: str
) -> SpotCheck:
    """Keep what a person saw.

    Raises:
        Forbidden: Without the scope ``review``.
        NotFound: If there is no such check within reach.
        BadParameter: If a missed violation is not described.
    """
    require_review(principal)
    one_check(served, principal, check_id)
    words = note.strip()
    if finding is Finding.MISSED and not words:
        raise BadParameter("note", "expected words: say what was missed, and when")
    served.store.answer_spot_check(check_id, finding, principal.name, words, served.now())
    served.note("spot_check_answered", principal, f"spot-check:{check_id}")
    return served.store.spot_check(check_id)


def require_review(principal: Principal) -> None:
    """Let pass who may decide.

    Raises:
        Forbidden: Without the scope ``review``.
    """
    if not principal.may(Scope.REVIEW):
        raise Forbidden("spot checks need the scope review")
