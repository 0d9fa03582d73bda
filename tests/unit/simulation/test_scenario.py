from pathlib import Path

import pytest

from tests.unit.simulation.scenes import TEXT, scenario
from vision.errors import ConfigError
from vision.simulation.scenario import load_scenario, parse_scenario


def with_line(old, new):
    assert old in TEXT
    return TEXT.replace(old, new)


ACTED = "outfit: {footwear: slides, top: shirt, bottom: trousers}"


@pytest.mark.parametrize(
    ("text", "line", "key", "expected"),
    [
        (with_line("seed: 5", "sede: 5"), 2, "sede", "unknown key"),
        (with_line("duration_s: 40", "duration_s: -1"), 4, "duration_s", "expected more than 0"),
        (with_line("+08:00", ""), 3, "start", "with its offset"),
        (with_line("fps: 5", "fps: 90"), 5, "fps", "expected at most 25"),
        (with_line("2.6]", "9.0]"), 6, "camera.position[2]", "expected at most 4"),
        (with_line("x_m: 1.8", "y_m: 1.8"), 9, "windows[1].x_m", "missing"),
        (
            with_line("footwear: slides", "footwear: boots"),
            11,
            "people[0].outfit.footwear",
            "slides",
        ),
        (
            with_line(ACTED, "actions: [{do: fly, at_s: 1, for_s: 2}]"),
            11,
            "actions[0].do",
            "'type'",
        ),
        (with_line(ACTED, "actions: [{do: visit, at_s: 1, for_s: 2}]"), 11, "people[0]", "staff"),
        (with_line("window: A01", "role: staff"), 11, "people[0]", "needs a window"),
        (with_line("window: A01", "window: Z9"), 1, "", "no window 'Z9'; expected A01, A02"),
        (with_line("id: A02", "id: A01"), 1, "", "stands twice"),
        (
            with_line(ACTED, "actions: [{do: write, at_s: 50, for_s: 2}]"),
            1,
            "",
            "write at 50.0 s is after the end",
        ),
        (
            with_line(
                ACTED,
                "actions: [{do: write, at_s: 5, for_s: 9}, {do: smoke, at_s: 9, for_s: 5}]",
            ),
            11,
            "people[0]",
            "smoke begins at 9.0 s, before write has ended",
        ),
        ("", None, "", "empty"),
    ],
)
def test_mistakes_name_line_key_and_expectation(text, line, key, expected):
    with pytest.raises(ConfigError) as caught:
        parse_scenario(text, Path("s.yaml"))

    mistake = caught.value.mistakes[0]
    assert mistake.file == Path("s.yaml")
    assert mistake.line == line
    assert key in mistake.key
    assert expected in mistake.problem


def test_a_phone_may_lie_on_the_desk_while_something_else_is_done():
    text = with_line(
        ACTED,
        "actions: [{do: phone_desk, at_s: 0, for_s: 40}, {do: write, at_s: 9, for_s: 5}]",
    )

    assert len(parse_scenario(text).people[0].actions) == 2


def test_outfits_are_drawn_from_the_seed_and_keep_what_is_written():
    one, same, other = scenario(), scenario(), scenario(seed=6)

    drawn = [s.outfit(s.people[0]) for s in (one, same, other)]

    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert {outfit.footwear for outfit in drawn} == {"slides"}


def test_the_hash_changes_with_what_is_drawn():
    assert scenario().sha256() == scenario().sha256()
    assert scenario().sha256() != scenario(seed=6).sha256()


def test_frames_fill_the_duration():
    assert scenario().frame_count == 200


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[3] / "datasets" / "scenarios").glob("*.yaml"))
)
def test_the_committed_scenarios_are_valid(file):
    assert load_scenario(file).name == file.stem
