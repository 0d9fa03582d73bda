"""Which exemptions an analysis goes by: those of its footage, or those of now."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from vision.errors import StoreError
from vision.exemptions import ExemptionFilter, ExemptionStore
from vision.jobs.inputs import Input
from vision.types import Exemptions
from vision.wiring import Bench

REFRESH_S = 2.0
"""How long a running watch may not know of a new exemption."""

LOOK_BACK = timedelta(days=8)
"""Longer than any outage that is counted when a watch starts."""


def of_footage(bench: Bench, one: Input) -> Exemptions:
    """What holds at the windows of an input, from its first picture to its last."""
    windows = [window.id for window in bench.site.windows_of(one.camera_id)]
    end = one.start + timedelta(seconds=one.duration_s) if one.duration_s else None
    found = bench.store.exemptions(ExemptionFilter(windows, one.start, end))
    kept = Exemptions.of(found)
    return Exemptions(tuple(item for item in kept.items if item.until > one.start))


def fingerprint(exemptions: Exemptions) -> tuple[str, ...]:
    """What of them decides about events, as a part of a run's key; nothing where there is none."""
    lines = sorted(
        f"{one.window_id}|{one.kind}|{one.start.isoformat()}|{one.until.isoformat()}"
        for one in exemptions.items
    )
    return (hashlib.sha256("\n".join(lines).encode()).hexdigest(),) if lines else ()


@dataclass(slots=True)
class Board:
    """What is allowed now, for the cameras of a running watch; asked from their threads.

    Attributes:
        store: Where it is read from, every two seconds of working time.
        now: The wall clock, UTC.
        log: Told once when it cannot be read; what was known stays in force.
    """

    store: ExemptionStore
    now: Callable[[], datetime]
    log: FilteringBoundLogger
    _known: Exemptions = field(default_factory=Exemptions)
    _read_s: float = float("-inf")
    _failing: bool = False

    def __call__(self) -> Exemptions:
        """Those that are known."""
        return self._known

    def refresh(self, at_once: bool = False) -> None:
        """Read them anew, if it is time."""
        if not at_once and time.monotonic() - self._read_s < REFRESH_S:
            return
        self._read_s = time.monotonic()
        try:
            found = self.store.exemptions(ExemptionFilter(start=self.now() - LOOK_BACK))
        except StoreError as error:
            if not self._failing:
                self.log.warning("exemptions cannot be read; those known hold", reason=str(error))
            self._failing = True
            return
        self._known, self._failing = Exemptions.of(found), False
