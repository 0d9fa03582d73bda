"""Keys, accounts and sessions in memory."""

from datetime import datetime

from vision.access import AccessKey, Account, Session
from vision.errors import NotFound


class MemoryAccess:
    """``AccessStore`` in dictionaries."""

    def __init__(self) -> None:
        self._keys: dict[str, AccessKey] = {}
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}

    def access_keys(self) -> list[AccessKey]:
        """Every machine key, by name."""
        return [key for _, key in sorted(self._keys.items())]

    def save_access_key(self, key: AccessKey) -> None:
        """Add a machine key, or replace the one with that name."""
        self._keys[key.name] = key

    def drop_access_key(self, name: str) -> None:
        """Drop a machine key.

        Raises:
            NotFound: If there is none with that name.
        """
        if self._keys.pop(name, None) is None:
            raise NotFound("key", name)

    def accounts(self) -> list[Account]:
        """Every account, by name."""
        return [account for _, account in sorted(self._accounts.items())]

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        return self._accounts.get(name)

    def save_account(self, account: Account) -> None:
        """Add an account, or replace the one with that name."""
        self._accounts[account.name] = account

    def drop_account(self, name: str) -> None:
        """Drop an account.

        Raises:
            NotFound: If there is none with that name.
        """
        if self._accounts.pop(name, None) is None:
            raise NotFound("account", name)

    def session(self, token_sha256: str) -> Session | None:
        """The session of that token, however old."""
        return self._sessions.get(token_sha256)

    def save_session(self, session: Session, now: datetime) -> None:
        """Add a session, and drop those that had expired by ``now``."""
        kept = {key: one for key, one in self._sessions.items() if one.expires_at > now}
        self._sessions = kept | {session.token_sha256: session}

    def end_session(self, token_sha256: str) -> None:
        """Drop a session, if there is one."""
        self._sessions.pop(token_sha256, None)

    def end_sessions(self, subject: str) -> None:
        """Drop every session of that subject."""
        self._sessions = {k: one for k, one in self._sessions.items() if one.subject != subject}
