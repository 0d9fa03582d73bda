import numpy as np
import pytest

from tests.unit.simulation.skeleton import skeleton
from vision.simulation import poses
from vision.simulation.body import joint_position
from vision.simulation.poses import DESK_M, FACE_DOWN_M, Sitter
from vision.simulation.rig import Rig

RIG = Rig(skeleton(), 0.01)
SITTER = Sitter(RIG)
ALL = {
    "upright": poses.upright(SITTER),
    "typing": poses.typing(SITTER, 0.3),
    "mouse": poses.mouse(SITTER, 0.3),
    "writing": poses.writing(SITTER, 0.1),
    "reaching": poses.reaching(SITTER, "L"),
    "aside": poses.looking_aside(SITTER, 70.0),
    "slumped": poses.slumped(SITTER, 1.0),
    "reclined": poses.reclined(SITTER, 1.0),
    "asleep": poses.head_on_desk(SITTER),
    "nodding": poses.nodding_off(SITTER),
    "phone": poses.phone_in_front(SITTER, "R", 0.95, both=True),
    "lap": poses.phone_in_front(SITTER, "L", 0.74),
    "ear": poses.at_ear(SITTER, "R"),
    "mouth": poses.at_mouth(SITTER, "R", cup=False),
    "cup": poses.at_mouth(SITTER, "L", cup=True),
    "rest": poses.smoking_rest(SITTER, "R"),
    "scratching": poses.scratching(SITTER, "L", 0.2),
    "drawer": poses.bending_down(SITTER, "R"),
    "holding": poses.holding(SITTER, "R"),
    "standing": poses.standing(RIG),
    "counter": poses.at_counter(RIG, 0.1),
    "walking": poses.walking(RIG, 0.4),
}


@pytest.mark.parametrize("name", ALL)
def test_every_pose_is_a_rigid_motion_of_every_bone(name):
    transforms = RIG.pose(ALL[name], np.eye(4))

    turns = transforms[:, :3, :3]
    np.testing.assert_allclose(
        turns @ turns.transpose(0, 2, 1), [np.eye(3)] * len(turns), atol=1e-6
    )


def head_y(name):
    return joint_position(RIG.body, RIG.pose(ALL[name], np.eye(4)), "head")[1]


def test_heads_drop_in_the_order_of_the_rules():
    level = {name: RIG.head_m(pose) for name, pose in ALL.items()}

    assert level["asleep"] < level["slumped"] < level["writing"] < level["upright"]
    assert level["upright"] < level["standing"]


def test_a_slump_is_forwards_and_a_recline_backwards():
    assert head_y("slumped") < head_y("upright") - 0.1
    assert head_y("reclined") > head_y("upright")


def test_a_sleeping_head_lies_just_over_the_desk():
    assert RIG.head_m(ALL["asleep"]) == pytest.approx(DESK_M + FACE_DOWN_M, abs=0.02)


def test_half_a_slump_is_half_as_low():
    half = RIG.head_m(poses.slumped(SITTER, 0.5))

    assert RIG.head_m(ALL["slumped"]) < half < RIG.head_m(ALL["upright"])


@pytest.mark.parametrize(
    ("name", "side", "low", "high"),
    [
        ("typing", "L", 0.74, 0.80),
        ("phone", "R", 0.90, 1.0),
        ("lap", "L", 0.70, 0.78),
        ("drawer", "R", 0.30, 0.55),
    ],
)
def test_palms_are_at_the_height_of_what_they_do(name, side, low, high):
    palm = RIG.palm(side, RIG.pose(ALL[name], np.eye(4)))

    assert low <= palm[2, 3] <= high


def test_a_walk_puts_one_foot_down_at_a_time():
    lifted = [
        poses.walking(RIG, phase).foot(side).place[2] > 0.0
        for phase in (0.1, 0.3, 0.6, 0.8)
        for side in ("L", "R")
    ]

    assert lifted == [False, False, False, True, False, False, True, False]
