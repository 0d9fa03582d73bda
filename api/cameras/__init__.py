"""``/cameras``."""
