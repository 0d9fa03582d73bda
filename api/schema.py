"""What the models of answers share; they document the wire form, :mod:`vision.wire` writes it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Time = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-02T09:14:03.200Z"])
]
Share = Annotated[float, Field(ge=0, le=1)]


class Answer(BaseModel):
    """Closed: an answer with a key that is not documented is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


NextPage = Annotated[str | None, Field(description="Cursor of the next page; null on the last")]
