"""``/quality``: how good every rule is found to be."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import Reader, Served
from api.errors import BadParameter
from api.params import in_order
from api.quality.routes import LONGEST
from api.quality.service import config_of, quality
from api.web.pages.events import Local, local_time
from api.web.render import html

router = APIRouter()


@router.get("/quality")
def quality_page(
    request: Request,
    served: Served,
    principal: Reader,
    first: Annotated[Local, Query(alias="from")] = None,
    to: Local = None,
) -> HTMLResponse:
    """A table of the rules with intervals."""
    config = config_of(served)
    end = local_time(request, "to", to) or served.now()
    start = local_time(request, "from", first) or end - timedelta(days=config.days)
    in_order(start, end)
    if end - start > LONGEST:
        raise BadParameter("from", f"expected at most {LONGEST.days} days up to 'to'")
    rows = quality(served, principal, start, end)
    return html(request, "quality.html", principal, start=start, end=end, rows=rows, config=config)
