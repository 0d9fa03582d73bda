"""Data that travels with the product: in the checkout, or in the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def bundled(in_checkout: str, in_wheel: str) -> Path:
    """A folder by its path in a checkout, else by its name in the installed package."""
    checkout = _PACKAGE.parent / in_checkout
    is_checkout = (_PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir()
    return checkout if is_checkout else _PACKAGE / "_bundled" / in_wheel
