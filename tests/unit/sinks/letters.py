"""Builders of letters and of what messages need."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.stored import event
from vision.ports import Letter
from vision.sinks.templates import Wording
from vision.wire import event_to_json

NOW = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
WORDING = Wording(
    "hall", "政务大厅", ZoneInfo("Asia/Shanghai"), {"A03": "社保 3 号窗口"}, {"phone_use": "玩手机"}
)


def letter(number=7, change="closed", window="A03", **changes):
    length_s = None if change == "opened" else 75
    told = event(f"01J{number}", length_s=length_s, window_id=window, **changes)
    return Letter(number, "hook", window, change, event_to_json(told))
