from typing import get_args

import numpy as np
import pytest

from tests.unit.simulation.scenes import actor
from tests.unit.simulation.skeleton import skeleton
from vision.simulation.actions import CLIENT_Y_M, Motion, Passer, Visitor, ease, weight
from vision.simulation.hall import SEAT_Y_M
from vision.simulation.poses import standing
from vision.simulation.rig import Rig
from vision.simulation.scenario import ROLE_ACTIONS, Action, ActionKind

RIG = Rig(skeleton(), 0.01)


@pytest.mark.parametrize(("share", "eased"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (2, 1)])
def test_ease_runs_from_nothing_to_all(share, eased):
    assert ease(share) == eased


@pytest.mark.parametrize(
    ("t_s", "expected"),
    [(9.9, 0.0), (10.0, 0.0), (11.0, 0.5), (12.0, 1.0), (18.0, 1.0), (19.0, 0.5), (20.0, 0.0)],
)
def test_an_action_is_blended_in_and_out(t_s, expected):
    action = Action(do="write", at_s=10, for_s=10, ease_s=2)

    assert weight(action, t_s) == pytest.approx(expected)


def test_a_short_action_still_reaches_its_pose():
    assert weight(Action(do="write", at_s=0, for_s=2, ease_s=5), 1.0) == pytest.approx(1.0)


def head_m(state):
    transforms = RIG.pose(state.pose, state.place)
    head = RIG.body.bone("head")
    return float((transforms[head] @ np.append(RIG.body.heads[head], 1.0))[2])


def test_a_slump_goes_down_and_comes_up_again():
    staff = actor(Action(do="slump", at_s=10, for_s=10, ease_s=2))

    before, during, after = (head_m(staff.state(t)) for t in (9.0, 15.0, 21.0))

    assert during < before - 0.12
    assert after == pytest.approx(before, abs=0.03)


@pytest.mark.parametrize(
    ("do", "thing"),
    [
        ("phone_front", "phone"),
        ("phone_ear", "phone"),
        ("handset", "handset"),
        ("smoke", "cigarette"),
        ("drink", "cup"),
        ("calculator", "calculator"),
    ],
)
def test_things_are_held_only_during_their_action(do, thing):
    staff = actor(Action(do=do, at_s=10, for_s=10, hand="left"))

    held = [[(i.kind, i.side) for i in staff.state(t).things] for t in (9.0, 15.0, 21.0)]

    assert held == [[], [(thing, "L")], []]


def test_a_phone_lies_on_the_desk_in_a_place_of_its_own():
    staff = actor(Action(do="phone_desk", at_s=5, for_s=20), Action(do="write", at_s=8, for_s=6))

    lying = [staff.state(t).things[-1] for t in (6.0, 11.0, 24.0)]

    assert {item.kind for item in lying} == {"phone"}
    assert all(item.place is not None and 0.74 < item.place[2, 3] < 0.76 for item in lying)
    assert staff.state(26.0).things == ()


LEAVING = Action(do="leave", at_s=10, for_s=30)


@pytest.mark.parametrize(
    ("t_s", "present", "away_m", "chair_m"),
    [
        (9.9, True, (0.0, 0.01), (0.0, 0.0)),
        (11.5, True, (0.0, 0.2), (0.3, 0.51)),  # on the feet
        (14.0, True, (0.8, 3.5), (0.5, 0.5)),  # on the way
        (25.0, False, (2.0, 9.0), (0.5, 0.5)),
        (36.0, True, (0.8, 3.5), (0.5, 0.5)),
        (40.0, True, (0.0, 0.01), (0.0, 0.0)),
    ],
)
def test_leaving_and_coming_back(t_s, present, away_m, chair_m):
    state = actor(LEAVING).state(t_s)

    away = float(np.linalg.norm(state.place[:2, 3] - [0.0, SEAT_Y_M]))
    assert state.present is present
    assert away_m[0] <= away <= away_m[1]
    assert chair_m[0] <= state.chair_back_m <= chair_m[1]


@pytest.mark.parametrize(
    ("do", "t_s", "present"),
    [
        ("arrive", 10.0, False),
        ("arrive", 38.9, True),
        ("arrive", 40.0, True),
        ("depart", 9.9, True),
        ("depart", 11.5, True),
        ("depart", 39.9, False),
    ],
)
def test_who_arrives_was_away_before_and_who_departs_stays_away(do, t_s, present):
    assert actor(Action(do=do, at_s=10, for_s=30)).state(t_s).present is present


def test_nobody_jumps():
    staff = actor(LEAVING)

    places = np.array([staff.state(t).place[:2, 3] for t in np.arange(9.0, 41.0, 0.1)])

    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() < 0.25


def test_standing_up_keeps_the_place():
    staff = actor(Action(do="stand", at_s=5, for_s=10))

    state = staff.state(10.0)

    assert state.pose.pelvis[2] > 0.8
    assert state.place[1, 3] == pytest.approx(SEAT_Y_M)


@pytest.mark.parametrize("do", ROLE_ACTIONS["staff"])
def test_every_action_of_staff_can_be_drawn(do):
    state = actor(Action(do=do, at_s=1, for_s=8)).state(5.0)

    assert np.isfinite(RIG.pose(state.pose, state.place)).all()


def test_the_same_seed_moves_the_same():
    one, two, other = (actor(seed=seed).state(7.3) for seed in (3, 3, 4))

    np.testing.assert_array_equal(one.pose.spine, two.pose.spine)
    assert not np.array_equal(one.pose.spine, other.pose.spine)


def test_small_motion_is_small():
    still, motion = standing(RIG), Motion(1)

    moved = [motion.stir(still, t).spine - still.spine for t in np.arange(0.0, 30.0, 0.5)]

    assert 0.5 < np.abs(moved).max() < 4.0


def test_a_client_walks_in_waits_and_walks_out():
    client = Visitor(RIG, 0.5, (Action(do="visit", at_s=10, for_s=40),), seed=2)

    states = [client.state(t) for t in (5.0, 11.0, 30.0, 48.5, 51.0)]

    assert [state.present for state in states] == [False, True, True, True, False]
    assert states[2].place[1, 3] == pytest.approx(CLIENT_Y_M)
    assert states[2].place[0, 3] == pytest.approx(0.5)
    assert max(states[1].place[1, 3], states[3].place[1, 3]) < -3.0


@pytest.mark.parametrize(("towards", "sign"), [("left", 1.0), ("right", -1.0)])
def test_a_colleague_passes_behind(towards, sign):
    walk = Passer(RIG, -4.0, 4.0, (Action(do="pass", at_s=0, for_s=8, towards=towards),))

    first, last = walk.state(0.5), walk.state(7.5)

    assert np.sign(last.place[0, 3] - first.place[0, 3]) == sign
    assert first.place[1, 3] > SEAT_Y_M + 1.0
    assert not walk.state(9.0).present


def test_every_kind_of_action_belongs_to_a_role():
    assert set(get_args(ActionKind)) == {kind for kinds in ROLE_ACTIONS.values() for kind in kinds}


@pytest.mark.parametrize(
    ("do", "still"), [("head_on_desk", True), ("nod_off", True), ("slump", False)]
)
def test_sleepers_only_breathe(do, still):
    staff = actor(Action(do=do, at_s=0, for_s=60))

    turns = np.array([staff.state(t).pose.head for t in np.arange(5.0, 55.0, 1.0)])

    assert bool(np.ptp(turns, axis=0).max() < 0.1) is still
