"""A watched camera that moves: its windows are UNKNOWN until a person has looked."""

from datetime import timedelta

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.builders import T0, at
from tests.unit.jobs.live import Clock, Fed, bench, running, site, wait_until, watch
from vision.cli.main import app
from vision.config import parse_site
from vision.errors import Conflict
from vision.jobs.place import Place, acknowledge, place_of
from vision.ports import Checkpoint, EventFilter
from vision.sources.live import CameraState, Reason
from vision.store import SqlStore
from vision.testing.stores import MemoryStore
from vision.types import Frame
from vision.wiring import camera_plan

BLOCKS = np.random.default_rng(3).integers(20, 235, (8, 16, 1))
HALL = np.repeat(np.repeat(np.repeat(BLOCKS, 8, 0), 8, 1), 3, 2).astype(np.uint8)
AWAY = np.roll(HALL, 13, 1)
DARK = np.full_like(HALL, 4)
GREY = np.full_like(HALL, 90)


def frames(image, start_s, count=12, period_s=2.0):
    """Pictures of a scene, each a little different: a picture that never changes is frozen."""
    shown = []
    for number in range(count):
        one = image.copy()
        one[0, 0] += number
        shown.append(Frame("c", at(start_s + number * period_s), one, period_s, is_key=True))
    return shown


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("vision.jobs.watch.TICK_EVERY_S", 0.0)
    monkeypatch.setattr("vision.jobs.watch.POLL_S", 0.01)
    monkeypatch.setattr("vision.jobs.desk.COMMIT_EVERY_S", 0.0)


class Watched:
    """A run over one fed camera whose wall clock is that of its pictures."""

    def __init__(self, store, config=None):
        self.store, self.stream, self.clock = store, Fed(), Clock()
        self.job = watch(bench(store, config or site(), away=()), {"c": self.stream}, self.clock)

    def feed(self, given):
        for one in given:
            self.clock.second = (one.at - T0).total_seconds()
            self.stream.feed(one)
            wait_until(lambda one=one: self.state().at >= one.at)

    def state(self):
        states = self.store.states()
        return states.get("Wc", Checkpoint("", T0 - timedelta(days=1), ""))

    def health(self):
        health = self.job.health()["c"]
        return health.state, health.reason


def test_moved_until_somebody_has_looked():
    store = MemoryStore()
    run = Watched(store)
    with running(run.job):
        run.feed(frames(HALL, 0))
        assert (run.state().state, run.health()) == ("present", (CameraState.LIVE, Reason.NONE))
        run.feed(frames(AWAY, 24))
        assert (run.state().state, run.state().reason) == ("unknown", "moved")
        assert run.health() == (CameraState.DEGRADED, Reason.MOVED)
        assert run.job.health()["c"].reason is Reason.MOVED
        run.feed(frames(HALL, 48))
        assert run.state().reason == "moved"
        acknowledge("c", "a person", at(72), store)
        wait_until(lambda: run.job._cameras["c"].watch._place._forgiven)
        run.feed(frames(AWAY, 73))
        assert run.state().state == "present"
        wait_until(lambda: run.health() == (CameraState.LIVE, Reason.NONE))
    (row,) = store.coverage(None, "leaving_post", T0, T0 + timedelta(days=1))
    assert row.reasons_s["moved"] > 20
    assert row.lost_s == 0
    assert store.events(EventFilter()) == []


def moved_in(store, config=None):
    run = Watched(store, config)
    with running(run.job):
        run.feed(frames(HALL, 0))
        run.feed(frames(AWAY, 24))
        wait_until(lambda: store.checkpoint("view:c").at is not None)


def first_state(store, config, image):
    run = Watched(store, config)
    with running(run.job):
        run.feed(frames(image, 100, 1))
        return run.state().state, run.state().reason


def test_a_restart_does_not_make_it_fit():
    store = MemoryStore()
    moved_in(store)
    assert first_state(store, site(), AWAY) == ("unknown", "moved")


def test_a_camera_that_was_knocked_while_nobody_watched():
    store = MemoryStore()
    run = Watched(store)
    with running(run.job):
        run.feed(frames(HALL, 0))
        wait_until(lambda: store.checkpoint("view:c"))
    run = Watched(store)
    with running(run.job):
        run.feed(frames(AWAY, 4000))
        assert run.state().reason == "moved"


def test_posts_that_were_drawn_anew_fit():
    store = MemoryStore()
    moved_in(store)
    text = "site: {id: s}\ncameras: [{id: c}]\nwindows: [{id: Wc, camera: c, post: [[0,0],[1,0],[1,1],[0,0.99]]}]"
    assert first_state(store, parse_site(text), AWAY) == ("present", "")


def test_somebody_looked_while_nobody_watched():
    store = MemoryStore()
    moved_in(store)
    acknowledge("c", "a person", at(90), store)
    assert first_state(store, site(), AWAY) == ("present", "")
    with pytest.raises(Conflict, match="'c' is not known to have moved"):
        acknowledge("c", "another", at(91), store)


@pytest.mark.parametrize(
    ("image", "reason"), [(DARK, Reason.BLACK), (GREY, Reason.COVERED), (HALL, Reason.NONE)]
)
def test_what_is_wrong_with_a_picture(image, reason):
    place = Place("posts")
    assert {place.look(one) for one in frames(HALL, 0)} == {""}
    assert place.look(frames(image, 30, 1)[0]) == ""
    assert place.reason is reason


def test_a_picture_that_stands_still():
    place = Place("posts")
    for number in range(12):
        place.look(Frame("c", at(2 * number), HALL, 2.0, is_key=True))
    assert place.reason is Reason.FROZEN


@pytest.mark.parametrize("text", ["", "{}", '{"posts": "p", "edges": "0"}', '{"posts": 1}'])
def test_what_cannot_be_read_any_more_is_learnt_anew(text):
    store = MemoryStore()
    moved_in(store)
    store._checkpoints["view:c"] = Checkpoint("view:c", at(40), text)
    plan = camera_plan(site(), "c", bench(store, site()).rules)
    assert place_of(plan, store).moved_at is None


def test_on_the_command_line(tmp_path):
    path = str(tmp_path / "e.db")
    with SqlStore(path) as store:
        moved_in(store)
    result = CliRunner().invoke(app, ["cameras", "acknowledge", "c", "--db", path])
    assert result.exit_code == 0
    with SqlStore(path) as store:
        assert first_state(store, site(), AWAY) == ("present", "")
