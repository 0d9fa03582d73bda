"""Every page of the dashboard."""

from fastapi import APIRouter

from api.web.pages import coverage, event, events, hall, queue, scorecards, signin

pages = APIRouter(include_in_schema=False)
for _page in (hall, queue, events, event, coverage, scorecards):
    pages.include_router(_page.router)
entrance = signin.router
