"""What the rules are called in pictures, lists and reports."""

from collections.abc import Mapping
from types import MappingProxyType

RULE_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "slippers": ("穿拖鞋", "Slippers"),
        "vest": ("穿背心", "Sleeveless undershirt"),
        "shorts": ("穿短裤", "Shorts"),
        "smoking": ("吸烟", "Smoking"),
        "phone_use": ("玩手机", "Phone use"),
        "slouching": ("坐姿不端正", "Slouching"),
        "sleeping": ("打瞌睡", "Sleeping"),
        "leaving_post": ("离岗", "Left the post"),
        "attendance": ("迟到早退", "Late or left early"),
        "gathering": ("窗口聚集", "Gathering in the post"),
    }
)
"""Rule id to its title in Chinese and in English."""


def title_of(rule_id: str) -> str:
    """Both titles of a rule, or its id where it has none."""
    return "  ".join(RULE_TITLES.get(rule_id, (rule_id,)))
