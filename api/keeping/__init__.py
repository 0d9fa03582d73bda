"""``/holds`` and ``/views``: what must stay, and who looked at it."""
