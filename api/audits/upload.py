"""Footage that comes with a request: streamed to the disk, whatever its size, or refused."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, ClassVar

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool

from api.errors import BadParameter
from vision.errors import DeportmentError
from vision.jobs.inputs import VIDEO_SUFFIXES

MOST_FILES = 50
MOST_FIELD_BYTES = 2000
FIELDS = frozenset({"camera_id", "start", "name_pattern"})
_NAME = re.compile(r"[^\W_][\w .()+@=,-]{0,119}")


class Malformed(DeportmentError):
    """The body is not a form."""

    http_status = HTTPStatus.BAD_REQUEST
    title = "The body cannot be read"


class NotStored(DeportmentError):
    """The disk does not take it; the message says why."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "The upload cannot be stored"
    is_told: ClassVar[bool] = True


@dataclass(slots=True)
class _Part:
    name: str = ""
    file: str | None = None
    text: bytes = b""
    out: BinaryIO | None = None


@dataclass(slots=True)
class Upload:
    """A form with files, as it comes in.

    Attributes:
        folder: Where the files go; made with the first one.
        files: Names of those that came.
        fields: The other fields.
    """

    folder: Path
    files: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    _part: _Part = field(default_factory=_Part)
    _header: tuple[bytes, bytes] = (b"", b"")
    _is_whole: bool = False

    async def take(self, content_type: str, chunks: AsyncIterator[bytes]) -> None:
        """Read the form to its end.

        Raises:
            Malformed: If it is not one.
            BadParameter: If a field or file is not taken.
            NotStored: If the disk does not take it.
        """
        boundary = _boundary(content_type)
        calls: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._close,
            "on_end": self._end,
        }
        try:
            parser = MultipartParser(boundary, calls)  # type: ignore[arg-type]
            async for chunk in chunks:
                await run_in_threadpool(parser.write, chunk)
        except FormParserError:
            raise Malformed("expected a form of the type multipart/form-data") from None
        except OSError as error:
            raise NotStored(f"the footage cannot be stored: {error.strerror}") from error
        finally:
            if self._part.out is not None:
                self._part.out.close()
        if not self._is_whole:
            raise Malformed("the form ends in the middle")
        if not self.files:
            raise BadParameter("files", "expected at least one file")

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        self._header = (b"", b"")
        if name.lower() == b"content-disposition":
            message = Message()
            message["content-disposition"] = value.decode("utf-8", "replace")
            parameters = dict(message.get_params([], header="content-disposition"))
            self._part.name = parameters.get("name", "")
            self._part.file = parameters.get("filename")

    def _open(self) -> None:
        part = self._part
        if part.file is None:
            if part.name not in FIELDS:
                raise BadParameter(part.name[:80] or "form", "this form has no such field")
            return
        if part.name != "files":
            raise BadParameter(part.name[:80] or "form", "files are sent as 'files'")
        name = checked_name(part.file)
        if name in self.files or len(self.files) == MOST_FILES:
            raise BadParameter("files", f"expected up to {MOST_FILES} files with different names")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.out = (self.folder / name).open("xb")
        self.files.append(name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.out is not None:
            part.out.write(memoryview(data)[start:end])
        elif len(part.text) + end - start > MOST_FIELD_BYTES:
            raise BadParameter(part.name, f"expected at most {MOST_FIELD_BYTES} bytes")
        else:
            part.text += data[start:end]

    def _close(self) -> None:
        part = self._part
        if part.out is not None:
            part.out.close()
            part.out = None
        elif part.file is None:
            self.fields[part.name] = part.text.decode("utf-8", "replace")

    def _end(self) -> None:
        self._is_whole = True


def checked_name(sent: str) -> str:
    """The file name as it is kept; where it stood on the sender's disk is dropped.

    Raises:
        BadParameter: If it is not that of a video.
    """
    name = re.split(r"[/\\]", sent)[-1]
    if not _NAME.fullmatch(name) or Path(name).suffix.lower() not in VIDEO_SUFFIXES:
        known = ", ".join(sorted(VIDEO_SUFFIXES))
        raise BadParameter("files", f"expected a file name that ends in one of {known}")
    return name


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= 200:
        raise Malformed("expected multipart/form-data with a boundary")
    return boundary.encode("latin-1", "replace")
