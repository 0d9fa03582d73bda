"""``/checks``: silent time that waits for somebody to look at the recording, by keyboard."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Scope
from api.deps import Reader, Served
from api.errors import BadParameter
from api.params import RuleId
from api.spotchecks.routes import CheckId
from api.spotchecks.service import Wanted, answer, drawn
from api.web.forms import CheckedForm, Form, Person
from api.web.pages.coverage import latest
from api.web.pages.event import name_of
from api.web.pages.events import local_time
from api.web.render import html, see_other
from vision.config import RULE_IDS
from vision.errors import Conflict
from vision.spotchecks import CheckFilter, Finding, SpotCheck

router = APIRouter()
forms = APIRouter()
MOST = 200
_USUAL = timedelta(days=7)
Told = Annotated[str | None, Query(max_length=40)]


@router.get("/checks")
def checks(
    request: Request,
    served: Served,
    principal: Reader,
    rule_id: RuleId | None = None,
    after: Annotated[str | None, Query(max_length=64)] = None,
    none: bool = False,
) -> HTMLResponse:
    """The first interval that nobody has looked at, and how to draw more."""
    reach = principal.narrowed(None)
    wanted = CheckFilter(reach, rule_id, answered=False, after=after, limit=MOST)
    waiting = served.store.spot_checks(wanted)
    check = waiting[0] if waiting else None
    end = latest(served)
    values: dict[str, Any] = {
        "check": check,
        "window_name": name_of(served, check.window_id) if check else "",
        "waiting": len(waiting),
        "most": MOST,
        "may_decide": principal.may(Scope.REVIEW) and principal.csrf is not None,
        "skip": _skip(check, rule_id) if len(waiting) > 1 else None,
        "chosen": rule_id,
        "rules": RULE_IDS,
        "start": end - _USUAL,
        "end": end,
        "nothing_drawn": none,
        "around": _around(check) if check else "",
    }
    return html(request, "checks.html", principal, **values)


def _skip(check: SpotCheck | None, rule_id: RuleId | None) -> str:
    kept = {"rule_id": str(rule_id)} if rule_id else {}
    return f"/checks?{urlencode(kept | {'after': check.id if check else ''})}"


def _around(check: SpotCheck) -> str:
    span = timedelta(minutes=15)
    query = {
        "window_id": check.window_id,
        "from": (check.started_at - span).isoformat(),
        "to": (check.ended_at + span).isoformat(),
    }
    return f"/events?{urlencode(query)}"


@forms.post("/checks/draw")
def draw(request: Request, served: Served, principal: Person, form: CheckedForm) -> HTMLResponse:
    """Draw more."""
    start = local_time(request, "from", form.get("from"))
    end = local_time(request, "to", form.get("to"))
    if start is None or end is None:
        raise BadParameter("from", "expected a date and a time, such as 2026-11-02T09:14")
    rule_id = form.get("rule_id", "")
    if rule_id and rule_id not in RULE_IDS:
        raise BadParameter("rule_id", f"expected one of {', '.join(RULE_IDS)}")
    rules = (rule_id,) if rule_id else RULE_IDS
    count, seed = _whole(form, "count", 1, 200), _whole(form, "seed", 0, 2**31)
    try:
        drawn(served, principal, Wanted(start, end, rules, count, 120, seed))
    except Conflict:
        return see_other(request, "/checks?none=true")
    return see_other(request, "/checks")


@forms.post("/checks/{check_id}/answer")
def answered(
    check_id: CheckId, request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """What the recording shows."""
    try:
        finding = Finding(form.get("finding", ""))
    except ValueError:
        raise BadParameter("finding", f"expected one of {', '.join(Finding)}") from None
    note = form.get("note", "")
    if len(note) > 2000:
        raise BadParameter("note", "expected at most 2000 letters")
    answer(served, principal, check_id, finding, note)
    rule_id = form.get("rule_id", "")
    return see_other(
        request, f"/checks?{urlencode({'rule_id': rule_id})}" if rule_id else "/checks"
    )


def _whole(form: Form, name: str, least: int, most: int) -> int:
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and least <= int(text[:12]) <= most):
        raise BadParameter(name, f"expected a whole number from {least} to {most}")
    return int(text)
