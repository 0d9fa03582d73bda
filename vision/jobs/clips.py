"""Clips of events: seconds around the confirmation, cut from packets or from a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vision.config import ClipMode, EvidenceConfig, SiteConfig
from vision.evidence.clip import clip_picture, encode_clip, surroundings
from vision.jobs.inputs import Input
from vision.observe import Post, WindowMemory, digest, look, post_of, with_pose
from vision.sources.cut import Cut, cut_file
from vision.types import Event, Evidence, Frame, Image, Label
from vision.wiring import Bench, Models, shown_labels


@dataclass(frozen=True, slots=True)
class Wish:
    """A clip that is wanted.

    Attributes:
        at: Confirmation of the event, UTC.
        labels: Classes of the things that it is about.
    """

    event_id: str
    camera_id: str
    window_id: str
    at: datetime
    labels: frozenset[Label]

    @classmethod
    def of(cls, event: Event, labels: frozenset[Label]) -> "Wish":
        """The clip of an event."""
        return cls(event.id, event.camera_id, event.window_id, event.confirmed_at, labels)

    def span(self, settings: EvidenceConfig) -> tuple[datetime, datetime]:
        """What the clip shows."""
        before, after = timedelta(seconds=settings.before_s), timedelta(seconds=settings.after_s)
        return self.at - before, self.at + after


def add_clips(bench: Bench, one: Input, events: Iterable[Event]) -> None:
    """Clips of stored events, out of the file that they were found in; those that lack one.

    Off unless the site says otherwise; a folder of pictures gives none.

    Raises:
        EvidenceError: If a clip cannot be stored.
    """
    mode = bench.site.evidence.audit_clips
    if mode == "off" or one.path.is_dir():
        return
    for event in tuple(events):
        if any(item.kind == "clip" for item in event.evidence):
            continue
        wish = Wish.of(event, shown_labels(bench.rules, event.rule_id))
        cut = cut_file(one.path, one.start, *wish.span(bench.site.evidence))
        made = render(wish, cut, bench.site, mode, bench.models) if cut else None
        if made is not None:
            item = replace(made[0], sha256=bench.evidence.put(made[1]))
            bench.store.attach(event.id, item)


def render(
    wish: Wish, cut: Cut, site: SiteConfig, mode: ClipMode, models: Models
) -> tuple[Evidence, bytes] | None:
    """The clip, without its hash; None where there is nothing to show.

    Raises:
        EvidenceError: If it cannot be encoded.
    """
    start, end = wish.span(site.evidence)
    data = None
    if mode == "plain":
        data = cut.remuxed() or encode_clip(
            (frame.at, frame.image) for frame in cut.frames(wish.camera_id, start, end, 25)
        )
    elif mode == "blurred":
        frames = cut.frames(wish.camera_id, start, end, site.evidence.fps)
        data = encode_clip(_blurred(wish, frames, site, models))
    return None if data is None else (Evidence("clip", start, "", "video/mp4"), data)


def _blurred(
    wish: Wish, frames: Iterator[Frame], site: SiteConfig, models: Models
) -> Iterator[tuple[datetime, Image]]:
    """Every picture is looked at by itself, so that no head moves out of its blur."""
    memory = WindowMemory()
    windows = site.windows_of(wish.camera_id)
    for frame in frames:
        posts = {one.id: post_of(one.id, one.post, frame.size_px) for one in windows}
        if wish.window_id not in posts:
            return
        part, moved = _part(frame, posts[wish.window_id], tuple(posts.values()))
        own = next(post for post in moved if post.window_id == wish.window_id)
        seen = look(part, [own], [memory.view], models.detector, moved)
        seen = with_pose(part, seen, models.pose)
        memory, observation = digest(memory, seen[0], frame.camera_id, frame.at)
        yield frame.at, clip_picture(part.image, observation, wish.labels)


def _part(frame: Frame, own: Post, posts: tuple[Post, ...]) -> tuple[Frame, list[Post]]:
    """The surroundings of a post as a picture of their own, and the posts in its pixels."""
    left, top, right, bottom = surroundings(own.box_px, frame.size_px)
    part = Frame(frame.camera_id, frame.at, frame.image[top:bottom, left:right])
    return part, [post.shifted(-left, -top, part.size_px) for post in posts]
