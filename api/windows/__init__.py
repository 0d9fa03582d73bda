"""``/windows``."""
