"""``/audit-log``."""
