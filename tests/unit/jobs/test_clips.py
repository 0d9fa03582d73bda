"""Clips out of files and rings: the right seconds, blurred unless told otherwise, bounded."""

import io
from dataclasses import replace
from datetime import timedelta

import av
import numpy as np
import pytest
import structlog

from tests.builders import T0
from tests.media import number_in, numbered, write_video
from tests.stored import event
from vision.config import parse_site
from vision.errors import ConfigError, EvidenceError, StoreError
from vision.evidence.clip import encode_clip
from vision.jobs.audit import audit_input
from vision.jobs.clipped import TellingStore
from vision.jobs.cliproom import ClipCollector, ClipRoom
from vision.jobs.inputs import Input
from vision.ports import Batch
from vision.sources.annexb import with_start_codes
from vision.sources.container import FootageFile
from vision.sources.cut import Coded, cut_file
from vision.sources.live.ring import PacketRing
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.stores import MemoryEvidence, MemoryStore
from vision.types import Detections, Label
from vision.wiring import Bench, Models, rules_with

FPS = 10
TEXT = """
site: {id: s}
cameras: [{id: c}]
windows: [{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}]
rules: {leaving_post: {dwell_s: 3}}
"""
NOBODY = Detections.empty()
LOG = structlog.wrap_logger(structlog.testing.ReturnLogger())


def site(evidence: str = "{}"):
    return parse_site(TEXT + f"evidence: {evidence}\n")


def models(found=NOBODY):
    thresholds = dict.fromkeys(Label, 0.5)
    return Models(ScriptedDetector(lambda image: found), ScriptedPose(), "d", "p", thresholds)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return write_video(folder / "clip.mp4", 30 * FPS, fps=FPS, gop=2 * FPS, b_frames=2)


def at(seconds):
    return T0 + timedelta(seconds=seconds)


def pictures(data):
    with av.open(io.BytesIO(data)) as file:
        return [frame.to_ndarray(format="bgr24") for frame in file.decode(video=0)]


def test_a_cut_gives_the_pictures_of_its_span(clip):
    cut = cut_file(clip, T0, at(7), at(9))
    frames = list(cut.frames("c", at(7), at(9), 5))
    assert [number_in(frame.image) for frame in frames] == list(range(70, 91, 2))
    assert [frame.at for frame in frames] == [at(n / 10) for n in range(70, 91, 2)]


def test_a_span_that_the_file_has_not(clip):
    assert cut_file(clip, T0, at(99), at(109)) is None or not list(
        cut_file(clip, T0, at(99), at(109)).frames("c", at(99), at(109), 5)
    )


def test_as_recorded_the_packets_are_the_same_pictures(clip):
    data = cut_file(clip, T0, at(7), at(9)).remuxed()
    numbers = [number_in(image) for image in pictures(data)]
    assert numbers[0] == 60
    assert set(range(70, 91)) <= set(numbers)
    assert data.find(b"moov") < data.find(b"mdat")


@pytest.mark.parametrize(
    ("data", "extradata", "is_key", "expected"),
    [
        (b"\0\0\0\1x", None, True, b"\0\0\0\1x"),
        (b"\0\0\0\1x", b"\0\0\0\1S", True, b"\0\0\0\1S\0\0\0\1x"),
        (b"\0\0\0\1x", b"\0\0\0\1S", False, b"\0\0\0\1x"),
        (b"\0\0\0\2xy", b"\1abc\xff\xe1\0\1S\1\0\1P", False, b"\0\0\0\1xy"),
        (b"\0\0\0\2xy", b"\1abc\xff\xe1\0\1S\1\0\1P", True, b"\0\0\0\1S\0\0\0\1P\0\0\0\1xy"),
    ],
)
def test_start_codes(data, extradata, is_key, expected):
    assert with_start_codes(data, extradata, is_key) == expected


def audited(clip, evidence, found=NOBODY):
    store, kept = MemoryStore(), MemoryEvidence()
    bench = Bench.of(site(evidence), models(found), store, kept)
    audit_input(bench, Input(clip, "c", T0, 30.0))
    (found_event,) = store._all()
    return found_event, kept, bench


def test_an_audit_makes_no_clips_unless_it_is_asked_to(clip):
    found, _, _ = audited(clip, "{}")
    assert {item.kind for item in found.evidence} == {"snapshot"}


def test_a_blurred_clip_shows_nothing_of_a_post_in_which_nobody_was_found(clip):
    found, kept, _ = audited(clip, "{audit_clips: blurred, before_s: 2, after_s: 3}")
    (item,) = [one for one in found.evidence if one.kind == "clip"]
    shown = pictures(kept.get(item.sha256))
    assert item.at == found.confirmed_at - timedelta(seconds=2)
    assert len(shown) == 26
    sharp = numbered(0).astype(int)
    assert all(number_in(image) != 0 or np.abs(image - sharp).mean() > 3 for image in shown)


def test_a_plain_clip_is_the_recording(clip):
    found, kept, _ = audited(clip, "{audit_clips: plain, before_s: 1, after_s: 1}")
    (item,) = [one for one in found.evidence if one.kind == "clip"]
    confirmed = round((found.confirmed_at - T0).total_seconds() * FPS)
    assert confirmed in [number_in(image) for image in pictures(kept.get(item.sha256))]


