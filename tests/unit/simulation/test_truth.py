import json

import pytest

from tests.unit.simulation.scenes import actor, scenario
from vision.simulation.scenario import Action, Fault
from vision.simulation.truth import (
    gaps,
    held_span,
    presence,
    truth_rows,
    united,
    with_view,
    write_truth,
)


def rows_of(*actions, **outfit):
    person = {
        "id": "staff-a",
        "window": "A01",
        "outfit": {"top": "shirt", "bottom": "trousers", "footwear": "shoes"} | outfit,
        "actions": [action.model_dump() for action in actions],
    }
    small = scenario(people=(person,))
    return [
        (row.kind, row.rule_id, round(row.start_s, 1), round(row.end_s, 1))
        for row in truth_rows(small, {"staff-a": actor(*actions).state})
    ]


@pytest.mark.parametrize(
    ("do", "degree", "expected"),
    [
        ("phone_front", 1.0, [("event", "phone_use")]),
        ("phone_ear", 1.0, [("event", "phone_use")]),
        ("smoke", 1.0, [("event", "smoking")]),
        ("slump", 1.0, [("event", "slouching")]),
        ("slump", 0.3, [("distractor", "slouching")]),
        ("head_on_desk", 1.0, [("event", "sleeping"), ("ignore", "slouching")]),
        ("handset", 1.0, [("distractor", "phone_use")]),
        ("drink", 1.0, [("distractor", "smoking")]),
        ("bend_down", 1.0, [("distractor", "leaving_post"), ("distractor", "sleeping")]),
        ("type", 1.0, []),
        ("stand", 1.0, []),
    ],
)
def test_actions_become_rows_from_half_in_to_half_out(do, degree, expected):
    found = rows_of(Action(do=do, at_s=10, for_s=10, degree=degree, ease_s=2))

    assert sorted(found) == sorted((kind, rule, 11.0, 19.0) for kind, rule in expected)


@pytest.mark.parametrize(
    ("outfit", "expected"),
    [
        ({"footwear": "slides"}, ("event", "slippers")),
        ({"footwear": "flip_flops"}, ("event", "slippers")),
        ({"footwear": "sandals"}, ("distractor", "slippers")),
        ({"top": "vest"}, ("event", "vest")),
        ({"top": "camisole"}, ("event", "vest")),
        ({"top": "tshirt"}, ("distractor", "vest")),
        ({"bottom": "shorts"}, ("event", "shorts")),
        ({"bottom": "skirt"}, ("distractor", "shorts")),
    ],
)
def test_clothes_count_while_their_wearer_is_there(outfit, expected):
    assert rows_of(**outfit) == [(*expected, 0.0, 40.0)]


def test_leaving_splits_presence_and_is_an_event_itself():
    found = rows_of(Action(do="leave", at_s=5, for_s=30), footwear="slides")

    assert [(kind, rule) for kind, rule, _, _ in found] == [
        ("event", "slippers"),
        ("event", "leaving_post"),
        ("event", "slippers"),
    ]
    (_, _, start, left), (_, _, gone, back), (_, _, again, end) = found
    assert start == 0.0
    assert 6.5 < left == gone < 9.0
    assert 31.0 < back == again < 34.0
    assert end == 40.0


def test_an_action_cut_off_by_the_end_ends_there():
    assert rows_of(Action(do="smoke", at_s=30, for_s=20, ease_s=2)) == [
        ("event", "smoking", 31.0, 40.0)
    ]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [(0.0, 10.0)]),
        ([(0.0, 10.0)], []),
        ([(2.0, 4.0), (6.0, 10.0)], [(0.0, 2.0), (4.0, 6.0)]),
        ([(0.0, 9.95)], []),
    ],
)
def test_gaps(spans, expected):
    assert gaps(spans, 10.0) == expected


def test_presence_of_somebody_who_stays():
    assert presence(actor().state, scenario(), "A01") == [(0.0, 40.0)]


def test_a_very_short_action_holds_at_its_middle():
    assert held_span(Action(do="write", at_s=4, for_s=2, ease_s=5)) == (4.5, 5.5)


