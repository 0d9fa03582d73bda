"""Says which extra is missing instead of a bare ImportError."""

import importlib.util

from vision.errors import MissingExtra


def need(*modules: str) -> None:
    """Check that optional modules are installed.

    Raises:
        MissingExtra: one of them is not.
    """
    if any(importlib.util.find_spec(module) is None for module in modules):
        raise MissingExtra("simulate", "rendering simulated footage")
