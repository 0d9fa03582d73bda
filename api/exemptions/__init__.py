"""``/exemptions``."""
