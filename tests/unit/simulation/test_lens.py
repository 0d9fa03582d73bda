import numpy as np
import pytest

from tests.unit.simulation.scenes import scenario
from vision.simulation.lens import (
    KNOCK_DEG,
    Puff,
    add_smoke,
    expose,
    knocked,
    shown_time_s,
    write_clock,
)
from vision.simulation.optics import View
from vision.simulation.scenario import Fault
from vision.simulation.scene import view_of

GREY = np.full((240, 320, 3), 120, dtype=np.uint8)
GREY[:, 160:] = (200, 60, 30)


def camera(*faults, **changes):
    small = {"width": 320, "height": 240, "noise": 0.0, "blur_px": 0.0}
    return scenario().camera.model_copy(update=small | changes | {"faults": faults})


def taken(t_s=5.0, frame=25, seed=1, **changes):
    faults = changes.pop("faults", ())
    return expose(GREY, camera(*faults, **changes), frame, seed, t_s)


def test_the_same_frame_has_the_same_noise_and_another_has_not():
    one, same, other = taken(noise=5.0), taken(noise=5.0), taken(noise=5.0, frame=26)

    np.testing.assert_array_equal(one, same)
    assert np.abs(one.astype(int) - other.astype(int)).mean() > 1.0


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({}, 85, 130),
        ({"exposure": 0.5}, 40, 65),
        ({"faults": (Fault(kind="dark", at_s=4, for_s=2),)}, 3, 10),
        ({"faults": (Fault(kind="covered", at_s=4, for_s=2),)}, 10, 30),
        ({"faults": (Fault(kind="black", at_s=4, for_s=2),)}, 0, 0),
        ({"faults": (Fault(kind="black", at_s=6, for_s=2),)}, 85, 130),  # not yet
    ],
)
def test_brightness(changes, low, high):
    assert low <= taken(**changes).mean() <= high


def test_infrared_has_no_colour():
    picture = taken(infrared=True).astype(int)

    assert np.abs(picture[:, :, 0] - picture[:, :, 2]).max() <= 1


def test_a_blurred_edge_is_soft():
    sharp, soft = taken().astype(int), taken(blur_px=3.0).astype(int)

    steps = [int(np.abs(np.diff(p[120, :, 2])).max()) for p in (sharp, soft)]

    assert steps[1] < steps[0] / 3


@pytest.mark.parametrize(("t_s", "shown"), [(3.9, 3.9), (4.0, 4.0), (5.5, 4.0), (6.0, 6.0)])
def test_a_frozen_camera_repeats_its_last_moment(t_s, shown):
    assert shown_time_s((Fault(kind="frozen", at_s=4, for_s=2),), t_s) == shown


def test_a_knocked_camera_looks_aside():
    view = view_of(scenario())
    broken = camera(Fault(kind="knocked", at_s=4, for_s=2))

    away = knocked(view, broken, 5.0)

    turned = np.degrees(np.arccos(np.clip(view.forward @ away.forward, -1, 1)))
    assert turned == pytest.approx(KNOCK_DEG, abs=8.0)
    assert knocked(view, broken, 7.0) == view


def test_smoke_whitens_only_where_it_is():
    view = View((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 60.0, 320, 240)

    hazy = add_smoke(GREY, [Puff(np.array([0.0, 0.0, 1.0]), 0.1, 0.8)], view)

    assert hazy[120, 157, 1] > int(GREY[120, 157, 1]) + 10
    np.testing.assert_array_equal(hazy[:60], GREY[:60])
    assert add_smoke(GREY, [], view) is GREY


def test_smoke_behind_or_beside_the_camera_is_not_drawn():
    view = View((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 60.0, 320, 240)
    puffs = [Puff(np.array([0.0, -9.0, 1.0]), 0.1, 1.0), Puff(np.array([90.0, 0.0, 1.0]), 0.1, 1.0)]

    np.testing.assert_array_equal(add_smoke(GREY, puffs, view), GREY)


def test_the_clock_is_written_into_the_corners():
    small = scenario(camera=camera().model_dump())

    stamped = write_clock(GREY.copy(), small, 61.0)

    changed = (stamped != GREY).any(axis=2)
    assert changed[:20, :160].any()
    assert changed[-20:, 160:].any()
    assert not changed[100:140].any()
