"""An outbox that lives in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from vision.ports import Letter, Notice
from vision.wire import event_to_json

_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class MemoryOutbox:
    """``Outbox`` in a dictionary, oldest letter first."""

    def __init__(self) -> None:
        self._letters: dict[int, Letter] = {}
        self._last_letter = 0
        self._outbox_lock = Lock()

    def post(self, notices: Sequence[Notice]) -> None:
        """Put notices in, due at once."""
        with self._outbox_lock:
            for notice in notices:
                self._last_letter += 1
                self._letters[self._last_letter] = Letter(
                    self._last_letter,
                    notice.sink,
                    notice.event.window_id,
                    notice.change,
                    event_to_json(notice.event),
                    again_at=_AT_ONCE,
                )

    def due(self, sink: str, now: datetime, limit: int = 100) -> list[Letter]:
        """The oldest waiting letter of each window, where its time has come."""
        heads: dict[str, Letter] = {}
        with self._outbox_lock:
            for letter in self._letters.values():
                if letter.sink == sink and letter.again_at is not None:
                    heads.setdefault(letter.window_id, letter)
        return [one for one in heads.values() if one.again_at and one.again_at <= now][:limit]

    def delivered(self, letter: Letter) -> None:
        """Forget a letter that its receiver has taken."""
        with self._outbox_lock:
            del self._letters[letter.id]

    def failed(self, letter: Letter, failure: str, again_at: datetime | None) -> None:
        """Note a failed try; without a time for the next one the letter is dead."""
        tries = letter.tries + 1
        with self._outbox_lock:
            self._letters[letter.id] = replace(
                letter, tries=tries, failure=failure, again_at=again_at
            )

    def dead_letters(self, limit: int = 100) -> list[Letter]:
        """Letters that were given up, oldest first."""
        with self._outbox_lock:
            dead = [letter for letter in self._letters.values() if letter.again_at is None]
        return dead[:limit]
