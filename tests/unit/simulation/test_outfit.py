import numpy as np
import pytest
from pydantic import ValidationError

from vision.simulation.outfit import Outfit, random_outfit
from vision.simulation.person import BOTTOM_CLASS, FOOTWEAR_CLASS, TOP_CLASS
from vision.types import CLASSES


def drawn(seed, **fixed):
    return random_outfit(np.random.default_rng(seed), **fixed)


@pytest.mark.parametrize("seed", range(10))
def test_women_wear_no_undershirts_and_men_no_skirts(seed):
    woman, man = drawn(seed, gender="female"), drawn(seed, gender="male")

    assert woman.top != "vest"
    assert man.top != "camisole"
    assert man.bottom != "skirt"
    assert woman.phenotype.gender == 1.0
    assert man.phenotype.gender == 0.0


def test_what_is_written_is_kept():
    assert drawn(1, top="vest", glasses=True).top == "vest"


def test_an_outfit_is_the_same_for_a_seed():
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_bodies_are_shared_between_near_statures():
    assert Outfit(stature_m=1.70).phenotype == Outfit(stature_m=1.69).phenotype


@pytest.mark.parametrize("mistake", [{"top": "poncho"}, {"stature_m": 3.0}, {"hat": True}])
def test_unknown_clothes_are_refused(mistake):
    with pytest.raises(ValidationError):
        Outfit.model_validate(mistake)


def test_every_garment_has_a_class_of_the_detector_or_none():
    labels = {*FOOTWEAR_CLASS.values(), *TOP_CLASS.values(), *BOTTOM_CLASS.values()} - {None}

    assert labels == {"shoes", "slippers", "sleeved_top", "vest", "trousers", "shorts"}
    assert labels < set(CLASSES)
