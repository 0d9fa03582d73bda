"""``/coverage``."""
