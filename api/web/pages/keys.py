"""``/keys``: machine keys, for administrators."""

from fastapi import APIRouter, Request, Security
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from api.access import ALL_SCOPES, Principal, Scope
from api.deps import Administrator, Served, Services, authorise
from api.keys.routes import KeyRequest, new_key
from api.web.forms import CheckedForm, Form, Person
from api.web.pages.people import require_admin, windows_of
from api.web.render import html, see_other
from vision.errors import Conflict

admin = APIRouter(dependencies=[Security(authorise, scopes=[Scope.ADMIN])])
forms = APIRouter()


@admin.get("/keys")
def keys(request: Request, served: Served, principal: Administrator) -> HTMLResponse:
    """Every key, and a form for a new one."""
    return _page(request, served, principal)


def _page(
    request: Request, served: Services, principal: Principal, made: str = "", wrong: str = ""
) -> HTMLResponse:
    return html(
        request,
        "keys.html",
        principal,
        422 if wrong else 200,
        keys=served.store.access_keys(),
        scopes=[scope.value for scope in Scope if scope in ALL_SCOPES],
        may=principal.csrf is not None and principal.windows is None,
        made=made,
        wrong=wrong,
    )


@forms.post("/keys")
def make(request: Request, served: Served, principal: Person, form: CheckedForm) -> HTMLResponse:
    """Make a key; it is told on this page, only now."""
    require_admin(principal)
    try:
        wanted = _wanted(form)
        key = new_key(served, principal, wanted)
    except ValidationError as error:
        names = sorted({str(one["loc"][0]) for one in error.errors()})
        return _page(request, served, principal, wrong=", ".join(names))
    except Conflict as error:
        return _page(request, served, principal, wrong=str(error))
    return _page(request, served, principal, made=key)


def _wanted(form: Form) -> KeyRequest:
    scopes = [scope for scope in Scope if form.get(f"scope_{scope}")]
    return KeyRequest(name=form.get("name", ""), scopes=frozenset(scopes), windows=windows_of(form))


@forms.post("/keys/drop")
def drop(request: Request, served: Served, principal: Person, form: CheckedForm) -> HTMLResponse:
    """Take a key away."""
    require_admin(principal)
    name = form.get("name", "")
    served.keys.drop(name)
    served.note("key_dropped", principal, f"key:{name}")
    return see_other(request, "/keys")
