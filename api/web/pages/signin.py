"""``/signin``, ``/signout``, ``/preferences``."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Gate
from api.deps import COOKIE, Served, address_of
from api.web.forms import CheckedForm, Form, OpenForm
from api.web.render import html, own_path, see_other

router = APIRouter()
_YEAR = int(timedelta(days=365).total_seconds())
Back = Annotated[str, Query(max_length=2000)]


@router.get("/signin")
def signin(request: Request, served: Served, next: Back = "/") -> HTMLResponse:  # noqa: A002
    """The form; for people only where there are accounts."""
    return _form(request, served.gate, next, wrong=False)


@router.post("/signin")
def sign_in(request: Request, served: Served, form: OpenForm) -> HTMLResponse:
    """Open a session for whoever has a key, or a name and its password."""
    subject = _subject(served.gate, form)
    back = own_path(form.get("next", "/"))
    if subject is None:
        served.refusals.spend(address_of(request))
        served.log.warning("signin_refused", name=form.get("name", "")[:64])
        return _form(request, served.gate, back, wrong=True)
    served.log.info("signed_in", subject=subject.partition(":")[0], name=form.get("name", "")[:64])
    answer = see_other(request, back)
    lasts_s = served.gate.lasts(subject).total_seconds()
    _set(request, answer, COOKIE, served.gate.open_session(subject), lasts_s)
    return answer


@router.post("/signout")
def sign_out(request: Request, served: Served, form: CheckedForm) -> HTMLResponse:
    """End the session, also on the side of the service."""
    served.gate.end_session(request.cookies.get(COOKIE, ""))
    answer = see_other(request, "/signin")
    _set(request, answer, COOKIE, "", 0)
    return answer


@router.get("/preferences")
def preferences(
    request: Request,
    lang: Literal["zh", "en"] | None = None,
    theme: Literal["light", "dark"] | None = None,
    back: Back = "/",
) -> HTMLResponse:
    """Remember language and colours in this browser; nothing else changes."""
    answer = see_other(request, own_path(back))
    for name, value in (("deportment_lang", lang), ("deportment_theme", theme)):
        if value is not None:
            _set(request, answer, name, value, _YEAR)
    return answer


def _subject(gate: Gate, form: Form) -> str | None:
    if form.get("key"):
        return gate.subject_of_key(form["key"].strip())
    return gate.subject_of_person(form.get("name", ""), form.get("password", ""))


def _form(request: Request, gate: Gate, back: str, wrong: bool) -> HTMLResponse:
    status = HTTPStatus.UNAUTHORIZED if wrong else HTTPStatus.OK
    people = bool(gate.store.accounts())
    values = {"next": own_path(back), "wrong": wrong, "people": people}
    return html(request, "signin.html", None, status, **values)


def _set(request: Request, answer: HTMLResponse, name: str, value: str, age_s: float) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=int(age_s),
        path=request.scope.get("root_path", "") or "/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