def test_a_broken_camera_is_ignored_at_every_window():
    small = scenario()
    camera = small.camera.model_copy(update={"faults": (Fault(kind="dark", at_s=5, for_s=3),)})

    rows = truth_rows(small.model_copy(update={"camera": camera}), {"staff-a": actor().state})

    ignored = [
        (row.window_id, row.rule_id, row.start_s, row.end_s) for row in rows if row.kind == "ignore"
    ]
    assert ignored == [("A01", "*", 5.0, 8.0), ("A02", "*", 5.0, 8.0)]


def test_the_file_has_seconds_and_moments(tmp_path):
    small = scenario()
    rows = truth_rows(small, {"staff-a": actor().state})

    write_truth(rows, small, tmp_path / "truth.jsonl")

    assert [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()] == [
        {
            "kind": "event",
            "window_id": "A01",
            "camera_id": "cam-01",
            "rule_id": "slippers",
            "start_s": 0.0,
            "end_s": 40.0,
            "started_at": "2026-07-06T01:00:00.000Z",
            "ended_at": "2026-07-06T01:00:40.000Z",
            "note": "wears slides",
        }
    ]


def boxes_at(t_s, *classes, visibility=0.6):
    return {
        "t_s": t_s,
        "boxes": [{"class": c, "person": "staff-a", "visibility": visibility} for c in classes],
    }


@pytest.mark.parametrize(
    ("labels", "kind", "seen"),
    [
        ([boxes_at(t, "slippers") for t in range(40)], "event", 1.0),
        ([boxes_at(t, "slippers") if t < 10 else boxes_at(t) for t in range(40)], "event", 0.25),
        ([boxes_at(t, "slippers", visibility=0.05) for t in range(40)], "ignore", 0.0),
        ([boxes_at(t, "shoes") for t in range(40)], "ignore", 0.0),
    ],
    ids=["in sight", "at times", "a speck", "never"],
)
def test_what_the_camera_never_shows_need_not_be_found(labels, kind, seen):
    small = scenario()
    rows = truth_rows(small, {"staff-a": actor().state})

    (row,) = with_view(rows, small, labels)

    assert (row.kind, row.rule_id, row.seen) == (kind, "slippers", seen)


def test_rules_about_people_are_left_as_they_are():
    small = scenario()
    staff = actor(Action(do="slump", at_s=5, for_s=20))
    people = small.people[0].model_copy(
        update={
            "actions": (Action(do="slump", at_s=5, for_s=20),),
            "outfit": {"footwear": "shoes", "top": "shirt", "bottom": "trousers"},
        }
    )
    rows = truth_rows(small.model_copy(update={"people": (people,)}), {"staff-a": staff.state})

    assert with_view(rows, small, [boxes_at(t) for t in range(40)]) == rows


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(3, 9), (0, 4)], [(0, 9)]),
        ([(0, 4), (4, 9)], [(0, 9)]),
        ([(5, 9), (0, 4)], [(0, 4), (5, 9)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
    ],
)
def test_spans_are_united(spans, expected):
    assert united(spans) == expected


def test_a_post_is_left_when_the_last_of_two_has_gone():
    both = [
        {"id": "a", "window": "A01", "beside_m": -0.3, "outfit": {"footwear": "shoes"}},
        {"id": "b", "window": "A01", "beside_m": 0.3, "outfit": {"footwear": "shoes"}},
    ]
    gone = actor(Action(do="depart", at_s=10, for_s=30)).state
    back = actor(Action(do="leave", at_s=5, for_s=10)).state
    small = scenario(people=both)

    def absences(one, other):
        rows = truth_rows(small, {"a": one, "b": other})
        return [(row.start_s, row.end_s) for row in rows if row.rule_id == "leaving_post"]

    assert absences(gone, actor().state) == []
    assert absences(back, gone) == [(pytest.approx(12.2, abs=0.3), pytest.approx(12.7, abs=0.6))]
    assert len(absences(gone, gone)) == 1
