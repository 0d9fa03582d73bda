"""What presence rules know beside one picture: who was there before, and who covers a window."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """Who has been in a post, up to an observation; times are capture times, UTC.

    Attributes:
        watched_since: Since when the post has been watched without a long gap; None before the
            first usable picture.
        watched_at: The last usable picture.
        since: When the present or last presence began.
        present_at: When somebody was last seen.
        settled_at: When somebody was last seen who had come to stay, and did not walk through.
    """

    watched_since: datetime | None = None
    watched_at: datetime | None = None
    since: datetime | None = None
    present_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """The other windows of a window's group, at the same instant.

    Attributes:
        persons: Staff seen in their posts.
        uncertain: How many more there may be than were seen: one for a doubtful box, all of them
            where a view cannot be used.
        required: How many staff the whole group needs now.
        quota: How many belong in all its posts.
    """

    persons: int
    uncertain: int
    required: int
    quota: int

    @property
    def is_enough(self) -> bool:
        """Whether the group has its staff although one of its windows is empty."""
        return self.persons >= self.required

    @property
    def may_be_enough(self) -> bool:
        """Whether it could have them, for all that can be seen."""
        return self.persons + self.uncertain >= self.required
