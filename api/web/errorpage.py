"""Errors as pages, for people; programs get the problem document."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from api.errors import Problem
from api.web.render import html, local_path, see_other
from vision.wire import API_BASE


def wants_page(request: Request) -> bool:
    """Whether a person asks: a browser, for something outside the API."""
    accepts = "text/html" in request.headers.get("accept", "")
    return accepts and not local_path(request).startswith(API_BASE)


def error_page(request: Request, told: Problem) -> Response:
    """The error, or the way to the sign-in."""
    if told.status == 401:
        query = f"?{request.url.query}" if request.url.query else ""
        back = local_path(request) + query if request.method == "GET" else "/"
        return see_other(request, f"/signin?next={quote(back, safe='')}")
    return html(request, "error.html", None, told.status, problem=told)
