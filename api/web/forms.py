"""Forms of pages: read once, and only with the token of the session."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from api.access import Principal, Scope
from api.deps import COOKIE, require_csrf, services
from api.errors import Forbidden, Unauthorised

Form = Mapping[str, str]


async def open_form(request: Request) -> Form:
    """The fields of a form that needs no session, such as that of the sign-in.

    Raises:
        Forbidden: If a page of another site sent it.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("this form is only taken from a page of this service")
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def signed_in(request: Request) -> Principal:
    """Who signed in with this browser.

    Raises:
        Unauthorised: If nobody did.
    """
    token = request.cookies.get(COOKIE)
    principal = services(request).gate.by_session(token) if token else None
    if principal is None or not principal.may(Scope.READ):
        raise Unauthorised("sign in")
    request.scope["principal"] = principal.name
    return principal


Person = Annotated[Principal, Depends(signed_in)]


def checked_form(principal: Person, form: Annotated[Form, Depends(open_form)]) -> Form:
    """The fields of a form of whoever signed in.

    Raises:
        Forbidden: Without the token of the session.
    """
    require_csrf(principal, form.get("csrf", ""))
    return form


OpenForm = Annotated[Form, Depends(open_form)]
CheckedForm = Annotated[Form, Depends(checked_form)]
