import numpy as np
import pytest

from tests.unit.simulation.skeleton import skeleton
from vision.simulation.linear import vec
from vision.simulation.poses import Sitter, at_ear, at_mouth, phone_in_front
from vision.simulation.props import in_hand, thing
from vision.simulation.rig import Rig

RIG = Rig(skeleton(), 0.01)
SITTER = Sitter(RIG)


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("phone", (0.156, 0.014, 0.076)),
        ("cigarette", (0.01, 0.09, 0.01)),
        ("calculator", (0.155, 0.02, 0.105)),
        ("card", (0.086, 0.002, 0.054)),
    ],
)
def test_things_have_their_real_size(kind, size):
    mesh = thing(kind, (0.1, 0.1, 0.1))

    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), size, atol=0.004)


def place(kind, pose, side):
    return in_hand(kind, RIG, side, RIG.pose(pose, np.eye(4)))


def test_the_screen_of_a_phone_faces_up_to_its_user():
    frame = place("phone", phone_in_front(SITTER, "R", 0.95), "R")

    towards_face = vec(0.0, 0.0, 1.4) - frame[:3, 3]
    assert float(frame[:3, 1] @ towards_face) > 0.3


@pytest.mark.parametrize(
    ("kind", "pose", "near_m"),
    [
        ("phone", at_ear(SITTER, "R"), 0.20),
        ("handset", at_ear(SITTER, "R"), 0.20),
        ("cigarette", at_mouth(SITTER, "R", cup=False), 0.24),
        ("cup", at_mouth(SITTER, "R", cup=True), 0.26),
    ],
)
def test_things_are_brought_to_the_head(kind, pose, near_m):
    head = RIG.head_m(pose)

    away = place(kind, pose, "R")[:3, 3]

    assert abs(away[2] - head) < near_m
