"""Windows that cover for each other: who sits at the others of a group, in one picture."""

from collections.abc import Sequence

from vision.observe.look import Look
from vision.types import Cover


def cover_from(others: Sequence[Look | None], required: int, quota: int) -> Cover:
    """Count the staff at the other windows of a group; one out of sight may hold all of them.

    Args:
        others: What was seen of each; None where nobody looked.
        required: How many the whole group needs.
        quota: How many belong in all its posts.
    """
    seen = [one for one in others if one is not None and one.view.usable]
    return Cover(
        persons=sum(one.staff.firm for one in seen),
        uncertain=quota * (len(others) - len(seen)) + sum(not one.staff.is_sure for one in seen),
        required=required,
        quota=quota,
    )
