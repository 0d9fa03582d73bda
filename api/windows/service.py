"""Which windows there are: those of the site file, and those that were ever observed."""

from dataclasses import dataclass
from typing import Any

from api.access import Principal
from api.deps import Services
from vision.config import ServiceWindow
from vision.errors import NotFound
from vision.ports import WindowState
from vision.rules.scale import Assessability


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that ``principal`` may see."""

    served: Services
    principal: Principal

    def all(self) -> list[dict[str, Any]]:
        """Every window, in the order of the site file, then by id."""
        configured = self._configured()
        observed = [name for name in self.served.store.states() if name not in configured]
        names = [*configured, *observed]
        return [_brief(name, configured.get(name)) for name in names if self.principal.sees(name)]

    def one(self, window_id: str) -> dict[str, Any]:
        """One window with its rules.

        Raises:
            NotFound: If there is none with that id within reach.
        """
        self.require(window_id)
        window = self._configured().get(window_id)
        return _brief(window_id, window) | {"rules": self._rules(window) if window else []}

    def require(self, window_id: str) -> None:
        """Let pass a window that exists within reach.

        Raises:
            NotFound: If there is none.
        """
        self.principal.require(window_id, "window", window_id)
        if window_id not in self._configured() and window_id not in self.served.store.states():
            raise NotFound("window", window_id)

    def state(self, window_id: str) -> WindowState:
        """The latest state of a window.

        Raises:
            NotFound: If there is no such window, or it was never observed.
        """
        self.require(window_id)
        states = self.served.store.states()
        if window_id not in states:
            raise NotFound("state of window", window_id)
        return states[window_id]

    def _configured(self) -> dict[str, ServiceWindow]:
        site = self.served.site
        return {window.id: window for window in site.windows} if site else {}

    def _rules(self, window: ServiceWindow) -> list[dict[str, Any]]:
        assert self.served.site is not None
        report = self.served.view_report(window)
        advisory = self.served.standing.advisory()
        return [
            {
                "rule_id": rule_id,
                "enabled": policy.enabled,
                "dwell_s": policy.dwell_s,
                "months": list(policy.months),
                "advisory": advisory.get(rule_id),
                **_assessable(report.get(rule_id)),
            }
            for rule_id, policy in self.served.site.policies(window).items()
        ]


def _brief(window_id: str, window: ServiceWindow | None) -> dict[str, Any]:
    if window is None:
        unknown = dict.fromkeys(("camera_id", "post", "public", "staff_quota"))
        return {"id": window_id, "name": ""} | unknown
    return {
        "id": window.id,
        "name": window.name,
        "camera_id": window.camera,
        "post": window.post,
        "public": window.public,
        "staff_quota": window.staff_quota,
    }


def _assessable(found: Assessability | None) -> dict[str, Any]:
    if found is None:
        return {"assessable": None, "explanation": None}
    spans = f"a {found.target} would span {found.target_px:.0f} px; needs {found.needs_px:.0f}"
    return {"assessable": found.supported, "explanation": f"{spans} (by {found.basis})"}
