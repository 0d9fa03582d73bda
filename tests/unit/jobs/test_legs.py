"""Where the time of a frame goes."""

from prometheus_client import CollectorRegistry

from tests.builders import at
from vision.jobs.legs import Legs, Stopwatch, tell_legs
from vision.jobs.meters import Meters


def legs_told(opens):
    registry = CollectorRegistry()
    tell_legs(Meters(registry), Legs(0.4, 0.2, 0.1, done_s=5.0, draw_s=0.05), 5.25, opens)
    return {
        (sample.labels["of"], sample.labels["leg"]): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "deportment_delay_leg_seconds_sum"
    }


def test_what_waits_behind_a_frame_is_its_own_wait():
    watch = Stopwatch()
    for lag_s, waiting_s, expected in [
        (1.0, 0.3, (0.7, 0.3)),
        (0.2, 0.5, (0.0, 0.2)),
        (-0.1, 0.5, (0.0, 0.0)),
    ]:
        watch.came(at(10), at(10 + lag_s), waiting_s)
        legs = watch.done()
        assert (round(legs.receive_s, 6), round(legs.wait_s, 6)) == expected
        assert 0 <= legs.analyse_s < 1


def test_drawing_is_no_waiting_for_the_desk():
    legs = Legs(0.4, 0.2, 0.1, done_s=0.0).drawn()
    assert legs.draw_s == legs.done_s > 0
    assert (legs.receive_s, legs.wait_s, legs.analyse_s) == (0.4, 0.2, 0.1)


def test_frames_with_events_are_told_apart_as_well():
    frames = {("frames", "receive"): 0.4, ("frames", "wait"): 0.2}
    frames |= {("frames", "analyse"): 0.1, ("frames", "queue"): 0.25, ("frames", "draw"): 0.05}
    assert legs_told(opens=False) == frames
    both = frames | {("events", leg): value for (_, leg), value in frames.items()}
    assert legs_told(opens=True) == both
