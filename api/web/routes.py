"""Every page of the dashboard."""

from fastapi import APIRouter

from api.web.pages import (
    audits,
    checks,
    coverage,
    event,
    events,
    exemptions,
    hall,
    keys,
    people,
    posts,
    quality,
    queue,
    scorecards,
    settings,
    signin,
)

pages = APIRouter(include_in_schema=False)
for _page in (
    exemptions,
    hall,
    queue,
    checks,
    quality,
    events,
    event,
    coverage,
    scorecards,
    posts,
    people,
):
    pages.include_router(_page.router)
for _page in (audits, people, keys, settings):
    pages.include_router(_page.admin)
entrance = APIRouter(include_in_schema=False)
"""What needs no key: the sign-in, and forms, which check session and token themselves."""
for _form in (
    exemptions.forms,
    coverage.forms,
    signin.router,
    event.forms,
    checks.forms,
    people.forms,
    keys.forms,
    settings.forms,
):
    entrance.include_router(_form)
