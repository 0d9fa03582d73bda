"""The live job over fake cameras: same events as an audit, and none from an outage."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import T0, at, observation, person
from tests.media import numbered, write_video
from tests.unit.jobs.live import (
    FPS,
    LOG,
    Clock,
    Fed,
    Played,
    bench,
    counted,
    running,
    site,
    site_text,
    wait_until,
    watch,
)
from vision.config import parse_site
from vision.errors import EvidenceError, StoreError, UsageError
from vision.jobs.admission import SLOTS
from vision.jobs.allowances import Board
from vision.jobs.audit import audit_input, events_of
from vision.jobs.inputs import Input
from vision.jobs.recorder import _state
from vision.pipeline import Outcome
from vision.ports import EventFilter
from vision.sources import FileSource
from vision.store import SqlStore
from vision.testing.stores import MemoryEvidence, MemoryStore
from vision.types import Exemption, ExemptionKind, Frame
from vision.wire import event_to_json

OWN = ("id", "provenance", "evidence")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return write_video(path, 60 * FPS, fps=FPS, gop=2 * FPS)


def pictures(start_s, end_s, camera="c", period_s=0.5):
    count = round((end_s - start_s) / period_s)
    seconds = [start_s + number * period_s for number in range(count)]
    return [
        Frame(camera, at(second), numbered(round(second * FPS)), period_s, is_key=True)
        for second in seconds
    ]


def events(store):
    return store.events(EventFilter(newest_first=False))


def spans(store):
    return [
        (
            (one.started_at - T0).total_seconds(),
            one.ended_at and (one.ended_at - T0).total_seconds(),
            one.end_reason,
        )
        for one in events(store)
    ]


def conduct(rows):
    return [{key: value for key, value in row.items() if key not in OWN} for row in rows]


def played(clip, config, camera="c"):
    return Played(FileSource(clip, camera, T0, config.camera(camera).sampling))


def test_live_events_equal_those_of_an_audit_of_the_recording(clip):
    config = site(cameras=("c", "d"))
    audited, live = MemoryStore(), MemoryStore()
    rows = []
    for camera in ("c", "d"):
        result = audit_input(bench(audited, config), Input(clip, camera, T0, 60.0))
        rows += [event_to_json(event) for event in events_of(audited, [result.audit_id])]
    job = watch(bench(live, config), {one: played(clip, config, one) for one in ("c", "d")})
    job.run()
    found = [event_to_json(event) for event in events(live)]
    key = lambda row: (row["window_id"], row["started_at"])  # noqa: E731
    assert len(found) == 4
    assert conduct(sorted(found, key=key)) == conduct(sorted(rows, key=key))
    assert [len(row["evidence"]) for row in found] == [len(row["evidence"]) for row in rows]
    for name in ("assessable_s", "lost_s"):
        sums = [
            sum(
                getattr(one, name) for one in store.coverage(None, None, T0, T0 + timedelta(days=1))
            )
            for store in (audited, live)
        ]
        assert sums[0] == pytest.approx(sums[1], abs=20)


def exemption(start_s, end_s, kind=ExemptionKind.APPROVED_ABSENCE, window="Wc"):
    return Exemption("E1", window, kind, at(start_s), at(end_s), "r", "w", T0, "li")


def test_exemptions_hold_alike_live_and_in_an_audit(clip):
    config = site()
    audited, live = MemoryStore(), MemoryStore()
    for store in (audited, live):
        store.add_exemption(exemption(12, 35))
    audit_input(bench(audited, config), Input(clip, "c", T0, 60.0))
    watch(bench(live, config), {"c": played(clip, config)}).run()
    assert spans(live) == spans(audited)
    assert [why for *_, why in spans(live)] == ["exempt", "cleared"]
    hours = [store.coverage(["Wc"], "leaving_post", T0, at(60)) for store in (audited, live)]
    assert [round(one.exempt_s) for rows in hours for one in rows] == [24, 24]


def test_an_exemption_is_picked_up_without_a_restart(monkeypatch):
    monkeypatch.setattr("vision.jobs.allowances.REFRESH_S", 0.0)
    store, camera, config = MemoryStore(), Fed(), site()
    job = watch(bench(store, config, away=((8, 99),)), {"c": camera}, Clock(0.0))
    with running(job):
        camera.feed(*pictures(0, 20))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 40)
        wait_until(lambda: spans(store) == [(8.0, None, None)])
        store.add_exemption(exemption(0, 30))
        wait_until(lambda: job._allowed().items)
        camera.feed(*pictures(20, 26))
        wait_until(lambda: spans(store) == [(8.0, 19.5, "exempt")])
        store.withdraw_exemption("E1", at(26), "li", "back")
        wait_until(lambda: job._allowed().items[0].withdrawn_at)
        camera.feed(*pictures(26, 40))
        wait_until(lambda: spans(store)[1:] == [(26.0, None, None)])


def test_a_closed_window_is_shown_as_closed(monkeypatch):
    store, camera, config = MemoryStore(), Fed(), site()
    store.add_exemption(exemption(0, 100, ExemptionKind.CLOSED))
    with running(watch(bench(store, config), {"c": camera}, Clock(0.0))):
        camera.feed(*pictures(0, 5))
        wait_until(lambda: "Wc" in store.states())
    state = store.states()["Wc"]
    assert (state.state, state.reason, dict(state.verdicts)) == ("off_duty", "closed", {})


def test_an_unreadable_table_leaves_what_was_known_in_force():
    class Failing(MemoryStore):
        broken = False

        def exemptions(self, wanted):
            if self.broken:
                raise StoreError("locked")
            return super().exemptions(wanted)

    store = Failing()
    store.add_exemption(exemption(0, 100))
    board = Board(store, Clock(0.0), LOG)
    board.refresh(at_once=True)
    store.broken = True
    board.refresh(at_once=True)
    assert len(board().items) == 1


def test_live_events_know_their_origin(clip):
    config, store = site(), MemoryStore()
    watch(bench(store, config), {"c": played(clip, config)}).run()
    ids = {one.id for one in events(store)}
    assert {(one.audit_id, one.provenance.source) for one in events(store)} == {(None, "c")}
    again = MemoryStore()
    watch(bench(again, config), {"c": played(clip, config)}).run()
    assert {one.id for one in events(again)} == ids
    assert store.checkpoint("live:c").at == at(60)


@pytest.fixture
def quick_ticks(monkeypatch):
    monkeypatch.setattr("vision.jobs.watch.TICK_EVERY_S", 0.0)
    monkeypatch.setattr("vision.jobs.watch.POLL_S", 0.01)
    monkeypatch.setattr("vision.jobs.camera_watch.HOLD_S", 0.05)


def test_an_outage_opens_nothing_and_counts_as_lost(quick_ticks):
    store, stream, clock = MemoryStore(), Fed(), Clock()
    job = watch(bench(store, site(), away=()), {"c": stream}, clock)
    with running(job):
        wait_until(lambda: "c" in job._cameras and job._cameras["c"].watch._progress.at == at(-1))
        stream.feed(*pictures(0, 5))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 10)
        for second in range(20, 401, 20):
            clock.second = second
            wait_until(lambda: job._cameras["c"].watch._progress.at == clock())
        wait_until(lambda: "Wc" in store.states() and store.states()["Wc"].at == clock())
        assert (store.states()["Wc"].state, store.states()["Wc"].reason) == ("unknown", "lost")
    assert events(store) == []
    [row] = store.coverage(["Wc"], "leaving_post", T0, T0 + timedelta(hours=1))
    # The last picture, of 4.5 s, holds for ten seconds.
    assert (row.lost_s, row.assessable_s) == (400 - 14.5, 14.5)


def test_an_open_event_ends_where_the_view_was_lost(quick_ticks):
    store, stream, clock = MemoryStore(), Fed(), Clock()
    job = watch(bench(store, site(), away=((2, 99),)), {"c": stream}, clock)
    with running(job):
        stream.feed(*pictures(0, 10))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 20)
        wait_until(lambda: spans(store) == [(2.0, None, None)])
        for second in range(20, 80, 5):
            clock.second = second
            wait_until(lambda: job._cameras["c"].watch._progress.at == clock())
        wait_until(lambda: spans(store)[0][1] is not None)
    # The last picture, of 9.5 s, holds for ten seconds at most.
    assert spans(store) == [(2.0, 19.5, "view_lost")]


def test_after_an_outage_the_stream_goes_on(quick_ticks):
    store, stream, clock = MemoryStore(), Fed(), Clock()
    job = watch(bench(store, site(), away=((60, 70),)), {"c": stream}, clock)
    with running(job):
        stream.feed(*pictures(0, 5))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 10)
        clock.second = 50
        wait_until(lambda: job._cameras["c"].watch._progress.at == at(50))
        clock.second = 51
        stream.feed(*pictures(49, 90))
        wait_until(lambda: len(spans(store)) == 1 and spans(store)[0][1])
        assert counted(job, "deportment_frames_dropped_total", camera="c") >= 2
    assert spans(store) == [(60.0, 70.0, "cleared")]


def test_stopping_keeps_open_events_and_a_restart_goes_on_with_them(tmp_path):
    with SqlStore(str(tmp_path / "events.db")) as store:
        for part in (pictures(0, 10), pictures(20, 40)):
            stream = Fed()
            clock = Clock(part[0].at.minute * 60 + part[0].at.second - 0.1)
            job = watch(bench(store, site(), away=((2, 30),)), {"c": stream}, clock)
            with running(job):
                stream.feed(*part)
                wanted = len(part)
                wait_until(
                    lambda job=job, wanted=wanted: (
                        counted(job, "deportment_frames_total", camera="c") == wanted
                    )
                )
        assert spans(store) == [(2.0, 30.0, "cleared")]


def test_after_a_long_break_open_events_end_where_they_were_last_seen(tmp_path):
    with SqlStore(str(tmp_path / "events.db")) as store:
        stream = Fed()
        job = watch(bench(store, site(), away=((2, 99),)), {"c": stream})
        with running(job):
            stream.feed(*pictures(0, 10))
            wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 20)
        assert spans(store) == [(2.0, None, None)]
        with running(watch(bench(store, site()), {"c": Fed()}, Clock(1000))):
            wait_until(lambda: spans(store) == [(2.0, 9.5, "interrupted")])
        rows = store.coverage(["Wc"], "leaving_post", T0, T0 + timedelta(hours=1))
        assert sum(row.lost_s for row in rows) == pytest.approx(990, abs=2)


def test_open_events_of_a_camera_that_is_gone_are_closed(tmp_path):
    with SqlStore(str(tmp_path / "events.db")) as store:
        stream = Fed()
        job = watch(bench(store, site(), away=((2, 99),)), {"c": stream})
        with running(job):
            stream.feed(*pictures(0, 10))
            wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 20)
        with running(watch(bench(store, site(cameras=("d",))), {"d": Fed()}, Clock(20))):
            wait_until(lambda: spans(store) == [(2.0, 9.5, "interrupted")])


def test_a_reload_leaves_unchanged_cameras_alone():
    store, first = MemoryStore(), {"c": Fed(), "d": Fed()}
    second = {"d": Fed(), "e": Fed()}
    streams = dict(first)
    new = parse_site(site_text(cameras=("c", "d", "e")).replace("{id: d}", "{id: d, name: moved}"))
    job = watch(bench(store, site(cameras=("c", "d")), away=()), streams, load=lambda: new)
    with running(job):
        wait_until(lambda: set(job.health()) == {"c", "d"})
        untouched = job._cameras["c"]
        streams |= second
        job.reload()
        wait_until(lambda: set(job.health()) == {"c", "d", "e"})
        assert job._cameras["c"] is untouched
        assert (first["c"].stopped, first["d"].stopped) == (False, True)
        second["e"].feed(*pictures(0, 2, "e"))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="e") == 4)


def test_a_reload_of_a_wrong_site_changes_nothing():
    def load():
        return parse_site("site: {id: s}")

    stream = Fed()
    job = watch(bench(MemoryStore(), site(), away=()), {"c": stream}, load=load)
    with running(job):
        wait_until(lambda: "c" in job.health())
        job.reload()
        stream.feed(*pictures(0, 2))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 4)
        assert not stream.stopped


def test_a_window_that_moves_ends_its_events():
    moved = parse_site(site_text().replace("[1,1]", "[0.9,1]"))
    store, streams, clock = MemoryStore(), {"c": Fed()}, Clock()
    job = watch(bench(store, site(), away=((2, 99),)), streams, clock, load=lambda: moved)
    with running(job):
        streams["c"].feed(*pictures(0, 10))
        wait_until(lambda: counted(job, "deportment_frames_total", camera="c") == 20)
        streams["c"], clock.second = Fed(), 9.9
        job.reload()
        wait_until(lambda: spans(store) == [(2.0, 9.5, "interrupted")])


def test_frames_that_come_too_late_are_passed_over_evenly_and_counted():
    streams, clock = {"c": Fed(), "d": Fed()}, Clock()
    job = watch(bench(MemoryStore(), site(cameras=("c", "d")), away=()), streams, clock)

    def looked_at(camera):
        return counted(job, "deportment_frames_total", camera=camera)

    with running(job):
        for camera, stream in streams.items():
            stream.feed(*pictures(0, 0.5, camera))  # heard once: from here on it is not silent
            wait_until(lambda one=camera: looked_at(one) == 1)
        clock.second = 100
        for camera, stream in streams.items():
            stream.feed(*pictures(0.5, 25, camera))
        for camera in streams:
            wait_until(lambda one=camera: looked_at(one) == 10)
        wait_until(
            lambda: all(
                counted(job, "deportment_frames_dropped_total", camera=one) == 40 for one in streams
            )
        )


def test_no_more_cameras_than_there_are_slots_are_looked_at_at_once():
    names, inside, most = tuple("abcdefgh"), [], []

    def look(image):
        inside.append(image)
        most.append(len(inside))
        time.sleep(0.005)
        inside.pop()

    streams = {name: Fed() for name in names}
    made = bench(MemoryStore(), site(cameras=names), away=(), look=look)
    with running(watch(made, streams)) as job:
        for name, stream in streams.items():
            stream.feed(*pictures(0, 10, name))
        for name in names:
            wait_until(lambda one=name: counted(job, "deportment_frames_total", camera=one) == 20)
        wait_until(lambda: len(most) == 160)
    assert 1 < max(most) <= SLOTS


def test_a_database_that_fails_for_a_while_loses_nothing():
    failing = iter([None] * 3)

    def fail(_):
        for error in failing:
            del error
            raise StoreError("events.db: the database is locked")

    store, stream = MemoryStore(fail), Fed()
    job = watch(bench(store, site(), away=((2, 8),)), {"c": stream})
    with running(job):
        stream.feed(*pictures(0, 20))
        wait_until(lambda: spans(store) == [(2.0, 8.0, "cleared")])
    assert next(failing, "used up") == "used up"


def test_a_database_that_stays_away_is_an_error_in_the_end():
    def fail(_):
        raise StoreError("events.db: the disk is full")

    stream = Fed()
    job = watch(bench(MemoryStore(fail), site(), away=((2, 8),)), {"c": stream})
    stream.feed(*pictures(0, 20))
    with pytest.raises(StoreError, match="could not be stored"), running(job):
        wait_until(lambda: job._desk.blocked)


def test_a_full_disk_leaves_events_without_pictures():
    class Full(MemoryEvidence):
        def put(self, data):
            raise EvidenceError("evidence: the disk is full")

    store, stream = MemoryStore(), Fed()
    made = replace(bench(store, site(), away=((2, 8),)), evidence=Full())
    with running(watch(made, {"c": stream})):
        stream.feed(*pictures(0, 20))
        wait_until(lambda: spans(store) == [(2.0, 8.0, "cleared")])
    assert events(store)[0].evidence == ()


def test_a_failing_model_ends_the_run():
    def look(_):
        raise RuntimeError("broken")

    stream = Fed()
    stream.feed(*pictures(0, 2))
    job = watch(bench(MemoryStore(), site(), look=look), {"c": stream})
    with pytest.raises(RuntimeError, match="broken"):
        job.run()


def test_a_camera_without_address_is_a_mistake_at_the_start():
    def no_stream(_, camera_id):
        raise UsageError(f"camera {camera_id}: expected a URL")

    job = watch(bench(MemoryStore(), site()), {})
    job._open_stream = no_stream
    with pytest.raises(UsageError, match="camera c"):
        job.run()


def test_small_pictures_tell_presence():
    store, stream, clock = MemoryStore(), Fed(), Clock()
    job = watch(bench(store, site()), {"c": stream}, clock)
    small = [replace(one, is_sub=True, is_key=False) for one in pictures(2, 14)]
    with running(job):
        wait_until(job.health)
        for one in [*pictures(0, 2), *small]:
            clock.second = (one.at - T0).total_seconds()
            stream.feed(one)
            wait_until(lambda one=one: job._cameras["c"].watch._progress.at == one.at)
        wait_until(lambda: events(store))
    assert counted(job, "deportment_stream_frames_total", camera="c", stream="main") == 4
    assert counted(job, "deportment_stream_frames_total", camera="c", stream="sub") == 24
    assert [one.rule_id for one in events(store)] == ["leaving_post"]


def test_a_small_picture_says_nothing_of_what_a_view_supports():
    large = observation(person())
    outcome = Outcome("A", at(0), None, large, {}, (), ())
    known = {"A": _state(outcome, {})}
    seen = replace(large, is_sub=True, persons=(), post_px=large.post_px / 3)
    state = _state(replace(outcome, at=at(1), observation=seen), known)
    assert state.state == "absent"
    assert state.post_height_px == known["A"].post_height_px > seen.post_height_px
    assert state.px_per_m == known["A"].px_per_m


def test_a_sub_stream_is_counted_on_in_a_live_run_only():
    config = parse_site(
        site_text().replace("{id: c}", '{id: c, url: "rtsp://h", sub_url: "rtsp://h"}')
    )
    made = bench(MemoryStore(), config)
    assert not made.plan("c").has_sub
    assert watch(made, {})._bench.plan("c").has_sub
    assert not watch(bench(MemoryStore(), site()), {})._bench.plan("c").has_sub
