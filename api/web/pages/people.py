"""``/people`` for administrators, and ``/account``, where everybody changes their own password."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Security
from fastapi.responses import HTMLResponse

from api.access import ROLES, Principal, Scope
from api.deps import Administrator, Reader, Served, Services, authorise
from api.errors import BadParameter, Forbidden
from api.people import SHORTEST_PASSWORD, change_password, drop_person, save_person
from api.web.forms import CheckedForm, Form, Person
from api.web.render import html, see_other
from vision.errors import Conflict, UsageError

router = APIRouter()
admin = APIRouter(dependencies=[Security(authorise, scopes=[Scope.ADMIN])])
forms = APIRouter()
Name = Annotated[str, Query(max_length=64)]


@admin.get("/people")
def people(
    request: Request, served: Served, principal: Administrator, name: Name = ""
) -> HTMLResponse:
    """Every account, and a form for a new one or the one of that name."""
    _everywhere(principal)
    return _page(request, served, principal, name)


def _page(
    request: Request, served: Services, principal: Principal, name: str, wrong: str = ""
) -> HTMLResponse:
    accounts = served.store.accounts()
    now = served.now()
    locked = {one.name for one in accounts if one.locked_until and one.locked_until > now}
    return html(
        request,
        "people.html",
        principal,
        422 if wrong else 200,
        accounts=accounts,
        locked=locked,
        chosen=next((one for one in accounts if one.name == name), None),
        name=name,
        roles=list(ROLES),
        windows=[one.id for one in served.site.windows] if served.site else [],
        shortest=SHORTEST_PASSWORD,
        wrong=wrong,
    )


@forms.post("/people")
def save(request: Request, served: Served, principal: Person, form: CheckedForm) -> HTMLResponse:
    """Make or change an account."""
    require_admin(principal)
    name = form.get("name", "").strip()
    try:
        windows = windows_of(form)
        save_person(served.store, name, form.get("role", ""), form.get("password") or None, windows)
    except (UsageError, Conflict) as error:
        return _page(request, served, principal, name, str(error))
    served.note("account_saved", principal, f"account:{name}", role=form.get("role"))
    return see_other(request, "/people")


@forms.post("/people/drop")
def drop(request: Request, served: Served, principal: Person, form: CheckedForm) -> HTMLResponse:
    """Take an account away."""
    require_admin(principal)
    name = form.get("name", "")
    try:
        drop_person(served.store, name)
    except Conflict as error:
        return _page(request, served, principal, name, str(error))
    served.note("account_dropped", principal, f"account:{name}")
    return see_other(request, "/people")


@router.get("/account")
def account(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """Who one is, and a form for a new password."""
    return _own(request, served, principal)


def _own(request: Request, served: Services, principal: Principal, wrong: str = "") -> HTMLResponse:
    stored = served.store.account(principal.name) if principal.csrf else None
    status = 422 if wrong else 200
    values = {"account": stored, "shortest": SHORTEST_PASSWORD, "wrong": wrong}
    return html(request, "account.html", principal, status, **values)


@forms.post("/account")
def new_password(
    request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """Change one's own password; then one signs in again with it."""
    old, new = form.get("old", ""), form.get("new", "")
    try:
        if new != form.get("again"):
            raise BadParameter("again", "expected the new password twice")
        change_password(served.store, principal.name, old, new)
    except UsageError as error:
        return _own(request, served, principal, str(error))
    served.note("password_changed", principal, f"account:{principal.name}")
    return see_other(request, "/signin")


def windows_of(form: Form) -> frozenset[str] | None:
    """The windows of a form, written with commas or spaces; None for all."""
    named = form.get("windows", "").replace(",", " ").replace("，", " ").split()
    return frozenset(named) or None


def require_admin(principal: Principal) -> None:
    """Let pass who may administer everything.

    Raises:
        Forbidden: For everybody else.
    """
    if not principal.may(Scope.ADMIN):
        raise Forbidden("this needs the scope admin")
    _everywhere(principal)


def _everywhere(principal: Principal) -> None:
    if principal.windows is not None:
        raise Forbidden("this needs an account that is not limited to some windows")
