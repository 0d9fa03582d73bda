"""What the service needs to know before it starts."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from vision.errors import UsageError

_NAMES: dict[int | str, str] = {"api_key": "DEPORTMENT_API_KEY", "root_path": "--root-path"}


class ServiceSettings(BaseModel):
    """Settings of one service; immutable.

    Attributes:
        db: Event database: a file name or a URL, as ``--db`` takes it.
        evidence: Folder of the evidence files.
        site: Site file; without one the windows are those that were ever observed.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        root_path: Path that a reverse proxy strips off in front of the service, such as
            ``/deportment``; empty for none.
        api_key: Key with every scope, from ``DEPORTMENT_API_KEY``. Without one, and without a
            stored one, a key is made at the first start.
        media_root: Folder of footage that may be audited over HTTP, and of ``file:`` cameras; None
            for none.
        uploads: Folder of footage that is sent to be audited; beside the database if left out.
        most_upload_bytes: Largest request with footage.
        audits_at_once: How many audits may run at the same time; 0 leaves them to another service.
        requests_per_s: How often one key or person may ask; twice as many at once after a rest.
        open_metrics: Whether ``/metrics`` answers without a key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    db: str
    evidence: Path
    site: Path | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    root_path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$")] = ""
    api_key: Annotated[SecretStr, Field(min_length=16)] | None = None
    media_root: Path | None = None
    uploads: Path | None = None
    most_upload_bytes: Annotated[int, Field(ge=1)] = 4 * 2**30
    audits_at_once: Annotated[int, Field(ge=0, le=16)] = 1
    requests_per_s: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    open_metrics: bool = False

    @property
    def uploads_folder(self) -> Path:
        """Where footage that is sent is kept until it is audited."""
        return self.uploads or self.evidence.parent / "uploads"

    @classmethod
    def given(cls, **values: Any) -> Self:
        """The settings of a command line.

        Raises:
            UsageError: Naming every setting that does not fit, without its value, which may be
                a key.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            faults = [(one["loc"][0], one["msg"]) for one in error.errors()]
            named = (f"{_NAMES.get(name, name)}: {problem}" for name, problem in faults)
            raise UsageError("; ".join(named)) from None
