"""``/negatives``: dismissed and overturned events as an archive for training."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Security
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api.access import Scope
from api.deps import Administrator, Served, authorise
from api.errors import BadParameter
from api.params import From, RuleId, To, in_order
from vision.labelled.negatives import DECISIONS, write_negatives
from vision.ports import EventFilter, EventReader, EvidenceStore
from vision.types import Event

MOST_EVENTS = 2000
_NAME = "hard-negatives"
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`images/`, `labels/`, `labelled_classes.json` and `source.json`",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}
router = APIRouter(
    prefix="/negatives", tags=["quality"], dependencies=[Security(authorise, scopes=[Scope.ADMIN])]
)


@router.get(
    "",
    response_class=FileResponse,
    responses=_ZIP,
)
def negatives(
    served: Served,
    principal: Administrator,
    start: From = None,
    to: To = None,
    rule_id: RuleId | None = None,
) -> FileResponse:
    """Pictures of events that people dismissed or overturned, as a ZIP in the training layout.

    Only blurred evidence exists: faces and everything outside the post stay unrecognisable, and
    the lines drawn into the evidence stay in the pictures.
    """
    in_order(start, to)
    wanted = EventFilter(principal.narrowed(None), rule_id, start=start, end=to, newest_first=False)
    events = list(_wrong(served.store, wanted))
    if len(events) > MOST_EVENTS:
        raise BadParameter("from", f"expected a period with at most {MOST_EVENTS} such events")
    folder = Path(tempfile.mkdtemp(prefix="negatives-"))
    try:
        archive, pictures = _archive(folder, events, served.evidence)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    served.log.info("negatives_exported", principal=principal.name, pictures=pictures)
    drop = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(
        archive, media_type="application/zip", filename=f"{_NAME}.zip", background=drop
    )


def _archive(folder: Path, events: list[Event], evidence: EvidenceStore) -> tuple[str, int]:
    done = write_negatives(folder / _NAME, events, evidence)
    if not done.pictures:
        raise BadParameter("from", "no event with a picture was dismissed or overturned here")
    return shutil.make_archive(str(folder / _NAME), "zip", folder, _NAME), done.pictures


def _wrong(store: EventReader, wanted: EventFilter) -> Iterator[Event]:
    for decision in DECISIONS:
        yield from store.events(replace(wanted, review=decision, limit=MOST_EVENTS + 1))
