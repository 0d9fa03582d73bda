"""Exemptions within the reach of who asks."""

from api.access import Principal, Scope
from api.deps import Services
from api.errors import Forbidden
from api.windows.service import Windows
from vision.exemptions import MOST_LETTERS, Entry, entered, words
from vision.types import Exemption


def enter(served: Services, principal: Principal, entry: Entry) -> Exemption:
    """Keep a new exemption.

    Raises:
        Forbidden: Without the scope ``review`` or ``admin``.
        NotFound: If there is no such window within reach.
        UsageError: If a part does not fit.
    """
    require_supervisor(principal)
    Windows(served, principal).require(entry.window_id)
    made = entered(entry, principal.name, served.now())
    served.store.add_exemption(made)
    served.log.info("exemption_entered", principal=principal.name, id=made.id, kind=made.kind)
    return made


def one_exemption(served: Services, principal: Principal, exemption_id: str) -> Exemption:
    """An exemption within reach.

    Raises:
        NotFound: If there is none.
    """
    found = served.store.exemption(exemption_id)
    principal.require(found.window_id, "exemption", exemption_id)
    return found


def withdraw(served: Services, principal: Principal, exemption_id: str, reason: str) -> Exemption:
    """Let an exemption end now; it stays in the records.

    Raises:
        Forbidden: Without the scope ``review`` or ``admin``.
        NotFound: If there is none within reach.
        Conflict: If it was withdrawn before.
        UsageError: Without a reason.
    """
    require_supervisor(principal)
    one_exemption(served, principal, exemption_id)
    why = words("reason", reason, MOST_LETTERS)
    served.store.withdraw_exemption(exemption_id, served.now(), principal.name, why)
    served.log.info("exemption_withdrawn", principal=principal.name, id=exemption_id)
    return served.store.exemption(exemption_id)


def is_supervisor(principal: Principal) -> bool:
    """Whether somebody may allow an absence."""
    return principal.may(Scope.REVIEW) or principal.may(Scope.ADMIN)


def require_supervisor(principal: Principal) -> None:
    """Let pass who may allow an absence.

    Raises:
        Forbidden: Without the scope ``review`` or ``admin``.
    """
    if not is_supervisor(principal):
        raise Forbidden("exemptions are entered and withdrawn with the scope review or admin")
