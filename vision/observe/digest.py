"""From a look to an observation: pure, and all memory of a post in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from vision.observe.clients import ClientMemory, waited
from vision.observe.fixtures import Fixture, learn_fixtures, without_fixtures
from vision.observe.look import Look, pose_box
from vision.observe.tracker import TrackerState, associate
from vision.observe.view import ViewMemory
from vision.posture import PostureTrack, follow
from vision.types import Observation, Person


@dataclass(frozen=True, slots=True)
class WindowMemory:
    """What is remembered of one post between looks; serialisable.

    Attributes:
        view: For the frozen-picture check.
        tracker: The presences.
        fixtures: Things that lie there and are nobody's conduct.
        postures: Track id to what is known of that presence's upright posture.
        pose_at: When pose was last run; None before the first time.
        client: Since when a client has been waiting at the empty post.
    """

    view: ViewMemory = field(default_factory=ViewMemory)
    tracker: TrackerState = field(default_factory=TrackerState)
    fixtures: tuple[Fixture, ...] = ()
    postures: Mapping[int, PostureTrack] = field(default_factory=dict)
    pose_at: datetime | None = None
    client: ClientMemory = field(default_factory=ClientMemory)


def digest(
    memory: WindowMemory, look: Look, camera_id: str, at: datetime
) -> tuple[WindowMemory, Observation]:
    """Match the look with what is known, and build the observation."""
    tracker, ids = associate(memory.tracker, look.staff.present.xyxy, at)
    things = without_fixtures(look.found, memory.fixtures)
    known = {track.track_id for track in tracker.tracks}
    postures = {key: value for key, value in memory.postures.items() if key in known}
    persons = []
    for number, track_id in enumerate(ids):
        before = postures.get(track_id, look.post.fresh)
        track, person = _person(replace(look, found=things), number, track_id, before, at)
        if look.poses is not None:
            postures[track_id] = track
        persons.append(person)
    posed = look.poses is not None
    client, wait_s = waited(memory.client, look.client, at)
    after = WindowMemory(
        view=look.view_memory,
        tracker=tracker,
        fixtures=learn_fixtures(memory.fixtures, look.found, persons, at),
        postures=postures,
        pose_at=at if posed else memory.pose_at,
        client=client,
    )
    return after, Observation(
        window_id=look.post.window_id,
        camera_id=camera_id,
        at=at,
        view=look.view,
        post_px=look.post.polygon_px,
        persons=tuple(persons),
        doubtful_persons=look.staff.doubtful,
        pose_run=posed,
        cover=look.cover,
        client_wait_s=wait_s,
    )


def _person(
    look: Look, number: int, track_id: int, track: PostureTrack, at: datetime
) -> tuple[PostureTrack, Person]:
    box = look.staff.present.xyxy[number]
    confidence = float(look.staff.present.confidence[number])
    changed = look.changed[number] if look.changed else None
    if look.poses is None:
        return track, Person(track_id, box, confidence, look.items(number), changed_share=changed)
    pose = look.poses[number]
    bounds = np.array(pose_box(box, look.post), np.float32)
    track, reading = follow(track, pose, bounds, box, at)
    return track, Person(
        track_id, box, confidence, look.items(number), pose,
        reading.posture, reading.baseline, changed,
    )  # fmt: skip
