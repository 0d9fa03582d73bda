"""Who has been in a post, picture by picture: arrivals, and what was missed. Pure."""

from dataclasses import replace
from datetime import datetime

from vision.types import Observation, Presence

SETTLED_S = 10.0
"""Who has been there for so long has come to work; who walks through a post is sooner gone."""

SAME_S = 10.0
"""Somebody seen again within that time never left: as long as the tracker remembers them."""

BLIND_S = 120.0
"""After so long without a usable picture nobody knows who came and went meanwhile."""


def followed(before: Presence, seen: Observation) -> Presence:
    """What is known after one more observation; one with an unusable view adds nothing."""
    if not seen.view.usable:
        return before
    at = seen.at
    since = before.watched_since if _within(before.watched_at, at, BLIND_S) else at
    after = replace(before, watched_since=since, watched_at=at)
    if not any(person.is_firm for person in seen.persons):
        return after
    began = before.since if _within(before.present_at, at, SAME_S) and before.since else at
    settled = (at - began).total_seconds() >= SETTLED_S
    return replace(
        after, since=began, present_at=at, settled_at=at if settled else before.settled_at
    )


def _within(earlier: datetime | None, at: datetime, longest_s: float) -> bool:
    return earlier is not None and (at - earlier).total_seconds() <= longest_s
