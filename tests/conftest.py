"""Settings for all tests."""

from hypothesis import settings

# Shared machines stall: an example that is slow once says nothing about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
