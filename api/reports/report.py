"""What a report says, before it is written in any format: tables of texts and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.access import ALL_SCOPES, Principal
from api.coverage.service import totals
from api.deps import Services
from api.periods import Period
from api.scorecards.service import scorecards
from api.web.i18n import Translator
from api.web.render import Shown, duration, percent
from vision.ports import EventFilter
from vision.types import Coverage, Event

Cell = str | float | int | None
SUPERVISOR = Principal("report", ALL_SCOPES)
CLAIMS = ("unreviewed", "appealed")
"""Reviews in which an event is a claim, not a finding."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        name: Short, for the tab of a workbook.
        marked: Numbers of the rows that hold a claim.
    """

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a period."""

    title: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the reports of one period.

    Attributes:
        served: Store and site.
        over: The period.
        say: Texts of the language.
        head: ``NUMBER:HASH`` of the newest link of the chain; empty without one.
    """

    served: Services
    over: Period
    say: Translator
    head: str = ""

    def events(self) -> Report:
        """Every event that began in the period, with the coverage of its window and rule."""
        seen = {(one.window_id, one.rule_id): one for one in self._coverage()}
        found = self._events()
        head = ("window", "rule", "start", "end", "duration", "reason", "clauses", "standing",
                "score", "evidence", "coverage", "id")  # fmt: skip
        rows = tuple(self._event_row(one, seen.get((one.window_id, one.rule_id))) for one in found)
        marked = frozenset(n for n, one in enumerate(found) if one.review.state in CLAIMS)
        return self._report("events", Sheet("events", self._head(head), rows, marked))

    def coverage(self) -> Report:
        """How much of the schedule could be judged, and what was found in it."""
        head = ("window", "rule", "scheduled", "assessable", "unknown", "lost", "coverage",
                "worst", "confirmed", "claims")  # fmt: skip
        found = self._events()
        rows = tuple(self._coverage_row(one, found) for one in self._coverage())
        return self._report("coverage", Sheet("coverage", self._head(head), rows))

    def scorecard(self) -> Report:
        """Scores of the windows, and what they are made of."""
        cards = scorecards(self.served, SUPERVISOR, self.over)
        head = ("window", "name", "score", "grade", "deducted", "coverage", "reserved", "claims")
        scores = tuple(
            (
                card.window_id, card.name, card.score, self.say(f"grade.{card.grade}"),
                card.deducted, percent(card.coverage),
                self.say("report.reserved_yes") if card.reserved else "", card.pending,
            )
            for card in cards
        )  # fmt: skip
        seen = {(one.window_id, one.rule_id): one for one in self._coverage()}
        details = tuple(
            (
                card.window_id, self.say(f"rule.{one.rule_id}"), one.events, one.points,
                "; ".join(one.clauses), _share(seen.get((card.window_id, one.rule_id))),
            )
            for card in cards
            for one in card.deductions
        )  # fmt: skip
        parts = ("window", "rule", "confirmed", "points", "clauses", "coverage")
        return self._report(
            "scorecard",
            Sheet("scores", self._head(head), scores),
            Sheet("deductions", self._head(parts), details),
        )

    def _report(self, kind: str, *sheets: Sheet) -> Report:
        site, shown = self.served.site, self._shown
        name = (site.site.name or site.site.id) if site else ""
        facts = [
            (self.say("report.site"), name),
            (self.say("report.period"), f"{self.over.name} ({shown.zone})"),
            (self.say("report.made"), shown.moment(self.served.now())),
            (self.say("report.head"), self.head),
        ]
        told = tuple((word, value) for word, value in facts if value)
        notes = (self.say("report.note_claims"), self.say("report.note_coverage"))
        return Report(self.say(f"report.{kind}"), told, notes, sheets)

    @property
    def _shown(self) -> Shown:
        zone = self.over.start.tzinfo
        assert zone is not None
        return Shown(zone)

    def _head(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.say(f"report.col_{name}") for name in names)

    def _coverage(self) -> list[Coverage]:
        return totals(self.served.store.coverage(None, None, self.over.start, self.over.end))

    def _events(self) -> list[Event]:
        """In order of their start; those that began before the period belong to the one before."""
        found: list[Event] = []
        after: tuple[datetime, str] | None = None
        while True:
            wanted = EventFilter(
                start=self.over.start, end=self.over.end, newest_first=False, after=after,
                limit=_AT_ONCE,
            )  # fmt: skip
            page = self.served.store.events(wanted)
            found += (one for one in page if one.started_at >= self.over.start)
            if len(page) < _AT_ONCE:
                return found
            after = (page[-1].started_at, page[-1].id)

    def _event_row(self, one: Event, seen: Coverage | None) -> tuple[Cell, ...]:
        standing = self.say(f"review.{one.review.state}")
        if one.review.state in CLAIMS:
            standing = f"{self.say('report.claim')}: {standing}"
        kept = sum(item.expired_at is None for item in one.evidence)
        return (
            one.window_id, self.say(f"rule.{one.rule_id}"), self._shown.moment(one.started_at),
            self._shown.moment(one.ended_at) or self.say("status.open"),
            duration(one.duration_s), self.say(f"reason.{one.reason}"), "; ".join(one.clauses),
            standing, round(one.score, 2), f"{kept}/{len(one.evidence)}", _share(seen), one.id,
        )  # fmt: skip

    def _coverage_row(self, one: Coverage, events: Sequence[Event]) -> tuple[Cell, ...]:
        mine = [
            event.review.state
            for event in events
            if (event.window_id, event.rule_id) == (one.window_id, one.rule_id)
        ]
        worst = max(one.reasons_s, key=lambda reason: one.reasons_s[reason], default="")
        return (
            one.window_id, self.say(f"rule.{one.rule_id}"), _hours(one.scheduled_s),
            _hours(one.assessable_s), _hours(one.unknown_s), _hours(one.lost_s), _share(one),
            self.say(f"reason.{worst}") if worst else "",
            sum(state in ("confirmed", "upheld") for state in mine),
            sum(state in CLAIMS for state in mine),
        )  # fmt: skip


def _share(one: Coverage | None) -> str:
    if one is None or not one.scheduled_s:
        return "–"
    return percent(one.assessable_s / one.scheduled_s)


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)
