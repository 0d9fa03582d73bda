"""Running the models on the posts of one frame: everything that costs time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.observe.idle import Idle
from vision.observe.motion import Copy, change, changed_share, with_copy
from vision.observe.posts import Post, cut, inside_of
from vision.observe.staff import Staff, items_of, staff_in
from vision.observe.view import ViewMemory, view_of
from vision.ports import Detector, PoseEstimator
from vision.types import Cover, Detections, Frame, Image, Pose, View

POSE_MARGIN = 0.1
"""By which a person's box is widened for pose, in shares of its size."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the models saw in one post of one frame; pixels of the frame.

    Attributes:
        view: How good the view was.
        view_memory: For the next look at the same post.
        found: All boxes in the post.
        staff: The person boxes among them.
        poses: One per staff person, in their order; None until pose was run.
        cover: Who sits at the other windows of the group; None without one.
        client: Whether a client waits at the empty post; None where it was not looked.
        changed: Share of each staff person's picture that changed lately; None while unknown.
    """

    post: Post
    view: View
    view_memory: ViewMemory
    found: Detections
    staff: Staff
    poses: tuple[Pose | None, ...] | None = None
    cover: Cover | None = None
    client: bool | None = None
    changed: tuple[float | None, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the post can be seen and nobody is in it, beyond doubt."""
        return self.view.usable and not len(self.staff.present) and self.staff.is_sure

    def items(self, number: int) -> Detections:
        """The things at staff person ``number``."""
        return items_of(self.staff.present.xyxy[number], self.staff.present, self.found)


def look(
    frame: Frame,
    posts: Sequence[Post],
    memories: Sequence[ViewMemory],
    detector: Detector,
    neighbours: Sequence[Post] = (),
    held: Sequence[NDArray[np.float32]] = (),
) -> list[Look]:
    """Detect in all posts in one batch; an unusable view is not looked into.

    Args:
        frame: The picture.
        posts: Where to look.
        memories: Of each post's view, in the same order.
        detector: Finds the boxes.
        neighbours: All posts of the camera, also those not looked at now.
        held: (K, 4) of each post: last boxes of those seen there a moment ago.
    """
    crops = [cut(frame.image, post) for post in posts]
    views = [
        view_of(crop, frame.at, memory, inside_of(post, crop.shape[:2]))
        for crop, memory, post in zip(crops, memories, posts, strict=True)
    ]
    copies = [Copy.of(crop, frame.at) for crop in crops]
    detected = _found(crops, copies, views, detector)
    looks = []
    for number, (post, (view, memory)) in enumerate(zip(posts, views, strict=True)):
        local, copy = detected[number], copies[number]
        found = local.shifted(post.box_px[0], post.box_px[1])
        others = [other for other in neighbours if other.window_id != post.window_id]
        staff = staff_in(post, found, others, *held[number : number + 1])
        memory = replace(
            memory, idle=_idle(memory.idle, copy, local, staff) if view.usable else None
        )
        looks.append(Look(post, view, memory, found, staff))
    return [_moved(one, copy, looks) for one, copy in zip(looks, copies, strict=True)]


def _moved(one: Look, copy: Copy, looks: Sequence[Look]) -> Look:
    """The look with how much of each person changed; those at the other posts may overlap."""
    copies, own = one.view_memory.copies, one.staff.present.xyxy
    changes = change(copies, copy)
    beside = [other.staff.present.xyxy for other in looks if other is not one]
    changed = tuple(
        changed_share(
            changes, one.post.box_px, box, np.concatenate([np.delete(own, number, 0), *beside])
        )
        for number, box in enumerate(own)
    )
    memory = replace(one.view_memory, copies=with_copy(copies, copy))
    return replace(one, view_memory=memory, changed=changed)


def _found(
    crops: Sequence[Image],
    copies: Sequence[Copy],
    views: Sequence[tuple[View, ViewMemory]],
    detector: Detector,
) -> list[Detections]:
    """The boxes in each crop: of an empty post that has not changed, those known from before."""
    found: list[Detections | None] = [
        (memory.idle.again(copy) if memory.idle else None) if view.usable else Detections.empty()
        for copy, (view, memory) in zip(copies, views, strict=True)
    ]
    wanted = [number for number, boxes in enumerate(found) if boxes is None]
    seen = dict(zip(wanted, detector.detect([crops[n] for n in wanted]), strict=True))
    return [seen[number] if boxes is None else boxes for number, boxes in enumerate(found)]


def _idle(before: Idle | None, copy: Copy, local: Detections, staff: Staff) -> Idle | None:
    """What to remember of an empty post; what was known and holds is not made younger."""
    if len(staff.present) or not staff.is_sure:
        return None
    if before is not None and before.again(copy) is not None:
        return before
    return Idle.of(copy, local)


def waits_for_pose(one: Look) -> bool:
    """Whether there is anybody whose pose could be taken and was not yet."""
    return one.poses is None and len(one.staff.present) > 0


def with_pose(frame: Frame, looks: Sequence[Look], estimator: PoseEstimator) -> list[Look]:
    """Run pose on every staff person of these looks, all of them in one call."""
    boxes = [pose_box(box, one.post) for one in looks for box in one.staff.present.xyxy]
    crops = [_crop(frame.image, box) for box in boxes]
    found = iter(zip(boxes, estimator.estimate(crops), strict=True))
    done = []
    for one in looks:
        taken = [next(found) for _ in range(len(one.staff.present))]
        poses = tuple(pose and pose.shifted(box[0], box[1]) for box, pose in taken)
        done.append(replace(one, poses=poses))
    return done


def pose_box(box: NDArray[np.float32], post: Post) -> tuple[int, int, int, int]:
    """What pose is given of a person: the box with a margin, whole pixels, inside the post."""
    margin = POSE_MARGIN * (box[2:] - box[:2])
    low = np.floor(np.maximum(box[:2] - margin, post.box_px[:2])).astype(int)
    high = np.ceil(np.minimum(box[2:] + margin, post.box_px[2:])).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _crop(image: Image, box: tuple[int, ...]) -> Image:
    left, top, right, bottom = box
    return image[top:bottom, left:right]
