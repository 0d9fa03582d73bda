import hashlib
from pathlib import Path

import pytest

from vision.errors import ConfigError, ModelError
from vision.registry import Registry, compile_settings, home, sha256_of
from vision.types import CLASSES

XML, BIN = b"<net/>", b"\x00\x01\x02"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def entry(name="hall", role="detector", default="true", extra="", files=None):
    files = files or [("hall.xml", XML), ("hall.bin", BIN)]
    rows = ", ".join(
        f'{{path = "{path}", sha256 = "{sha256(data)}", size_bytes = {len(data)}}}'
        for path, data in files
    )
    return f"""
        [[model]]
        name = "{name}"
        role = "{role}"
        default = {default}
        files = [{rows}]
        licence = "AGPL-3.0-or-later"
        origin = "made here"
        {extra}
    """


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "weights"
    made.mkdir()
    (made / "hall.xml").write_bytes(XML)
    (made / "hall.bin").write_bytes(BIN)
    (made / "registry.toml").write_text(entry())
    return made


def load(folder, *others):
    return Registry.load(folder / "registry.toml", (folder, *others))


def test_the_default_of_a_role_is_found_and_verified(folder):
    registry = load(folder)
    model = registry.default("detector")
    assert (model.name, model.size_bytes) == ("hall", len(XML) + len(BIN))
    assert registry.verified(model) == folder / "hall.xml"


def test_a_role_without_a_default_is_named(folder):
    (folder / "registry.toml").write_text(entry(default="false"))
    with pytest.raises(ModelError, match="no default model for the role 'detector'"):
        load(folder).default("detector")


def test_a_file_may_lie_in_a_later_folder(folder, tmp_path):
    elsewhere = tmp_path / "home"
    elsewhere.mkdir()
    (folder / "hall.xml").rename(elsewhere / "hall.xml")
    registry = load(folder, elsewhere)
    assert registry.verified(registry.default("detector")) == elsewhere / "hall.xml"


@pytest.mark.parametrize(
    ("change", "states", "message"),
    [
        (lambda folder: None, ["ok", "ok"], None),
        (lambda folder: (folder / "hall.bin").unlink(), ["ok", "missing"], "hall.bin is missing"),
        (
            lambda folder: (folder / "hall.bin").write_bytes(b"\x00"),
            ["ok", "altered"],
            "hall.bin is altered",
        ),
    ],
)
def test_every_file_is_looked_at(folder, change, states, message):
    change(folder)
    registry = load(folder)
    findings = registry.findings(registry.default("detector"))
    assert [finding.state for finding in findings] == states
    assert [finding.ok for finding in findings] == [state == "ok" for state in states]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda path: path.unlink(), r"model 'hall': hall\.bin is missing in .*reinstall"),
        (
            lambda path: path.write_bytes(b"\x00"),
            r"model 'hall': .*hall\.bin is altered: sha256 [0-9a-f]{64}, expected [0-9a-f]{64}",
        ),
    ],
)
def test_missing_and_altered_files_are_refused_by_name(folder, change, message):
    change(folder / "hall.bin")
    registry = load(folder)
    with pytest.raises(ModelError, match=message):
        registry.verified(registry.default("detector"))
    with pytest.raises(ModelError):
        registry.sha256(registry.default("detector"))


def test_the_hash_of_a_model_changes_with_any_of_its_files(folder):
    both = load(folder)
    (folder / "registry.toml").write_text(entry(files=[("hall.xml", XML)]))
    one = load(folder)
    assert one.sha256(one.default("detector")) == sha256(XML)
    assert both.sha256(both.default("detector")) != sha256(XML)


def test_a_second_accepted_hash_is_as_good(folder):
    other = b"<other/>"
    text = entry(files=[("hall.xml", XML)]).replace(
        "size_bytes", f'also = ["{sha256(other)}"], size_bytes'
    )
    (folder / "registry.toml").write_text(text)
    (folder / "hall.xml").write_bytes(other)
    registry = load(folder)
    assert registry.sha256(registry.default("detector")) == sha256(other)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[model]\n", "is no TOML"),
        (entry(extra='colour = "red"'), "colour"),
        (entry(role="oracle"), "role"),
        (entry(files=[("../outside.xml", XML)]), "path inside the weights folder"),
        (entry(files=[("/etc/passwd", XML)]), "path inside the weights folder"),
        (entry().replace(sha256(XML), "abc"), "sha256"),
        (entry(extra="calibration = {hat = {a = 1, b = 1, c = 0}}"), "unknown class hat"),
        (entry(extra="calibration = {vest = {a = -1, b = 1, c = 0}}"), r"calibration\.vest\.a"),
        (entry(extra="calibration = {vest = {a = 1, b = nan, c = 0}}"), r"calibration\.vest\.b"),
        (entry(extra="calibration = {vest = {a = 1, b = 1}}"), r"calibration\.vest\.c"),
        (entry(extra="calibration = {vest = {a = 0, b = 0, c = 1}}"), "expected a map that rises"),
    ],
)
def test_mistakes_are_named_with_the_file(folder, text, message):
    (folder / "registry.toml").write_text(text)
    with pytest.raises(ConfigError, match=message) as raised:
        load(folder)
    assert str(folder / "registry.toml") in str(raised.value)


def test_calibration_is_read_per_class_and_may_be_missing(folder):
    assert load(folder).default("detector").calibration == {}
    rows = "[model.calibration]\nvest = {a = 1.5, b = 0, c = -0.25}"
    (folder / "registry.toml").write_text(entry(extra=rows))
    vest = load(folder).default("detector").calibration["vest"]
    assert (vest.a, vest.b, vest.c) == (1.5, 0, -0.25)


def test_a_missing_registry_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"registry\.toml: cannot be read: No such file"):
        Registry.load(tmp_path / "registry.toml")


def test_the_data_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("DEPORTMENT_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("DEPORTMENT_HOME")
    assert home() != tmp_path
    assert home().name == "deportment"


def test_compiled_networks_are_kept_where_that_is_possible(tmp_path):
    assert compile_settings(tmp_path / "new") == {"CACHE_DIR": str(tmp_path / "new")}
    (tmp_path / "file").write_text("in the way")
    assert compile_settings(tmp_path / "file" / "cache") == {}


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert sha256_of(tmp_path / "file") == sha256(b"abc")


def test_the_shipped_registry_names_weights_of_the_products_classes():
    registry = Registry.load()
    detector = registry.default("detector")
    assert detector.classes == CLASSES
    assert registry.verified(detector).suffix == ".xml"
    assert registry.default("pose").source is not None
    assert {Path(file.path).parent for model in registry.models for file in model.files} == {Path()}
