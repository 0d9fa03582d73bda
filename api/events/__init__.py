"""``/events``."""
