"""``/exemptions``: approved absences and closed windows."""

from datetime import UTC, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Reader, Served
from api.errors import BadParameter
from api.exemptions.routes import ExemptionId
from api.exemptions.service import enter, is_supervisor, withdraw
from api.web.forms import CheckedForm, Person
from api.web.pages.events import local_time
from api.web.render import html, see_other
from api.windows.service import Windows
from vision.exemptions import Entry, ExemptionFilter
from vision.types import ExemptionKind

router = APIRouter()
forms = APIRouter()
_MOST = 100
_USUAL = timedelta(hours=1)


@router.get("/exemptions")
def exemptions(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The latest entries, withdrawn ones included, and a form for a new one."""
    now = served.now()
    begin = now.replace(second=0, microsecond=0)
    found = served.store.exemptions(ExemptionFilter(principal.narrowed(None), limit=_MOST))
    return html(
        request,
        "exemptions.html",
        principal,
        exemptions=found,
        kinds=list(ExemptionKind),
        windows=Windows(served, principal).all(),
        now=now,
        begin=begin,
        end=begin + _USUAL,
        may=is_supervisor(principal) and principal.csrf is not None,
    )


@forms.post("/exemptions")
def enter_one(
    request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """Enter one."""
    start = local_time(request, "from", form.get("from"))
    end = local_time(request, "to", form.get("to"))
    if start is None or end is None:
        raise BadParameter("from", "expected a date and a time, such as 2026-11-02T09:14")
    try:
        kind = ExemptionKind(form.get("kind", ""))
    except ValueError:
        raise BadParameter("kind", f"expected one of {', '.join(ExemptionKind)}") from None
    span = (start.astimezone(UTC), end.astimezone(UTC))
    told = (form.get("reason", ""), form.get("approved_by", ""))
    enter(served, principal, Entry(form.get("window_id", ""), kind, *span, *told))
    return see_other(request, "/exemptions")


@forms.post("/exemptions/{exemption_id}/withdraw")
def withdraw_one(
    exemption_id: ExemptionId,
    request: Request,
    served: Served,
    principal: Person,
    form: CheckedForm,
) -> HTMLResponse:
    """Withdraw one."""
    withdraw(served, principal, exemption_id, form.get("reason", ""))
    return see_other(request, "/exemptions")
