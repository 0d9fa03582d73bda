"""``/coverage``: what could be judged, window by window and rule by rule."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Scope
from api.cameras.routes import CameraId, acknowledged
from api.coverage.service import totals
from api.deps import Reader, Served, Services
from api.errors import BadParameter
from api.params import in_order
from api.web.forms import CheckedForm, Person
from api.web.pages.cameras import cameras
from api.web.pages.events import Local, local_time
from api.web.pages.people import require_admin
from api.web.render import html, see_other
from vision.config import RULE_IDS
from vision.types import Coverage

router = APIRouter()
forms = APIRouter()
_LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Cell:
    """One rule at one window."""

    coverage: Coverage | None

    @property
    def share(self) -> float | None:
        """Assessable share of the scheduled time; None where none was scheduled."""
        item = self.coverage
        return item.assessable_s / item.scheduled_s if item and item.scheduled_s else None

    @property
    def level(self) -> int:
        """0 to 4, for its colour."""
        return min(4, int((self.share or 0) * 5))


def latest(served: Services) -> datetime:
    """When a window was last seen; now, if none ever was."""
    return max((state.at for state in served.store.states().values()), default=served.now())


@router.get("/coverage")
def coverage(
    request: Request,
    served: Served,
    principal: Reader,
    first: Annotated[Local, Query(alias="from")] = None,
    to: Local = None,
) -> HTMLResponse:
    """A table of windows and rules."""
    end = local_time(request, "to", to) or latest(served) + timedelta(seconds=1)
    start = local_time(request, "from", first) or end - timedelta(days=7)
    in_order(start, end)
    if end - start > _LONGEST:
        raise BadParameter("from", f"expected at most {_LONGEST.days} days up to 'to'")
    found = totals(served.store.coverage(principal.narrowed(None), None, start, end))
    by_place = {(item.window_id, item.rule_id): item for item in found if item.scheduled_s}
    windows = sorted({window for window, _ in by_place})
    rules = [rule for rule in RULE_IDS if any(name == rule for _, name in by_place)]
    return html(
        request,
        "coverage.html",
        principal,
        start=start,
        end=end,
        rules=rules,
        rows=[(name, [Cell(by_place.get((name, rule))) for rule in rules]) for name in windows],
        reasons=_reasons(found),
        cameras=cameras(served, principal),
        may=principal.may(Scope.ADMIN) and principal.csrf is not None,
    )


@forms.post("/cameras/{camera_id}/acknowledge")
def acknowledge_view(
    camera_id: CameraId, request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """Say that the posts of a camera that has moved fit what it sees now."""
    require_admin(principal)
    acknowledged(served, principal, camera_id)
    return see_other(request, "/coverage")


def _reasons(found: list[Coverage]) -> list[tuple[str, float]]:
    total: Counter[str] = Counter()
    for item in found:
        total.update(dict(item.reasons_s))
    return [(reason, seconds) for reason, seconds in total.most_common(8) if seconds >= 1]
