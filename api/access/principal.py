"""Who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from vision.errors import NotFound


class Scope(StrEnum):
    """What a key may do; none includes another."""

    READ = "read"
    APPEAL = "appeal"
    REVIEW = "review"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)
ROLES: Mapping[str, frozenset[Scope]] = MappingProxyType(
    {
        "clerk": frozenset({Scope.READ, Scope.APPEAL}),
        "viewer": frozenset({Scope.READ}),
        "reviewer": frozenset({Scope.READ, Scope.APPEAL, Scope.REVIEW}),
        "admin": ALL_SCOPES,
    }
)
"""What people may do, by the role of their account."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and how far that reaches.

    Attributes:
        name: Of the key or account, for the log; never the key itself.
        scopes: What it may do.
        windows: The windows it may see; None for all.
        csrf: What its forms must carry, if a cookie is all that says who asks.
    """

    name: str
    scopes: frozenset[Scope]
    windows: frozenset[str] | None = None
    csrf: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether it has that scope."""
        return scope in self.scopes

    def sees(self, window_id: str) -> bool:
        """Whether that window is within reach."""
        return self.windows is None or window_id in self.windows

    def require(self, window_id: str, kind: str, key: str) -> None:
        """Let pass what belongs to a window within reach.

        Raises:
            NotFound: If it does not; whether the object exists is not told either.
        """
        if not self.sees(window_id):
            raise NotFound(kind, key)

    def narrowed(self, window_ids: list[str] | None) -> list[str] | None:
        """The asked-for windows that are within reach; None for all there are."""
        if self.windows is None:
            return window_ids
        return sorted(self.windows if window_ids is None else self.windows.intersection(window_ids))
