"""Reports without a running service: what ``deportment report`` does."""

from pathlib import Path

from api.app import create_app
from api.periods import period
from api.reports.formats import SUFFIXES, written
from api.reports.report import Maker
from api.settings import ServiceSettings
from api.web.i18n import Language, Translator
from api.zones import zone_of
from vision.config import SiteConfig
from vision.errors import EvidenceError, UsageError
from vision.store import SqlStore


class NoEvidence:
    """Reports count evidence, and open none of it."""

    def put(self, data: bytes) -> str:
        """Refuse."""
        raise EvidenceError("a report stores no evidence")

    def get(self, sha256: str) -> bytes:
        """Refuse."""
        raise EvidenceError("a report opens no evidence")


def write_report(
    store: SqlStore, site: SiteConfig, kind: str, name: str, out: Path, language: Language
) -> int:
    """Write a report and return how many rows its first table has.

    Args:
        store: The event database.
        site: Names, scoring and time zone.
        kind: ``events``, ``coverage`` or ``scorecard``.
        name: Of the period, such as ``2026-11``.
        out: The file; its suffix is the format.
        language: Of the texts.

    Raises:
        UsageError: If the period, the format or the file does not fit.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--out {out}: expected a name that ends in {', '.join(SUFFIXES)}")
    over = period(name, zone_of(site))
    settings = ServiceSettings(db=store.name, evidence=Path("evidence"), audits_at_once=0)
    served = create_app(settings, store, NoEvidence(), site).state.services
    head = store.chain_head()
    anchor = f"{head.seq}:{head.sha256}" if head else ""
    maker = Maker(served, over, Translator(language), anchor)
    made = {"events": maker.events, "coverage": maker.coverage, "scorecard": maker.scorecard}
    report = made[kind]()
    try:
        out.write_bytes(written(report, out.suffix.lower(), language))
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from error
    return len(report.sheets[0].rows)
