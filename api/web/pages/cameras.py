"""How the cameras are, by what was last seen of their windows."""

from dataclasses import dataclass
from datetime import datetime

from api.access import Principal
from api.deps import Services
from api.web.pages.hall import Card, all_cards
from vision.jobs.place import moved_since

_LOOKS = {"ok": "excellent", "stale": "appealed", "lost": "open", "never": ""}


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera and the windows that it sees.

    Attributes:
        at: When a picture of it was last judged; None before the first.
        cards: Its windows within reach.
        moved_at: When it was found to have moved; None if it was not, or somebody has looked.
    """

    id: str
    name: str
    at: datetime | None
    cards: tuple[Card, ...]
    moved_at: datetime | None = None

    @property
    def state(self) -> str:
        """``ok``, ``stale``, ``never``, or ``lost`` where no window of it can be judged."""
        if self.at is None:
            return "never"
        if all(card.stale for card in self.cards):
            return "stale"
        return "lost" if all(card.state == "unknown" for card in self.cards) else "ok"

    @property
    def look(self) -> str:
        """What decides its colour."""
        return _LOOKS[self.state]


def cameras(served: Services, principal: Principal) -> list[Camera]:
    """Every camera of the site file that sees a window within reach."""
    if served.site is None:
        return []
    cards = {card.id: card for card in all_cards(served, principal)}
    found = []
    for config in served.site.cameras:
        seen = [cards[one.id] for one in served.site.windows_of(config.id) if one.id in cards]
        at = max((card.at for card in seen if card.at), default=None)
        if seen or principal.windows is None:
            moved_at = moved_since(config.id, served.store)
            found.append(Camera(config.id, config.name, at, tuple(seen), moved_at))
    return found
