"""Wrong events as a training source: what is written, and that training can read it."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from tests.stored import event
from vision.cli.main import app
from vision.evidence import FileEvidenceStore
from vision.evidence.caption import with_strip
from vision.labelled.negatives import without_strip, write_negatives
from vision.labelled.pictures import load_source
from vision.ports import Batch
from vision.store import SqlStore
from vision.testing.stores import MemoryEvidence
from vision.types import CLASSES, Event, Evidence, Image, Review

PICTURE = np.random.default_rng(0).integers(60, 250, (180, 320, 3)).astype(np.uint8)


def jpeg(image: Image) -> bytes:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 88])
    return np.asarray(data, np.uint8).tobytes()


def wrong(event_id: str, sha256: str, state: str, rule_id: str = "phone_use") -> Event:
    shown = (Evidence("snapshot", event("x").started_at, sha256, "image/jpeg"),)
    found = event(event_id, rule_id=rule_id, evidence=shown)
    return replace(found, review=Review(state, "a tissue", "li"))


@pytest.mark.parametrize("lines", [["窗口 A03   玩手机"], ["A03", "x " * 200, "1 2 3"]])
def test_the_caption_is_cut_off(lines: list[str]) -> None:
    evidence = cv2.imdecode(
        np.frombuffer(jpeg(with_strip(PICTURE, lines)), np.uint8), cv2.IMREAD_COLOR
    )
    assert evidence.shape[0] > PICTURE.shape[0]
    assert abs(without_strip(evidence).shape[0] - PICTURE.shape[0]) <= 1


def test_a_picture_without_caption_stays_whole() -> None:
    assert without_strip(PICTURE).shape == PICTURE.shape
    dark = np.full((20, 30, 3), (28, 24, 24), np.uint8)
    assert without_strip(dark).shape == dark.shape


def test_layout_that_training_reads(tmp_path: Path) -> None:
    evidence = MemoryEvidence()
    sha256 = evidence.put(jpeg(with_strip(PICTURE, ["caption"])))
    events = [
        wrong("E1", sha256, "dismissed"),
        wrong("E2", sha256, "overturned", "smoking"),
        wrong("E3", sha256, "dismissed", "slouching"),
        wrong("E4", sha256, "confirmed"),
        wrong("E5", "f" * 64, "dismissed"),
    ]
    done = write_negatives(tmp_path / "hall", events, evidence)
    assert (done.pictures, done.missing) == (3, ["E5"])
    pictures = {one.path.stem: one for one in load_source(tmp_path / "hall")}
    known = {stem: {CLASSES[n] for n in one.known} for stem, one in pictures.items()}
    assert known == {"E1-0": {"phone"}, "E2-0": {"cigarette"}, "E3-0": set()}
    assert all(len(one.boxes) == 0 for one in pictures.values())
    about = json.loads((tmp_path / "hall" / "source.json").read_text("utf-8"))
    assert about["pictures"]["E1-0"]["reason"] == "a tissue"
    assert about["pictures"]["E2-0"]["decision"] == "overturned"
    assert "li" not in json.dumps(about["pictures"]).split('"')
    assert any("blurred" in fault for fault in about["faults"])


def run(*arguments: object) -> str:
    found = CliRunner().invoke(app, ["negatives", *map(str, arguments)], catch_exceptions=True)
    return found.output + (str(found.exception) if found.exception else "")


def test_command(tmp_path: Path) -> None:
    database = tmp_path / "events.db"
    sha256 = FileEvidenceStore(tmp_path / "evidence").put(jpeg(PICTURE))
    with SqlStore(str(database)) as store:
        store.commit(Batch([wrong("E1", sha256, "x"), wrong("E2", "f" * 64, "x", "smoking")]))
        for event_id in ("E1", "E2"):
            store.add_review(event_id, Review("dismissed", "no", "li"))
    told = run(tmp_path / "out", "--db", database)
    assert "1 pictures are in" in told
    assert "1 events have no picture: E2" in told
    assert [one.path.stem for one in load_source(tmp_path / "out")] == ["E1-0"]
    assert "0 pictures" in run(tmp_path / "none", "--db", database, "--to", "2020-01-01T00:00:00Z")
    assert "expected one of" in run(tmp_path / "none", "--db", database, "--rule", "singing")
    assert "expected a time" in run(tmp_path / "none", "--db", database, "--from", "monday")
