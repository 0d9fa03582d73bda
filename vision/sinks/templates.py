"""What a letter looks like: plain JSON, or a robot's message in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from types import MappingProxyType
from typing import Any

from vision.ports import Letter
from vision.wire import time_from_json

_HEADLINES = MappingProxyType({"opened": "发现", "updated": "持续", "closed": "结束"})
_ENDS = MappingProxyType(
    {
        "cleared": "已恢复",
        "view_lost": "画面丢失，无法继续判断",
        "subject_left": "人员离开",
        "source_ended": "录像结束",
        "schedule_ended": "服务时间结束",
        "exempt": "已获准离岗或窗口暂停服务",
        "interrupted": "系统中断，截至最后观察时刻",
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a message needs beside the event.

    Attributes:
        site: Id of the site.
        site_name: Its name.
        zone: Time zone in which people read times.
        windows: Window id to name.
        titles: Rule id to its Chinese title.
    """

    site: str
    site_name: str
    zone: tzinfo
    windows: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def plain(letter: Letter, wording: Wording) -> dict[str, Any]:
    """The event as REST represents it, with the number of the delivery and what happened."""
    return {
        "delivery": letter.id,
        "type": f"event.{letter.change}",
        "site": wording.site,
        "event": dict(letter.event),
    }


def wecom(letter: Letter, wording: Wording) -> dict[str, Any]:
    """A message of a WeCom (企业微信) group robot."""
    lines = [f"**{headline(letter, wording)}**", *(f"> {line}" for line in _facts(letter, wording))]
    return {"msgtype": "markdown", "markdown": {"content": "\n".join(lines)}}


def dingtalk(letter: Letter, wording: Wording) -> dict[str, Any]:
    """A message of a DingTalk (钉钉) group robot."""
    title = headline(letter, wording)
    lines = [f"#### {title}", *(f"- {line}" for line in _facts(letter, wording))]
    return {"msgtype": "markdown", "markdown": {"title": title, "text": "\n".join(lines)}}


def headline(letter: Letter, wording: Wording) -> str:
    """Such as ``发现：离岗（社保 3 号窗口）``."""
    rule_id = letter.event["rule_id"]
    title = wording.titles.get(rule_id, rule_id)
    window = wording.windows.get(letter.window_id) or letter.window_id
    return f"{_HEADLINES[letter.change]}：{title}（{window}）"


def _facts(letter: Letter, wording: Wording) -> list[str]:
    event = letter.event
    facts = [
        f"大厅：{wording.site_name or wording.site}",
        f"窗口：{letter.window_id}",
        f"开始：{_clock(event['started_at'], wording.zone)}",
    ]
    if event["ended_at"] is not None:
        reason = event["end_reason"]
        facts.append(f"结束：{_clock(event['ended_at'], wording.zone)}")
        facts.append(f"时长：{_length(event['duration_s'])}")
        facts.append(f"原因：{_ENDS.get(reason, reason)}")
    if event.get("severity") == "severe":
        facts.append(f"程度：{_severe(event)}")
    facts.append(f"置信度：{event['score']:.0%}")
    facts.append(f"依据：{'；'.join(event['clauses']) or '无'}")
    facts.append(f"编号：{event['id']}")
    return facts


def _severe(event: Mapping[str, Any]) -> str:
    return "严重，有群众等候" if "client_wait_s" in event["measured"] else "严重"


def _clock(text: str, zone: tzinfo) -> str:
    return f"{time_from_json(text).astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
