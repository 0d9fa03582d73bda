"""Colours of the dashboard against WCAG 2.2 AA: 4.5 : 1 for text, in both themes."""

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parents[2] / "api" / "web" / "static" / "style.css").read_text("utf-8")
THEMES = {
    name: dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", block))
    for name, block in zip(
        ("light", "dark chosen", "dark asked for"),
        re.findall(r":root[^{]*\{([^}]*--paper: #[^}]*--l4[^}]*)\}", STYLE),
        strict=True,
    )
}
PAIRS = [
    *[(ink, ground) for ink in ("ink", "quiet", "link") for ground in ("paper", "card", "dim-wash")],
    *[(kind, f"{kind}-wash") for kind in ("good", "bad", "warn", "dim")],
    *[(kind, "card") for kind in ("good", "bad", "warn", "dim")],
    *[("ink", f"l{level}") for level in range(5)],
    ("quiet", "bad-wash"),
    ("quiet", "warn-wash"),
    ("main-ink", "main"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    dark, light = sorted(luminance(THEMES[theme][name]) for name in (ink, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_both_dark_themes_are_one() -> None:
    assert THEMES["dark chosen"] == THEMES["dark asked for"]
