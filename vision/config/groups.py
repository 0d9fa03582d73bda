"""Windows that cover for each other: a group and how many staff it needs as a whole."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from vision.config.base import Config
from vision.config.identifiers import Identifier
from vision.config.messages import suggestion


class WindowGroup(Config):
    """Neighbouring windows of one camera; see ``groups:`` in docs/presence.md.

    Attributes:
        windows: Its windows.
        staff_quota: How many staff must be at its windows together; left out, the sum of their
            own quotas.
    """

    id: Identifier
    name: str = ""
    windows: tuple[Identifier, ...]
    staff_quota: Annotated[int, Field(ge=1, le=100)] | None = None


Mistake = tuple[tuple[str | int, ...], str]


def group_mistakes(
    groups: tuple[WindowGroup, ...], cameras: Mapping[str, str], quotas: Mapping[str, int]
) -> Iterator[Mistake]:
    """What no single key of a group can know.

    Args:
        groups: As written.
        cameras: Window id to the id of its camera.
        quotas: Window id to its own quota.
    """
    home: dict[str, str] = {}
    for number, group in enumerate(groups):
        place = ("groups", number)
        if any(group.id == other.id for other in groups[:number]):
            yield (*place, "id"), f"the id '{group.id}' stands twice; ids must be unique"
        if len(group.windows) < 2:
            yield (*place, "windows"), "expected at least two windows; one alone has no cover"
        own = sum(quotas.get(window_id, 0) for window_id in group.windows)
        if group.staff_quota is not None and group.staff_quota > own > 0:
            most = f"expected at most {own}, which is what its windows have together"
            yield (*place, "staff_quota"), f"{most}, got {group.staff_quota}"
        for index, window_id in enumerate(group.windows):
            problem = _misplaced(window_id, group, home, cameras)
            if problem is not None:
                yield (*place, "windows", index), problem
            home.setdefault(window_id, group.id)


def _misplaced(
    window_id: str, group: WindowGroup, home: Mapping[str, str], cameras: Mapping[str, str]
) -> str | None:
    if window_id not in cameras:
        return f"no window '{window_id}'; {suggestion(window_id, list(cameras))}"
    if window_id in home:
        return f"the window '{window_id}' is in group '{home[window_id]}' already"
    first = cameras.get(group.windows[0])
    if first is not None and cameras[window_id] != first:
        return (
            f"'{window_id}' is seen by camera '{cameras[window_id]}', '{group.windows[0]}' by "
            f"'{first}'; expected windows of one camera, which shows them at one instant"
        )
    return None
