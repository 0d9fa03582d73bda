"""Which rules are advisory at the moment."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from api.quality.estimate import Seen, is_advisory
from vision.config import RULE_IDS, QualityConfig
from vision.statistics import EventCounter

RIGHT = ("confirmed", "upheld")
WRONG = ("dismissed", "overturned")
_KEPT_S = 30.0


@dataclass(frozen=True, slots=True)
class Decided:
    """The events of one rule.

    Attributes:
        states: State of the review to how many.
        lasted_s: All of them together.
    """

    states: Counter[str]
    lasted_s: float

    @property
    def seen(self) -> Seen:
        """What they tell of the rule by themselves."""
        return Seen(
            events=self.states.total(),
            right=sum(self.states[state] for state in RIGHT),
            wrong=sum(self.states[state] for state in WRONG),
        )


def decided(
    store: EventCounter, windows: list[str] | None, start: datetime, end: datetime
) -> dict[str, Decided]:
    """The events of every rule that began in ``[start, end)``."""
    states: dict[str, Counter[str]] = {rule_id: Counter() for rule_id in RULE_IDS}
    lasted_s = dict.fromkeys(RULE_IDS, 0.0)
    for one in store.tally(windows, None, start, end):
        if one.rule_id in states:
            states[one.rule_id][one.review] += one.events
            lasted_s[one.rule_id] += one.duration_s
    return {rule_id: Decided(states[rule_id], lasted_s[rule_id]) for rule_id in RULE_IDS}


class Standing:
    """Tells which rules fall short of their target; remembers it for half a minute.

    Args:
        store: Counts the events.
        config: What is asked of the rules.
        now: The time, UTC.
    """

    def __init__(
        self,
        store: EventCounter,
        config: Callable[[], QualityConfig],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._config = config
        self._now = now
        self._lock = Lock()
        self._known: Mapping[str, bool | None] = {}
        self._asked_at = float("-inf")

    def advisory(self) -> Mapping[str, bool | None]:
        """Rule id to whether it is advisory; None where too little was decided to tell."""
        with self._lock:
            if time.monotonic() - self._asked_at >= _KEPT_S:
                self._known = self._ask()
                self._asked_at = time.monotonic()
            return self._known

    def _ask(self) -> dict[str, bool | None]:
        config, now = self._config(), self._now()
        found = decided(self._store, None, now - timedelta(days=config.days), now)
        return {
            rule_id: is_advisory(one.seen, config.target_of(rule_id), config.min_reviewed)
            for rule_id, one in found.items()
        }
