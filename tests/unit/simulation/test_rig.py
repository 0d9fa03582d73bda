import numpy as np
import pytest

from tests.unit.simulation.skeleton import skeleton
from vision.simulation.body import joint_position, skin_with_normals
from vision.simulation.linear import move, unit, vec
from vision.simulation.poses import standing, turned
from vision.simulation.rig import Foot, Hand, Pose, Rig, blend, hinge

RIG = Rig(skeleton(), sole_m=0.02)
HERE = np.eye(4)


def joint(pose, name):
    return joint_position(RIG.body, RIG.pose(pose, HERE), name)


def reach(place, curl=0.0):
    return Hand(place, vec(0, -1, 0), vec(0, 0, -1), vec(0.5, 0.5, -0.6), curl=curl)


def test_hinge_keeps_both_bone_lengths_and_bends_to_the_side():
    start, end = np.zeros(3), vec(0.0, 0.0, -0.5)

    middle = hinge(start, end, 0.3, 0.35, vec(0.0, -1.0, 0.0))

    assert np.linalg.norm(middle - start) == pytest.approx(0.3)
    assert np.linalg.norm(end - middle) == pytest.approx(0.35)
    assert middle[1] < 0.0


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("place", [(0.0, -0.35, 1.05), (0.1, -0.30, 1.3), (-0.1, -0.25, 1.1)])
def test_a_hand_goes_where_it_is_put(side, place):
    pose = standing(RIG).with_hand(side, reach(vec(*place)))

    palm = RIG.palm(side, RIG.pose(pose, HERE))

    np.testing.assert_allclose(palm[:3, 3], place, atol=2e-3)  # metres
    np.testing.assert_allclose(palm[:3, 0], vec(0, -1, 0), atol=1e-6)
    np.testing.assert_allclose(palm[:3, 1], vec(0, 0, -1), atol=1e-6)


def test_a_hand_out_of_reach_stretches_towards_its_target():
    pose = standing(RIG).with_hand("L", reach(vec(0.2, -5.0, 1.3)))

    shoulder, wrist = joint(pose, "upperarm01.L"), joint(pose, "wrist.L")

    arm = 0.176 + 0.06 + 0.11 + 0.115
    assert np.linalg.norm(wrist - shoulder) == pytest.approx(arm, rel=0.1)
    assert unit(wrist - shoulder)[1] < -0.95


def test_a_hand_follows_the_head_that_it_is_held_to():
    by_the_ear = Hand(vec(0.1, 0, 0), vec(0, 0, 1), vec(-1, 0, 0), vec(1, 0, -1), space="head")
    upright = standing(RIG).with_hand("L", by_the_ear)
    bowed = turned(upright, spine=(30.0, 0.0, 0.0))

    for pose in (upright, bowed):
        away = RIG.palm("L", RIG.pose(pose, HERE))[:3, 3] - joint(pose, "head")
        assert np.linalg.norm(away) == pytest.approx(0.1, abs=2e-3)


@pytest.mark.parametrize("foot", [Foot(vec(0.12, 0.0, 0.0)), Foot(vec(0.1, -0.2, 0.1), 10.0)])
def test_soles_stand_on_their_place(foot):
    pose = Pose(vec(0.0, 0.0, RIG.standing_m - 0.08), left_foot=foot)

    ankle = joint(pose, "foot.L")

    np.testing.assert_allclose(ankle[:2], foot.place[:2], atol=1e-6)
    assert ankle[2] == pytest.approx(foot.place[2] + 0.094, abs=1e-6)  # ankle over sole, 2 cm sole


def test_bowing_brings_the_head_forwards_and_down():
    upright, bowed = standing(RIG), turned(standing(RIG), spine=(40.0, 0.0, 0.0))

    assert joint(bowed, "head")[1] < joint(upright, "head")[1] - 0.1
    assert RIG.head_m(bowed) < RIG.head_m(upright) - 0.03


@pytest.mark.parametrize("share", [-1.0, 0.0])
def test_blend_begins_with_the_first(share):
    a, b = standing(RIG), turned(standing(RIG), spine=(40.0, 0.0, 0.0))

    assert blend(a, b, share) is a
    assert blend(a, b, 1.0) is b


def test_blending_moves_hands_on_a_straight_line():
    a = standing(RIG).with_hand("R", reach(vec(-0.2, -0.3, 1.0)))
    b = standing(RIG).with_hand("R", reach(vec(-0.2, -0.3, 1.4)))

    palm = RIG.palm("R", RIG.pose(blend(a, b, 0.25), HERE))

    np.testing.assert_allclose(palm[:3, 3], vec(-0.2, -0.3, 1.1), atol=2e-3)


def test_curled_fingers_come_nearer_to_the_wrist():
    flat, fist = (standing(RIG).with_hand("L", reach(vec(0.1, -0.3, 1.1), curl)) for curl in (0, 1))

    spans = [np.linalg.norm(joint(p, "finger3-3.L") - joint(p, "wrist.L")) for p in (flat, fist)]

    assert spans[1] < spans[0] - 0.01


def test_skin_follows_one_bone_rigidly():
    transforms = RIG.pose(standing(RIG), HERE)
    body = RIG.body

    vertices, normals = skin_with_normals(
        body.vertices, np.tile([0.0, 0.0, 1.0], (len(body.vertices), 1)), body.weights, transforms
    )

    head = body.bone("head")
    np.testing.assert_allclose(vertices[head], move(transforms[head], body.heads[head]))
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0)
