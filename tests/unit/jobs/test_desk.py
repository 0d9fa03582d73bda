"""Who is committed first."""

from prometheus_client import CollectorRegistry

from tests.builders import T0
from tests.unit.jobs.live import LOG, bench, site
from vision.jobs import desk as desks
from vision.jobs.desk import Desk
from vision.jobs.meters import Meters
from vision.jobs.recorder import Origin, Recorder
from vision.pipeline import CameraProgress
from vision.testing.stores import MemoryEvidence, MemoryStore

CAMERAS = ("a", "b", "c")


def desk_of(store):
    made = bench(store, site(cameras=CAMERAS))
    desk = Desk(
        store, lambda events: (), lambda states: None, Meters(CollectorRegistry()), LOG, lambda: T0
    )
    for camera in CAMERAS:
        origin = Origin(camera, camera, None, made.provenance(camera), {})
        recorder = Recorder(origin, MemoryEvidence(), made.draw, made.cite, store.event)
        desk.open(made.plan(camera), CameraProgress(at=T0), recorder)
    return desk


def committed(store):
    return [camera for camera in CAMERAS if store.checkpoint(f"live:{camera}") is not None]


def test_while_turns_wait_one_camera_is_settled_at_a_time_and_the_oldest_first(monkeypatch):
    monkeypatch.setattr(desks, "COMMIT_EVERY_S", 0.0)
    store = MemoryStore()
    desk = desk_of(store)
    seen = []
    for _ in CAMERAS:
        desk.settle(is_urged=lambda: True)
        seen.append(committed(store))
    assert seen == [["a"], ["a", "b"], ["a", "b", "c"]]


def test_without_turns_everybody_due_is_settled(monkeypatch):
    store = MemoryStore()
    desk = desk_of(store)
    desk.settle()
    assert committed(store) == []
    monkeypatch.setattr(desks, "COMMIT_EVERY_S", 0.0)
    desk.settle()
    assert committed(store) == list(CAMERAS)
