"""What holds for every truth and every set of alarms."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.evaluation.event_cases import DWELL_S, alarm, at, case, truth
from vision.evaluation.events import EARLY_S, LATE_S, judge_case, match

instants = st.integers(0, 400).map(lambda tenths: tenths / 4)
onsets = st.lists(instants, max_size=5, unique=True)
alarms = st.lists(instants, max_size=5, unique=True)


def most_matches(due_s: list[float], alarms_s: list[float]) -> int:
    """By trying every order."""
    return max(
        sum(
            -EARLY_S <= alarm_s - one_s <= LATE_S
            for one_s, alarm_s in zip(order, alarms_s, strict=False)
        )
        for order in permutations([*due_s, *[-1e9] * len(alarms_s)], len(alarms_s))
    )


@given(onsets, st.lists(instants, max_size=4, unique=True))
def test_no_other_pairing_matches_more(onsets_s: list[float], alarms_s: list[float]) -> None:
    due = [(truth(onset_s, onset_s + 99), at(onset_s + DWELL_S)) for onset_s in onsets_s]
    found = match(due, [alarm(each) for each in sorted(alarms_s)])
    assert len(found) == most_matches([onset_s + DWELL_S for onset_s in onsets_s], alarms_s)
    assert (
        len({id(one.truth) for one in found}) == len({one.event.id for one in found}) == len(found)
    )
    assert all(-EARLY_S <= one.latency_s <= LATE_S for one in found)


@given(onsets, alarms)
def test_every_truth_and_every_alarm_has_one_fate(
    onsets_s: list[float], alarms_s: list[float]
) -> None:
    events = [alarm(each) for each in alarms_s]
    truths = [truth(onset_s, onset_s + 3 * (onset_s % 7)) for onset_s in onsets_s]
    outcomes = judge_case(case(truths, events))
    fates = [
        (len(one.matches), len(one.missed), len(one.not_due), len(one.false_alarms))
        for one in outcomes
    ]
    matched, missed, not_due, false = (sum(each) for each in zip(*fates, (0, 0, 0, 0), strict=True))
    assert matched + missed + not_due == len(truths)
    assert matched + false == len(events)
