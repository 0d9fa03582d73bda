"""``/audits``."""
