"""``/spot-checks``: silent time that people look at."""
