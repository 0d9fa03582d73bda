from pathlib import Path

import numpy as np
import pytest

from tests.unit.training.pictures import box, noise, write_source
from vision.errors import ConfigError, UnreadableSource
from vision.labelled.manifest import gather, read_manifest, weights
from vision.labelled.pictures import blind, load_source, read_image
from vision.labelled.split import by_scene, hashes, near_duplicates, split
from vision.types import Label


def test_a_source_tells_what_is_boxed_and_what_is_known(tmp_path):
    folder = write_source(
        tmp_path / "phones",
        {"a": (noise(1), [box(Label.PHONE)]), "b": (noise(2), [])},
        {"a": ["phone"], "b": ["phone", "cigarette"]},
    )

    first, second = load_source(folder)

    assert first.key == "phones/a"
    assert first.boxes.tolist() == [[1, 0.5, 0.5, 0.5, 0.5]]
    assert first.known == {Label.PHONE}
    assert second.boxes.shape == (0, 5)
    assert second.known == {Label.PHONE, Label.CIGARETTE}


def test_a_picture_that_the_list_leaves_out_teaches_no_absence(tmp_path):
    folder = write_source(tmp_path / "phones", {"a": (noise(1), [])}, {})

    assert load_source(folder)[0].known == frozenset()


def test_an_unknown_class_is_named_with_its_picture(tmp_path):
    folder = write_source(tmp_path / "s", {"a": (noise(1), [])}, {"a": ["hat"]})

    with pytest.raises(ConfigError, match=r"labelled_classes\.json: a: unknown classes hat"):
        load_source(folder)


def test_a_source_without_the_list_is_refused(tmp_path):
    folder = write_source(tmp_path / "s", {"a": (noise(1), [])}, {})
    (folder / "labelled_classes.json").unlink()

    with pytest.raises(ConfigError, match="every source needs this list"):
        load_source(folder)


def test_a_damaged_picture_is_named(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"no picture")

    with pytest.raises(UnreadableSource, match=r"x\.jpg"):
        read_image(tmp_path / "x.jpg")


def test_a_plain_union_takes_all_classes_for_labelled(tmp_path):
    folder = write_source(tmp_path / "s", {"a": (noise(1), [])}, {"a": ["phone"]})

    assert blind(load_source(folder)[0]).known == set(Label)


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        (lambda image: image, True),
        (lambda image: image[:, ::-1], True),
        (lambda image: np.clip(image * 0.8 + 10, 0, 255).astype(np.uint8), True),
        (lambda image: image[::2, ::2], True),
        (lambda image: noise(99), False),
        (lambda image: image[::-1], False),
    ],
)
def test_near_copies_share_a_group(change, alike):
    image = noise(5)

    groups = near_duplicates([hashes(image), hashes(noise(7)), hashes(change(image))])

    assert (groups[0] == groups[2]) is alike
    assert groups[1] not in (groups[0], groups[2])


def test_a_chain_of_near_copies_is_one_group():
    none, three, six = 0, 0b111, 0b111111

    assert near_duplicates([(none, 1 << 63), (six, 1 << 62), (three, 1 << 61)], bits=3) == [0, 0, 0]


def test_scenes_stay_together_in_rendered_sources_only(tmp_path):
    stems = {f"sim-1-{scene}-{shot}": (noise(1), []) for scene in (1, 2) for shot in (0, 1)}
    pictures = load_source(write_source(tmp_path / "sim", stems, {}))

    assert by_scene(pictures, [0, 1, 2, 3], {"sim"}) == [-1, -1, -2, -2]
    assert by_scene(pictures, [0, 1, 2, 3], {"other"}) == [0, 1, 2, 3]


def test_look_alikes_never_lie_on_both_sides(tmp_path):
    stems = {f"p{number}": (noise(1), []) for number in range(60)}
    pictures = load_source(write_source(tmp_path / "s", stems, {}))
    groups = [number // 3 for number in range(60)]
    of = dict(zip([one.key for one in pictures], groups, strict=True))

    train, validation = split(pictures, groups, {}, 0.4)

    assert train
    assert validation
    assert not {of[one.key] for one in train} & {of[one.key] for one in validation}
    assert len(train) + len(validation) == 60


def test_the_side_of_a_picture_does_not_depend_on_the_others(tmp_path):
    stems = {f"p{number}": (noise(1), []) for number in range(40)}
    pictures = load_source(write_source(tmp_path / "s", stems, {}))

    _, some = split(pictures[:20], list(range(20)), {}, 0.3)
    _, more = split(pictures, list(range(40)), {}, 0.3)

    assert [one.key for one in some] == [one.key for one in more if one in pictures[:20]]


SHIPPED = Path(__file__).parents[3] / "datasets" / "detector"

MANIFEST = """
[recipe]
start = "start.pt"
steps = 10
[split]
validation = 0.5
held_back = ["far"]
[sources.near]
weight = 2.5
licence = "CC0 1.0"
[sources.far]
licence = "none stated"
"""


def test_held_back_sources_taint_their_look_alikes(tmp_path):
    shared = noise(1)
    near = {"copy": (shared, []), **{f"p{n}": (noise(10 + n), []) for n in range(12)}}
    write_source(tmp_path / "near", near, {})
    write_source(tmp_path / "far", {"original": (shared, [])}, {})
    (tmp_path / "manifest.toml").write_text(MANIFEST)
    manifest = read_manifest(tmp_path / "manifest.toml")

    material = gather(manifest, tmp_path)

    seen = {one.key for one in material.train + material.validation}
    assert [one.key for one in material.held_back] == ["far/original"]
    assert "near/copy" not in seen
    assert len(seen) == 12
    assert set(weights(manifest, material.train)) == {2.5}


def test_pictures_that_show_a_favoured_class_are_drawn_more_often(tmp_path):
    (tmp_path / "manifest.toml").write_text(
        MANIFEST.replace("weight = 2.5", "weight = 2.5\nfavour = {phone = 4}")
    )
    manifest = read_manifest(tmp_path / "manifest.toml")
    folder = write_source(
        tmp_path / "near",
        {
            "a": (noise(1), [box(Label.PHONE)]),
            "b": (noise(2), [box(Label.VEST)]),
            "c": (noise(3), []),
        },
        {},
    )

    assert weights(manifest, load_source(folder)) == [10.0, 2.5, 2.5]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("steps = 10", "steps = 0", "recipe.steps"),
        ("weight = 2.5", "wieght = 2.5", "sources.near.wieght"),
        ("validation = 0.5", "validation = 50", "split.validation"),
    ],
)
def test_mistakes_in_a_manifest_are_named(tmp_path, old, new, key):
    path = tmp_path / "manifest.toml"
    path.write_text(MANIFEST.replace(old, new))

    with pytest.raises(ConfigError, match=key):
        read_manifest(path)


@pytest.mark.parametrize(
    "name", ["hall-nano-416-first.toml", "hall-nano-416.toml", "ablation.toml"]
)
def test_the_shipped_manifests_are_valid_and_state_every_licence(name):
    manifest = read_manifest(SHIPPED / name)

    assert set(manifest.split.held_back) <= set(manifest.sources)
    assert all(entry.licence for entry in manifest.sources.values())
