"""What must hold of the monitor whatever it is shown."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.builders import BAD, HIDDEN, OK, at, policy, replay, seconds
from vision.config import RULE_IDS
from vision.monitor import MonitorState, finish, step
from vision.types import VerdictKind

VERDICTS = st.sampled_from([OK, BAD, HIDDEN])
GAPS_MS = st.integers(20, 15_000)
SEQUENCES = st.lists(st.tuples(GAPS_MS, VERDICTS), max_size=120)
POLICIES = st.builds(
    policy,
    st.sampled_from(RULE_IDS),
    dwell_s=st.sampled_from([1, 2, 5, 10, 60]),
    gap_s=st.sampled_from([0.5, 1, 5, 20]),
    unknown_limit_s=st.sampled_from([5, 30, 120]),
)


def rows_of(sequence):
    now_s, rows = 0.0, []
    for gap_ms, verdict in sequence:
        now_s += gap_ms / 1000
        rows.append((now_s, verdict))
    return rows


@given(SEQUENCES, POLICIES)
def test_opens_and_closes_alternate(sequence, rule):
    kinds = [one.kind for one in replay(rows_of(sequence), rule, 2000) if one.kind != "updated"]
    assert kinds == ["opened", "closed"] * (len(kinds) // 2)


@given(SEQUENCES, POLICIES)
def test_intervals_are_ordered_and_never_overlap(sequence, rule):
    closed = [one for one in replay(rows_of(sequence), rule, 2000) if one.kind == "closed"]
    assert all(one.started_at <= one.ended_at for one in closed)
    assert all(one.started_at <= one.confirmed_at for one in closed)
    assert all(a.ended_at <= b.started_at for a, b in pairwise(closed))


@given(SEQUENCES, POLICIES)
def test_an_event_lasts_its_dwell_before_it_opens(sequence, rule):
    opened = [one for one in replay(rows_of(sequence), rule, 2000) if one.kind == "opened"]
    least = timedelta(seconds=rule.dwell_s - 1e-3)
    assert all(one.confirmed_at - one.started_at >= least for one in opened)


@given(SEQUENCES, POLICIES, st.lists(GAPS_MS, max_size=20))
def test_unknown_alone_opens_and_ends_nothing_before_its_limit(sequence, rule, gaps_ms):
    state = MonitorState()
    rows = rows_of(sequence)
    for second, verdict in rows:
        state, _ = step(state, verdict, at(second), rule)
    now_s = rows[-1][0] if rows else 0.0
    blind_since_s = now_s
    for gap_ms in gaps_ms:
        now_s += gap_ms / 1000
        known_s = state.unknown_s
        state, changes = step(state, HIDDEN, at(now_s), rule)
        assert not changes or known_s + (now_s - blind_since_s) > rule.unknown_limit_s


@given(SEQUENCES, POLICIES, st.data())
def test_state_written_down_and_taken_up_goes_on_alike(sequence, rule, data):
    rows = rows_of(sequence)
    cut = data.draw(st.integers(0, len(rows)))
    adapter = TypeAdapter(MonitorState)
    state, changes = MonitorState(), []
    for number, (second, verdict) in enumerate(rows):
        state = adapter.validate_json(adapter.dump_json(state)) if number == cut else state
        state, new = step(state, verdict, at(second), rule)
        changes += new
    changes += finish(state, at(2000), rule, "source_ended")[1]
    assert changes == replay(rows, rule, 2000)


PIECES = st.lists(st.tuples(st.integers(40, 120), st.sampled_from([OK, BAD])), max_size=6)


@given(PIECES, st.sampled_from([200, 400, 800]))
@settings(max_examples=60)
def test_halving_the_rate_moves_a_boundary_by_at_most_one_period(pieces, period_ms):
    """On conduct whose spans outlast the rule's window, as real conduct does."""
    rule = policy("phone_use", dwell_s=10, gap_s=5)

    def sampled(step_ms):
        edges, total_ms = [], 0
        for length_s, verdict in pieces:
            total_ms += length_s * 1000
            edges.append((total_ms, verdict))
        instants = range(0, total_ms, step_ms)
        rows = [(t / 1000, next(v for end, v in edges if t < end)) for t in instants]
        return [one for one in replay(rows, rule, total_ms / 1000) if one.kind == "closed"]

    fine, coarse = sampled(period_ms), sampled(2 * period_ms)
    assert len(fine) == len(coarse)
    for one, other in zip(fine, coarse, strict=True):
        assert abs(seconds(one.started_at) - seconds(other.started_at)) <= 2 * period_ms / 1000
        assert abs(seconds(one.ended_at) - seconds(other.ended_at)) <= 2 * period_ms / 1000


@given(SEQUENCES, POLICIES)
def test_history_stays_bounded(sequence, rule):
    state = MonitorState()
    for second, verdict in rows_of(sequence):
        state, _ = step(state, verdict, at(second), rule)
    known = [piece for piece in state.history if piece.kind is not VerdictKind.UNKNOWN]
    assert sum(piece.duration_s for piece in known[1:]) <= rule.window_s + 1e-6
