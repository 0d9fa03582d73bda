import pytest

from tests.unit.training.pictures import box, picture
from tests.unit.training.test_labelled import MANIFEST
from vision.errors import UsageError
from vision.labelled.manifest import read_manifest
from vision.training.ablation import PLAIN_DOMAIN, Part, as_labelled, reduced
from vision.training.augment import Domain
from vision.types import Label

FULL = (
    MANIFEST
    + """
[sources.rendered]
scenes = true
licence = "own"
[[teachers]]
checkpoint = "coco.pt"
classes = {person = 0}
accept = 0.5
doubt = 0.1
settles = true
"""
)


@pytest.fixture
def manifest(tmp_path):
    (tmp_path / "manifest.toml").write_text(FULL)
    return read_manifest(tmp_path / "manifest.toml")


def test_nothing_left_out_is_the_manifest_itself(manifest):
    assert reduced(manifest) == manifest


def test_partial_labels_left_out_means_no_teacher_and_no_mask(manifest, tmp_path):
    pictures = [picture(tmp_path, boxes=[box(Label.PHONE)], known={Label.PHONE})]

    assert reduced(manifest, [Part.PARTIAL_LABELS]).teachers == ()
    assert as_labelled(pictures, [Part.PARTIAL_LABELS])[0].known == set(Label)
    assert as_labelled(pictures, [Part.DOMAIN])[0].known == {Label.PHONE}


def test_the_simulator_left_out_takes_rendered_sources_away(manifest):
    assert set(reduced(manifest, [Part.SIMULATOR]).sources) == {"near", "far"}


def test_a_source_held_back_joins_those_of_the_manifest(manifest):
    plan = reduced(manifest, hold_back=["near"], steps=3)

    assert plan.split.held_back == ("far", "near")
    assert plan.recipe.steps == 3


def test_a_rendered_source_can_be_left_out_and_held_back_at_once(manifest):
    plan = reduced(manifest, [Part.SIMULATOR], ["rendered"])

    assert plan.split.held_back == ("far",)


def test_an_unknown_source_is_named(manifest):
    with pytest.raises(UsageError, match="no source nera; expected some of far, near, rendered"):
        reduced(manifest, hold_back=["nera"])


def test_the_plain_domain_names_real_settings():
    plain = Domain(**PLAIN_DOMAIN)

    assert (plain.grey, plain.tinted, plain.compressed) == (0, 0, 0)
    assert plain.sheet4 == 0.75
