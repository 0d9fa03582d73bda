"""Dresses a real body; needs one in the cache, or the `simulate` extra to make it."""

import numpy as np
import pytest

from vision.errors import MissingExtra
from vision.simulation.body import BodyLibrary
from vision.simulation.garments import measure, top, trousers, vest
from vision.simulation.linear import rigid, vec
from vision.simulation.outfit import Outfit
from vision.simulation.person import dress
from vision.simulation.poses import Sitter, upright

PLAIN = Outfit()
GREY = (0.5, 0.5, 0.5)


@pytest.fixture(scope="module")
def body():
    try:
        return BodyLibrary().body(PLAIN.phenotype)
    except MissingExtra:
        pytest.skip("no body in the cache, and making one needs deportment[simulate]")


@pytest.fixture(scope="module")
def measures(body):
    return measure(body)


@pytest.mark.parametrize(
    ("outfit", "labels"),
    [
        ({}, ["shoes", "shoes", "sleeved_top", "trousers"]),
        (
            {"top": "vest", "bottom": "shorts", "footwear": "slides"},
            ["shorts", "slippers", "slippers", "vest"],
        ),
        ({"footwear": "flip_flops"}, ["sleeved_top", "slippers", "slippers", "trousers"]),
        ({"footwear": "house_slippers"}, ["sleeved_top", "slippers", "slippers", "trousers"]),
        ({"bottom": "skirt", "footwear": "sandals"}, ["shoes", "shoes", "sleeved_top"]),
        ({"top": "camisole", "footwear": "bare"}, ["trousers", "vest"]),
    ],
)
def test_a_dressed_person_has_the_parts_of_the_outfit(body, outfit, labels):
    person = dress(body, Outfit(glasses=True, **outfit))

    assert sorted(part.label for part in person.parts if part.label) == labels
    for part in person.parts:
        np.testing.assert_allclose(part.skinned.weights.sum(axis=1), 1.0, atol=1e-3)


def test_garments_end_where_they_are_cut(measures):
    body = measures.body
    knee, ankle = body.head("lowerleg01.L")[2], body.head("foot.L")[2]

    lowest = {
        name: made.mesh.vertices[:, 2].min()
        for name, made in (
            ("trousers", trousers(measures, 0.96, GREY)),
            ("shorts", trousers(measures, 0.40, GREY)),
        )
    }

    assert lowest["shorts"] > knee
    assert lowest["trousers"] == pytest.approx(ankle, abs=0.06)


def test_a_vest_leaves_the_arms_bare_and_a_shirt_does_not(measures):
    elbow = measures.body.head("lowerarm01.L")[0]

    widths = [
        made.mesh.vertices[:, 0].max()
        for made in (vest(measures, 0.05, -0.04, GREY), top(measures, 0.95, -0.04, GREY))
    ]

    assert widths[0] < 0.75 * elbow < elbow < widths[1]


def test_the_body_is_left_out_under_clothes(body):
    bare = dress(body, Outfit(top="vest", bottom="shorts", footwear="bare"))
    covered = dress(body, Outfit(long_sleeves=True))

    counts = [len(person.parts[0].skinned.mesh.faces) for person in (bare, covered)]

    assert counts[1] < counts[0] < len(body.faces)


def test_a_seated_person_sits_on_the_chair_with_the_feet_on_the_floor(body):
    person = dress(body, Outfit(footwear="slides"))
    transforms = person.rig.pose(upright(Sitter(person.rig)), rigid(np.eye(3), vec(0, 0, 0)))

    posed = {index: part.posed(transforms)[0] for index, part in enumerate(person.parts)}

    lowest = min(vertices[:, 2].min() for vertices in posed.values())
    assert lowest == pytest.approx(0.0, abs=0.02)
    assert 1.15 < posed[0][:, 2].max() < 1.40


def test_landmarks_are_where_a_person_has_them(body):
    person = dress(body, PLAIN)
    transforms = person.rig.pose(upright(Sitter(person.rig)), np.eye(4))
    points = person.landmarks(person.parts[0].posed(transforms)[0], transforms)

    nose, left_ear, left_shoulder, right_shoulder, left_hip = points[[0, 7, 11, 12, 23]]
    assert nose[1] < left_ear[1] - 0.05  # the nose is in front
    assert left_shoulder[0] > 0.1 > -0.1 > right_shoulder[0]
    assert nose[2] > left_shoulder[2] > left_hip[2]
    assert np.isfinite(points).all()
    assert (np.abs(points).sum(axis=1) > 0.0).all()


@pytest.mark.parametrize(
    ("pattern", "low", "high"),
    [("plain", 0.0, 0.0), ("stripes", 0.3, 0.7), ("checks", 0.3, 0.7), ("print", 0.01, 0.25)],
)
def test_patterns_colour_their_part_of_a_top(body, pattern, low, high):
    outfit = Outfit(top="tshirt", pattern=pattern, second_colour=(1.0, 0.0, 0.0))

    colours = dress(body, outfit).parts[1].skinned.mesh.colours

    assert low <= (colours[:, 1] == 0.0).mean() <= high
