import hashlib
import io
import zipfile

import pytest

from tests.unit.pose.test_tflite import model, normalisation, parsed
from vision.errors import ModelError
from vision.pose.bundle import DETECTOR, LANDMARKS, build_task
from vision.pose.tflite import ALIGNMENT


@pytest.fixture(scope="module")
def task():
    return build_task(model(description=b"finds"), model(description=b"places"))


def test_it_holds_both_networks_with_their_own_normalisation(task):
    with zipfile.ZipFile(io.BytesIO(task)) as bundle:
        read = {name: parsed(bundle.read(name)) for name in bundle.namelist()}
    assert {name: each.description for name, each in read.items()} == {
        DETECTOR: b"finds",
        LANDMARKS: b"places",
    }
    assert normalisation(read[DETECTOR]) == ([127.5], [127.5])
    assert normalisation(read[LANDMARKS]) == ([0.0], [255.0])


def test_members_are_stored_and_their_data_aligned(task):
    with zipfile.ZipFile(io.BytesIO(task)) as bundle:
        for info in bundle.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert task.index(bundle.read(info)) % ALIGNMENT == 0


def test_no_clock_and_no_platform_leave_a_trace(task, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("sys.platform", "win32")
    again = build_task(model(description=b"finds"), model(description=b"places"))
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(task).hexdigest()


def test_what_is_no_model_is_refused():
    with pytest.raises(ModelError, match="TFL3"):
        build_task(b"<html>", model())
