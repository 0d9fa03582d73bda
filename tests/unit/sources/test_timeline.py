from fractions import Fraction

import av
import pytest

from vision.sources.timeline import Timeline

PERIOD = 40


def packet(pts, dts, key=False):
    made = av.Packet(8)
    made.pts, made.dts, made.is_keyframe = pts, dts, key
    return made


def placed(stamps, **options):
    """Media milliseconds of packets with these (pts, dts), and how many were repaired."""
    timeline = Timeline(Fraction(1, 1000), Fraction(PERIOD, 1000), **options)
    times = [timeline.place(packet(*stamp)).at_us / 1000 for stamp in stamps]
    return times, timeline.repaired


@pytest.mark.parametrize(
    ("stamps", "expected", "repaired"),
    [
        pytest.param([(0, 0), (40, 40), (80, 80)], [0, 40, 80], 0, id="sound"),
        pytest.param([(500, 500), (540, 540)], [0, 40], 0, id="starts later"),
        pytest.param(
            [(0, -80), (120, -40), (40, 0), (80, 40)], [0, 120, 40, 80], 0, id="reordered"
        ),
        pytest.param(
            [(0, None), (120, None), (40, 0), (80, 40)], [0, 120, 40, 80], 0, id="no first dts"
        ),
        pytest.param([(0, 0), (900, 900), (940, 940)], [0, 900, 940], 0, id="pause"),
        pytest.param([(None, None)] * 3, [0, 40, 80], 3, id="none at all"),
        pytest.param([(None, 0), (None, 40), (None, 80)], [0, 40, 80], 3, id="decoding only"),
        pytest.param([(0, 0)] * 4, [0, 40, 80, 120], 3, id="all zero"),
        pytest.param([(0, 0), (40, 40), (0, 0), (40, 40)], [0, 40, 80, 120], 1, id="restarted"),
        pytest.param(
            [(0, 0), (40, 40), (0, 0), (120, 120), (160, 160)],
            [0, 40, 80, 120, 160],
            1,
            id="one wrong stamp does not shift the rest",
        ),
        pytest.param([(0, 0), (40, 40), (10**9, 10**9)], [0, 40, 80], 1, id="absurd leap"),
        pytest.param(
            [(0, None), (40, None), (-5000, None), (-4960, None)],
            [0, 40, 80, 120],
            1,
            id="presentation only, restarted",
        ),
    ],
)
def test_media_time_of_packets(stamps, expected, repaired):
    assert placed(stamps) == (expected, repaired)


def test_made_up_times_are_not_written_into_the_packet():
    timeline = Timeline(Fraction(1, 1000), Fraction(PERIOD, 1000))
    made_up = packet(None, 0)
    timeline.place(made_up)
    assert made_up.pts is None


def test_repaired_times_are_written_into_the_packet():
    timeline = Timeline(Fraction(1, 1000), Fraction(PERIOD, 1000))
    stamps = [packet(0, 0), packet(40, 40), packet(10, 10)]
    for stamp in stamps:
        timeline.place(stamp)
    assert [stamp.pts for stamp in stamps] == [0, 40, 80]


def test_containers_without_presentation_times_are_not_counted_as_repaired():
    assert placed([(0, 0), (80, 40), (40, 80)], presentation_known=False) == ([0, 40, 80], 0)


def test_resuming_elsewhere_keeps_the_origin():
    timeline = Timeline(Fraction(1, 1000), Fraction(PERIOD, 1000))
    timeline.place(packet(500, 500))
    timeline.resume()
    assert timeline.place(packet(9500, 9400)).at_us == 9_000_000
    assert timeline.repaired == 0
