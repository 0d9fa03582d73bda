"""Evidence of events: pictures in which nobody can be recognised, kept by their hash."""

from vision.evidence.files import FileEvidenceStore
from vision.evidence.privacy import veil
from vision.evidence.snapshot import Finding, render_snapshot
from vision.evidence.titles import RULE_TITLES, title_of

__all__ = ["RULE_TITLES", "FileEvidenceStore", "Finding", "render_snapshot", "title_of", "veil"]
