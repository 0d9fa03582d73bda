"""Evidence of events: pictures in which nobody can be recognised, kept by their hash."""

from vision.evidence.files import FileEvidenceStore

__all__ = ["FileEvidenceStore"]
