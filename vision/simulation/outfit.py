"""What a person looks like, chosen in a scenario or drawn at random."""

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from vision.simulation.anny_bodies import Phenotype

Channel = float
Rgb = tuple[float, float, float]

TopKind = Literal["shirt", "tshirt", "vest", "camisole"]
BottomKind = Literal["trousers", "shorts", "skirt"]
FootwearKind = Literal["shoes", "slides", "flip_flops", "house_slippers", "sandals", "bare"]
PatternKind = Literal["plain", "stripes", "checks", "print"]
HairKind = Literal["short", "crop", "bob", "ponytail", "bun"]

SKINS: tuple[Rgb, ...] = (
    (0.87, 0.69, 0.58),
    (0.82, 0.63, 0.51),
    (0.76, 0.57, 0.45),
    (0.90, 0.74, 0.64),
)
HAIRS: tuple[Rgb, ...] = (
    (0.05, 0.045, 0.04),
    (0.09, 0.07, 0.06),
    (0.16, 0.11, 0.08),
    (0.4, 0.4, 0.4),
)
TOPS: tuple[Rgb, ...] = (
    (0.92, 0.93, 0.95),
    (0.62, 0.72, 0.86),
    (0.18, 0.27, 0.48),
    (0.75, 0.24, 0.22),
    (0.25, 0.45, 0.35),
    (0.85, 0.74, 0.52),
    (0.20, 0.20, 0.22),
    (0.55, 0.42, 0.58),
)
BOTTOMS: tuple[Rgb, ...] = (
    (0.10, 0.11, 0.15),
    (0.16, 0.20, 0.33),
    (0.42, 0.40, 0.33),
    (0.55, 0.50, 0.42),
    (0.30, 0.33, 0.28),
    (0.23, 0.30, 0.45),
)
FOOTWEARS: tuple[Rgb, ...] = (
    (0.08, 0.08, 0.09),
    (0.20, 0.32, 0.62),
    (0.45, 0.26, 0.16),
    (0.88, 0.87, 0.84),
    (0.72, 0.30, 0.38),
    (0.35, 0.50, 0.40),
)


class Outfit(BaseModel):
    """Body, hair and clothes of one person. Colours are linear red, green, blue in [0, 1]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gender: Literal["male", "female"] = "male"
    age: float = Field(0.67, ge=0.6, le=1.0)
    weight: float = Field(0.5, ge=0.2, le=0.9)
    stature_m: float = Field(1.70, ge=1.45, le=1.95)
    skin: Rgb = SKINS[0]
    hair_style: HairKind = "short"
    hair: Rgb = HAIRS[0]
    glasses: bool = False
    top: TopKind = "shirt"
    long_sleeves: bool = False
    top_colour: Rgb = TOPS[1]
    pattern: PatternKind = "plain"
    second_colour: Rgb = TOPS[0]
    bottom: BottomKind = "trousers"
    shorts_share: float = Field(0.40, ge=0.2, le=0.55, description="length as a share of the leg")
    bottom_colour: Rgb = BOTTOMS[0]
    footwear: FootwearKind = "shoes"
    footwear_colour: Rgb = FOOTWEARS[0]
    sole_colour: Rgb = (0.12, 0.12, 0.12)

    @property
    def phenotype(self) -> Phenotype:
        """The body underneath, on a coarse grid so that bodies are shared."""
        return Phenotype(
            gender=1.0 if self.gender == "female" else 0.0,
            age=round(self.age, 1),
            weight=round(self.weight, 1),
            stature_m=round(self.stature_m / 0.04) * 0.04,
        )


def random_outfit(rng: np.random.Generator, **fixed: object) -> Outfit:
    """An outfit drawn at random; `fixed` fields are kept."""
    female = bool(rng.random() < 0.5)
    if "gender" in fixed:
        female = fixed["gender"] == "female"
    styles = ("bob", "ponytail", "bun") if female else ("short", "short", "crop")
    tops = ("shirt", "tshirt", "camisole") if female else ("shirt", "tshirt", "vest")
    bottoms = ("trousers", "shorts", "skirt") if female else ("trousers", "shorts")
    drawn: dict[str, object] = {
        "gender": "female" if female else "male",
        "age": float(rng.choice([0.6, 0.7, 0.8, 0.9])),
        "weight": float(rng.choice([0.3, 0.4, 0.5, 0.6, 0.7])),
        "stature_m": float(np.clip(rng.normal(1.61 if female else 1.72, 0.04), 1.5, 1.86)),
        "skin": _pick(rng, SKINS, 0.012),
        "hair_style": str(rng.choice(styles)),
        "hair": _pick(rng, HAIRS, 0.008),
        "glasses": bool(rng.random() < 0.35),
        "top": str(rng.choice(tops)),
        "long_sleeves": bool(rng.random() < 0.4),
        "top_colour": _pick(rng, TOPS, 0.08),
        "bottom": str(rng.choice(bottoms)),
        "shorts_share": float(rng.uniform(0.26, 0.5)),
        "bottom_colour": _pick(rng, BOTTOMS, 0.06),
        "footwear": str(
            rng.choice(
                ["shoes", "shoes", "sandals", "slides", "flip_flops", "house_slippers", "bare"]
            )
        ),
        "footwear_colour": _pick(rng, FOOTWEARS, 0.06),
        "sole_colour": _pick(rng, ((0.1, 0.1, 0.1), (0.85, 0.84, 0.8), (0.45, 0.35, 0.25))),
        "pattern": str(rng.choice(["plain", "plain", "plain", "stripes", "checks", "print"])),
        "second_colour": _pick(rng, TOPS, 0.08),
    }
    return Outfit.model_validate(drawn | fixed)


def _pick(rng: np.random.Generator, choices: tuple[Rgb, ...], spread: float = 0.03) -> Rgb:
    base = np.array(choices[int(rng.integers(len(choices)))])
    r, g, b = np.clip(base + rng.normal(0.0, spread, 3), 0.02, 0.97).tolist()
    return (r, g, b)
