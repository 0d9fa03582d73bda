"""The truth of a recording: JSON lines that say what happened at which window, and when.

One object a line, as the simulator writes it::

    {"kind": "event", "window_id": "A01", "rule_id": "phone_use", "camera_id": "cam-01",
     "started_at": "2026-07-06T01:14:05.200Z", "ended_at": "2026-07-06T01:14:31Z",
     "note": "phone_lap"}

``kind`` is ``event`` (must be found), ``distractor`` (must raise nothing) or ``ignore`` (nothing
there counts). ``rule_id`` may be ``*`` for every rule. Other keys, such as ``start_s``, are let be.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from vision.config import RULE_IDS
from vision.config.messages import suggestion
from vision.errors import ConfigError, Mistake
from vision.intervals import Interval
from vision.wire import time_from_json

ANY_RULE = "*"


class TruthKind(StrEnum):
    """What a line of truth asks of the product."""

    EVENT = "event"
    DISTRACTOR = "distractor"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Truth:
    """One line of truth.

    Attributes:
        rule_id: The rule, or ``*`` for every rule.
        span: From the onset to the end of the condition, UTC.
        note: What it is, in words.
    """

    kind: TruthKind
    window_id: str
    rule_id: str
    span: Interval
    note: str = ""

    def concerns(self, window_id: str, rule_id: str) -> bool:
        """Whether the line is about that rule at that window."""
        return self.window_id == window_id and self.rule_id in (rule_id, ANY_RULE)


def read_truth(file: Path) -> list[Truth]:
    """Read a file of truth, in the order of its lines.

    Raises:
        ConfigError: With every mistake by line.
    """
    found: list[Truth] = []
    mistakes: list[Mistake] = []
    for number, line in numbered_lines(file):
        try:
            found.append(_truth(json.loads(line)))
        except json.JSONDecodeError as error:
            mistakes.append(Mistake(file, number, "", f"not JSON: {error.msg}"))
        except (TypeError, ValueError) as error:
            mistakes.append(Mistake(file, number, "", str(error)))
    if mistakes:
        raise ConfigError(mistakes)
    return found


def numbered_lines(file: Path) -> list[tuple[int, str]]:
    """The lines of a text file that are not empty, with their 1-based numbers.

    Raises:
        ConfigError: If it cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError([Mistake(file, None, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Mistake(file, None, "", "expected UTF-8 text")]) from error
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _truth(row: object) -> Truth:
    if not isinstance(row, dict):
        raise TypeError("expected an object {…} on every line")
    kind, rule_id = _text(row, "kind"), _text(row, "rule_id")
    if kind not in set(TruthKind):
        raise ValueError(f"kind: expected event, distractor or ignore, got '{kind}'")
    if rule_id not in (*RULE_IDS, ANY_RULE):
        raise ValueError(f"rule_id: unknown rule '{rule_id}'; {suggestion(rule_id, RULE_IDS)}")
    if kind == TruthKind.EVENT and rule_id == ANY_RULE:
        raise ValueError("rule_id: an event needs one rule, not '*'")
    span = Interval(
        time_from_json(_text(row, "started_at")), time_from_json(_text(row, "ended_at"))
    )
    return Truth(TruthKind(kind), _text(row, "window_id"), rule_id, span, str(row.get("note", "")))


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise TypeError(f"{key}: expected text, got {json.dumps(value)}")
    return value
