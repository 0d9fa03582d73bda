"""``/quality``: how good the rules are found to be, live."""