def test_a_clip_on_a_full_disk_ends_an_audit_that_can_be_repeated(clip, monkeypatch):
    def full(self, data):
        raise EvidenceError("evidence folder: the disk is full")

    monkeypatch.setattr(MemoryEvidence, "put", full)
    with pytest.raises(EvidenceError, match="the disk is full"):
        audited(clip, "{audit_clips: blurred}")


def test_nothing_is_encoded_of_no_pictures():
    assert encode_clip([]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{clips: sharp}", "evidence.clips"),
        ("{clip: off}", "unknown key; did you mean 'clips'?"),
        ("{before_s: 31}", "evidence.before_s"),
        ("{fps: 0}", "evidence.fps"),
    ],
)
def test_mistakes_are_named(text, expected):
    with pytest.raises(ConfigError, match=r"site\.yaml:6: evidence") as caught:
        site(text)
    assert expected in str(caught.value)


def packets(path):
    file = FootageFile(path)
    coded = Coded.like(file.codec_context, file.timeline)
    found = list(file.packets())
    file.close()
    return coded, found


def test_a_ring_keeps_whole_groups_within_its_bounds(clip):
    coded, found = packets(clip)
    ring = PacketRing(5.0, 10**9)
    ring.open(coded, lambda us: T0 + timedelta(microseconds=us))
    for packet in found:
        ring.put(packet)
    cut = ring.cut(at(26), at(29))
    assert cut.packets[0].is_key
    numbers = [number_in(frame.image) for frame in cut.frames("c", at(26), at(29), 10)]
    assert numbers == list(range(260, 291))
    assert ring.cut(at(5), at(8)) is None
    small = PacketRing(99.0, found[0].packet.size * 3)
    small.open(coded, lambda us: T0)
    for packet in found:
        small.put(packet)
        assert small.bytes_kept <= found[0].packet.size * 3


def test_a_new_connection_empties_the_ring(clip):
    coded, found = packets(clip)
    ring = PacketRing(99.0, 10**9)
    ring.open(coded, lambda us: T0 + timedelta(microseconds=us))
    ring.put(found[0])
    assert ring.newest() == T0
    ring.open(coded, lambda us: T0)
    assert ring.newest() is None
    assert ring.bytes_kept == 0


class Clock:
    def __init__(self):
        self.at = at(20)

    def __call__(self):
        return self.at


def room(clip, evidence="{before_s: 2, after_s: 2}", store=None):
    clock, store, kept = Clock(), store or MemoryStore(), MemoryEvidence()
    found = models()
    made = ClipRoom(found, store, kept, rules_with(found.thresholds), site(evidence), LOG, clock)
    ring = made.ring(site(evidence), "c")
    coded, read = packets(clip)
    ring.open(coded, lambda us: T0 + timedelta(microseconds=us))
    return made, clock, store, ring, read


def opened(name="e", second=20):
    return replace(
        event(name, 0, None, window_id="A", camera_id="c", evidence=()), confirmed_at=at(second)
    )


def test_the_clip_of_a_live_event_is_made_once_its_seconds_are_there(clip):
    made, clock, store, ring, read = room(clip)
    telling = TellingStore(store, made.stored)
    for packet in read:
        made.round()
        ring.put(packet)
        telling.commit(Batch([opened()] if packet.index == 205 else []))
        clock.at = at(packet.at_us / 1e6)
    made.round()
    assert [item.kind for item in store.event("e").evidence] == ["clip"]
    assert made.outcomes == {"made": 1}
    telling.commit(Batch([opened()]))
    made.round()
    assert made.outcomes == {"made": 1}


def test_what_does_not_fit_is_given_up_and_counted(clip):
    made, clock, *_ = room(clip)
    made.stored([opened(f"{n}") for n in range(66)])
    clock.at = at(60)
    made.round()
    assert made.outcomes == {"dropped": 2, "late": 64}
    samples = {
        sample.labels["outcome"]: sample.value
        for metric in ClipCollector(lambda: made.outcomes).collect()
        for sample in metric.samples
    }
    assert samples == {"made": 0, "dropped": 2, "late": 64, "failed": 0}


def test_a_full_disk_costs_the_clip_and_not_the_event(clip, monkeypatch):
    made, clock, store, ring, read = room(clip)
    store.commit(Batch([opened()]))
    made.stored([opened()])
    for packet in read:
        ring.put(packet)

    def full(self, data):
        raise EvidenceError("evidence folder: the disk is full")

    monkeypatch.setattr(MemoryEvidence, "put", full)
    clock.at = at(29)
    made.round()
    assert made.outcomes == {"failed": 1}
    assert store.event("e").evidence == ()


def test_a_locked_database_delays_the_clip(clip, monkeypatch):
    made, clock, store, ring, read = room(clip)
    store.commit(Batch([opened()]))
    made.stored([opened()])
    for packet in read:
        ring.put(packet)

    def locked(*_):
        raise StoreError("locked")

    clock.at = at(29)
    with monkeypatch.context() as patched:
        patched.setattr(store, "attach", locked)
        made.round()
    assert made.outcomes == {}
    made.round()
    assert made.outcomes == {"made": 1}


def test_without_clips_no_packets_are_kept(clip):
    made, _, _, _, _ = room(clip)
    assert made.ring(site("{clips: off}"), "c") is None
    made.take_on(site("{clips: off}"))
    made.stored([opened()])
    made.round()
    assert made.outcomes == {}
