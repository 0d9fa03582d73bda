"""The site file as a book: read with its version, written whole or not at all, every page kept."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from vision.config import SiteConfig, parse_site
from vision.config.edit import changed_places, rewritten, same
from vision.config.secrets import masked, still_masked, unmasked
from vision.config.yaml import dotted, load_yaml, parse_yaml
from vision.errors import ConfigError, Conflict, DeportmentError, Mistake, NotFound
from vision.wire import time_to_json

MOST_KEPT = 500
_LOST_SECRET = "stands for a secret that the file does not have; write the secret, or ${NAME}"  # noqa: S105


class Stale(DeportmentError):
    """Somebody else changed it meanwhile."""

    http_status = HTTPStatus.PRECONDITION_FAILED
    title = "Changed meanwhile"


class Unconditional(DeportmentError):
    """A change must say which version it follows on."""

    http_status = HTTPStatus.PRECONDITION_REQUIRED
    title = "If-Match is needed"


@dataclass(frozen=True, slots=True)
class Edition:
    """The file at one moment.

    Attributes:
        text: All of it.
        document: What it says; holds secrets.
        site: The same, validated.
    """

    text: str
    document: Any
    site: SiteConfig

    @property
    def version(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def shown(self) -> Any:
        """What it says, without secrets."""
        return masked(self.document, self.site)


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change: the edition after it, and where it differs."""

    edition: Edition
    places: list[str]


def edition_of(text: str, name: str) -> Edition:
    """An edition of a text.

    Raises:
        ConfigError: With every mistake, as ``deportment check`` names them.
    """
    document, _ = parse_yaml(text, Path(name))
    return Edition(text, document, parse_site(text, Path(name)))


@dataclass(frozen=True, slots=True)
class SiteBook:
    """A site file and its history, which stands in a folder beside it.

    Attributes:
        file: The site file; a link is followed, so that the file behind it is replaced.
        now: The clock.
    """

    file: Path
    now: Callable[[], datetime]

    def read(self) -> Edition:
        """The file as it is.

        Raises:
            ConfigError: If somebody broke it by hand.
        """
        load_yaml(self.file)  # bounds its size, and names what cannot be read
        text = self.file.read_text(encoding="utf-8-sig")
        return edition_of(text, self.file.name)

    def write(
        self, follows: str, by: str, make: Callable[[Any], Any], only_try: bool = False
    ) -> Change:
        """Change the file.

        Args:
            follows: The version that the change was made for; ``*`` for any.
            by: Who changes it.
            make: From the document without secrets to the one to be; what it masks is kept.
            only_try: Check everything and write nothing.

        Raises:
            Stale: If the file is of another version by now.
            ConfigError: If the result would not be a right site file.
            Conflict: If the file cannot be written.
        """
        with self._alone():
            before = self.read()
            if follows not in ("*", before.version):
                raise Stale("the site file was changed meanwhile; load it again")
            after = self._after(before, make)
            places = changed_places(before.document, after.document)
            if places and not only_try:
                self._keep(before, None, [])
                self._replace(after.text)
                self._keep(after, by, places)
            return Change(after, places)

    def history(self) -> list[dict[str, Any]]:
        """Every kept edition, newest first: when, by whom, and what changed in it."""
        return [{key: one[key] for key in _SHOWN} for one in reversed(self._index())]

    def kept(self, version: str) -> Edition:
        """An edition of the history.

        Raises:
            NotFound: If there is none of that version.
        """
        for one in self._index():
            if one["version"] == version:
                text = (self._folder / one["file"]).read_text(encoding="utf-8")
                return edition_of(text, self.file.name)
        raise NotFound("version of the site", version)

    def _after(self, before: Edition, make: Callable[[Any], Any]) -> Edition:
        document = unmasked(make(before.shown), before.document)
        name = Path(self.file.name)
        lost = [Mistake(name, None, dotted(at), _LOST_SECRET) for at in still_masked(document)]
        if lost:
            raise ConfigError(lost)
        if same(document, before.document):
            return before
        try:
            text = rewritten(before.text, document)
        except (ValueError, RecursionError):
            raise ConfigError([Mistake(name, None, "", "cannot be written as YAML")]) from None
        return edition_of(text, self.file.name)

    @property
    def _folder(self) -> Path:
        return self.file.with_name(f"{self.file.name}.history")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off every other program that changes this file through here."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with (self._folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise Conflict(f"the site file cannot be written: {error.strerror}") from error

    def _replace(self, text: str) -> None:
        target = self.file.resolve()
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with aside.open("w", encoding="utf-8") as file:
                aside.chmod(target.stat().st_mode & 0o777)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    def _keep(self, edition: Edition, by: str | None, places: list[str]) -> None:
        """Put an edition into the history, unless it is the last one there."""
        index = self._index()
        if index and index[-1]["version"] == edition.version:
            return
        at = self.now()
        name = f"{at:%Y%m%dT%H%M%S%f}-{edition.version[:12]}.yaml"
        page = self._folder / name
        page.touch(mode=0o600)
        page.write_text(edition.text, encoding="utf-8")
        entry = {
            "version": edition.version,
            "at": time_to_json(at),
            "by": by,
            "changed": places[:MOST_KEPT],
            "file": name,
        }
        kept = [*index, entry]
        for old in kept[:-MOST_KEPT]:
            (self._folder / old["file"]).unlink(missing_ok=True)
        aside = self._folder / "index.new"
        lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in kept[-MOST_KEPT:]]
        aside.write_text("".join(lines), encoding="utf-8")
        aside.replace(self._folder / "index.jsonl")

    def _index(self) -> list[dict[str, Any]]:
        try:
            text = (self._folder / "index.jsonl").read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines()]


_SHOWN = ("version", "at", "by", "changed")
