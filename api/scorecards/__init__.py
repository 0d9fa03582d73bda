"""``/scorecards``."""
