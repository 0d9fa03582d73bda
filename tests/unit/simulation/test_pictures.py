import json

import numpy as np
import pytest

from vision.simulation import pictures
from vision.simulation.labels import Box
from vision.simulation.optics import View
from vision.simulation.pictures import (
    CONDUCT,
    Labelled,
    in_pairs,
    random_camera,
    random_scenario,
    random_view,
    write_pictures,
    yolo_line,
    yolo_lines,
)
from vision.simulation.scene import Shot
from vision.types import CLASSES

VIEW = View((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 60.0, 200, 100)


def test_a_yolo_line_is_centre_and_size_in_shares():
    line = yolo_line(Box("slippers", "a", (20, 10, 60, 30), 1.0), VIEW)

    assert line == "3 0.20000 0.20000 0.20000 0.20000"


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        (Box("person", "a", (0, 0, 50, 90), 0.5), True),
        (Box("person", "a", (0, 0, 50, 90), 0.01), False),  # next to nothing in sight
        (Box("shoes", "a", (0, 0, 4, 9), 1.0), False),
        (Box("cigarette", "a", (0, 0, 2, 9), 1.0), True),
    ],
)
def test_what_cannot_be_made_out_is_not_labelled(box, kept):
    shot = Shot(np.zeros((100, 200, 3), np.uint8), [box], [], [], VIEW)

    assert bool(yolo_lines(shot)) is kept


def test_the_footwear_of_a_person_is_one_box():
    left, right = (Box("slippers", "a", (x, 10, x + 9, 20), 1.0) for x in (10, 40))
    others = [
        Box("slippers", "b", (60, 30, 70, 40), 1.0),
        Box("phone", "a", (0, 0, 5, 5), 1.0),
        Box("phone", "a", (9, 0, 15, 5), 1.0),
    ]

    pairs = in_pairs([left, *others, right])

    assert sorted((box.label, box.owner, box.xyxy) for box in pairs) == [
        ("phone", "a", (0, 0, 5, 5)),
        ("phone", "a", (9, 0, 15, 5)),
        ("slippers", "a", (10, 10, 49, 20)),
        ("slippers", "b", (60, 30, 70, 40)),
    ]


def test_scenes_are_the_same_for_a_seed():
    one, same, other = (random_scenario(np.random.default_rng(seed), 1) for seed in (1, 1, 2))

    assert one.sha256() == same.sha256()
    assert one.sha256() != other.sha256()


@pytest.mark.parametrize("seed", range(12))
def test_cameras_hang_in_the_hall_and_look_at_a_post(seed):
    rng = np.random.default_rng(seed)
    scenario = random_scenario(rng, 0)

    camera = random_camera(rng, scenario.camera)
    view = random_view(rng, scenario, camera)

    x, y, height = view.position
    assert -9.0 < x < 9.0
    assert -6.0 <= y <= 3.4
    assert 2.2 <= height <= 3.2
    assert min(abs(view.target[0] - window.x_m) for window in scenario.windows) < 0.8
    assert (view.width, view.height) == (scenario.camera.width, scenario.camera.height)


def test_staff_at_rest_sink_more_often_than_they_hold_things():
    scenes = [
        random_scenario(np.random.default_rng(seed), 0, CONDUCT["rest"]) for seed in range(20)
    ]

    done = [action.do for scene in scenes for person in scene.people for action in person.actions]

    sunk = sum(
        kind in ("head_on_desk", "slump", "hang_head", "nod_off", "recline") for kind in done
    )
    held = sum(kind in ("phone_front", "phone_lap", "phone_ear", "smoke") for kind in done)
    assert sunk > 2 * held
    assert "leave" not in done


def test_slippers_are_worn_in_many_scenes():
    scenes = [random_scenario(np.random.default_rng(seed), 0) for seed in range(20)]

    worn = [scene.outfit(person).footwear for scene in scenes for person in scene.people]

    slippers = sum(kind in ("slides", "flip_flops", "house_slippers") for kind in worn)
    assert slippers > 0.35 * len(worn)


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    made = []

    def fake(_conduct, seed, number, shots):
        for shot in range(shots):
            made.append((number, shot))
            name = f"sim-{seed}-{number:05d}-{shot}"
            yield Labelled(name, np.zeros((8, 8, 3), np.uint8), ("0 0.5 0.5 1 1",))

    monkeypatch.setattr(pictures, "scene_pictures", fake)
    write_pictures(tmp_path, 8, seed=4)
    write_pictures(tmp_path, 10, seed=4)

    assert made == [(0, shot) for shot in range(8)] + [(1, 0), (1, 1)]
    assert len(list((tmp_path / "images").glob("*.jpg"))) == 10
    index = json.loads((tmp_path / "labelled_classes.json").read_text())
    assert index["sim-4-00001-1"] == list(CLASSES)
    assert (tmp_path / "labels" / "sim-4-00000-0.txt").read_text() == "0 0.5 0.5 1 1\n"


def test_the_bodies_of_all_scenes_are_made_at_once():
    asked = []

    class Library:
        def prepare(self, phenotypes):
            asked.append(set(phenotypes))

    pictures.prepare_bodies(3, 2, Library(), CONDUCT["things"])

    both = [random_scenario(np.random.default_rng((3, n)), n) for n in range(2)]
    assert asked == [{s.outfit(p).phenotype for s in both for p in s.people}]
