"""Looking at the windows of one frame: models, cover within groups, clients at empty posts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vision.monitor import HOLD_S
from vision.observe import (
    Look,
    Post,
    clients_waiting,
    cover_from,
    digest,
    held_boxes,
    look,
    waits_for_pose,
    with_closeups,
    with_pose,
    without_fixtures,
)
from vision.pipeline.judge import glanced, remembered, verdicts_of
from vision.pipeline.plan import CameraPlan, Duty, Roster, WindowPlan
from vision.pipeline.progress import CameraProgress, WindowProgress
from vision.ports import Detector, PoseEstimator
from vision.types import Frame, Observation, Verdict
from vision.types.exemption import ABSENCE_RULES

ITEM_CONFIDENCE = 0.25
"""A thing of at least this confidence makes pose worth its cost."""

CALM_S = 2.0
"""How long after its last violation an undecided rule is still suspicious."""

EARLY_S = 0.05
FRESH = WindowProgress()


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A look turned into verdicts, not yet accounted for."""

    look: Look
    observation: Observation
    verdicts: dict[str, Verdict]
    progress: WindowProgress


class Sight:
    """Runs the models on the windows of a camera.

    Args:
        plan: Its windows and rules.
        detector: Shared between cameras.
        pose: Shared between cameras.
    """

    def __init__(self, plan: CameraPlan, detector: Detector, pose: PoseEstimator) -> None:
        self._plan = plan
        self._detector = detector
        self._pose = pose
        self._posts: dict[tuple[int, int], dict[str, Post]] = {}

    def see(
        self,
        frame: Frame,
        windows: Sequence[WindowPlan],
        progress: CameraProgress,
        roster: Roster,
        closely: bool,
    ) -> dict[str, Seen]:
        """Run the models on these windows; ``closely`` also where only routine asks for pose.

        A picture of a sub-stream is not looked at closely in any case.
        """
        states = [progress.windows.get(window.window_id, FRESH) for window in windows]
        duties = [roster.in_force(window, frame.at) for window in windows]
        posts = self._posts_in(frame.size_px)
        memories = [state.sub_memory if frame.is_sub else state.memory for state in states]
        looks = look(
            frame,
            [posts[window.window_id] for window in windows],
            [memory.view for memory in memories],
            self._detector,
            tuple(posts.values()),
            [held_boxes(memory.tracker, frame.at) for memory in memories],
        )
        looks = self._with_cover(looks, roster, frame.at)
        looks = self._with_clients(frame, windows, looks, duties)
        if not frame.is_sub:
            looks = self._with_poses(frame, looks, duties, states, closely)
        is_alone = without_main(progress, frame.at)
        return {
            window.window_id: self.judged(one, state, due, frame, is_alone)
            for window, one, state, due in zip(windows, looks, states, duties, strict=True)
        }

    def judged(
        self,
        one: Look,
        state: WindowProgress,
        duties: Sequence[Duty],
        frame: Frame,
        is_alone: bool = False,
    ) -> Seen:
        """A look as an observation, with the verdicts of the rules in force."""
        if frame.is_sub:
            return self._glanced(one, state, duties, frame.at, is_alone)
        memory, observation = digest(state.memory, one, self._plan.camera_id, frame.at)
        state, observation = remembered(replace(state, memory=memory), observation)
        return Seen(one, observation, verdicts_of(duties, observation), state)

    def _glanced(
        self,
        one: Look,
        state: WindowProgress,
        duties: Sequence[Duty],
        at: datetime,
        is_alone: bool,
    ) -> Seen:
        """A look at a small picture; it has a memory of its own, for its pixels are others."""
        before = replace(state.sub_memory, client=state.memory.client)
        memory, observation = digest(before, one, self._plan.camera_id, at)
        state = replace(
            state, sub_memory=memory, memory=replace(state.memory, client=memory.client)
        )
        state, observation = remembered(state, replace(observation, is_sub=True))
        return Seen(one, observation, glanced(duties, observation, is_alone), state)

    def _with_cover(self, looks: list[Look], roster: Roster, at: datetime) -> list[Look]:
        seen = {one.post.window_id: one for one in looks}
        covered = []
        for one in looks:
            window_id = one.post.window_id
            group = self._plan.group_of(window_id)
            if group is None:
                covered.append(one)
                continue
            others = [
                seen.get(other)
                for other in sorted(group.window_ids - {window_id})
                if not roster.is_closed(other, at)
            ]
            quota = sum(w.quota for w in self._plan.windows if w.window_id in group.window_ids)
            cover = cover_from(others, roster.required(group, at), quota)
            covered.append(replace(one, cover=cover))
        return covered

    def _with_clients(
        self,
        frame: Frame,
        windows: Sequence[WindowPlan],
        looks: list[Look],
        duties: Sequence[Sequence[Duty]],
    ) -> list[Look]:
        """Look for waiting clients, where an absence would count and nowhere else."""
        areas = {
            number: area
            for number, (window, one) in enumerate(zip(windows, looks, strict=True))
            if one.is_empty
            and any(duty.rule.rule_id in ABSENCE_RULES for duty in duties[number])
            and (area := window.public(frame.size_px)) is not None
        }
        posts = tuple(self._posts_in(frame.size_px).values())
        waiting = clients_waiting(frame, tuple(areas.values()), posts, self._detector)
        for number, anybody in zip(areas, waiting, strict=True):
            looks[number] = replace(looks[number], client=anybody)
        return looks

    def _with_poses(
        self,
        frame: Frame,
        looks: list[Look],
        duties: Sequence[Sequence[Duty]],
        states: Sequence[WindowProgress],
        closely: bool,
    ) -> list[Look]:
        wanted = [
            number
            for number, one in enumerate(looks)
            if _wants_pose(one, duties[number], states[number], frame.at, closely)
        ]
        posed = with_pose(frame, [looks[number] for number in wanted], self._pose)
        posed = with_closeups(frame, posed, self._detector)
        for number, one in zip(wanted, posed, strict=True):
            looks[number] = one
        return looks

    def _posts_in(self, size_px: tuple[int, int]) -> dict[str, Post]:
        if size_px not in self._posts:
            self._posts = {
                size_px: {window.window_id: window.post(size_px) for window in self._plan.windows}
            }
        return self._posts[size_px]


def without_main(progress: CameraProgress, at: datetime) -> bool:
    """Whether the main stream has given nothing for longer than a verdict holds."""
    seen_at = progress.main_at
    return seen_at is None or (at - seen_at).total_seconds() > HOLD_S


def _wants_pose(
    one: Look, duties: Sequence[Duty], state: WindowProgress, at: datetime, closely: bool
) -> bool:
    if not waits_for_pose(one):
        return False
    pose_at = state.memory.pose_at
    waited_s = (at - pose_at).total_seconds() if pose_at else float("inf")
    for duty in duties:
        every_s = duty.pose_every_s
        if closely and every_s is not None and waited_s >= every_s - EARLY_S:
            return True
        if duty.rule.labels and (_holds(one, duty, state) or _suspects(duty, state)):
            return True
    return False


def _suspects(duty: Duty, state: WindowProgress) -> bool:
    """Whether the rule saw a violation when it last looked, or a moment before."""
    monitor = state.monitors.get(duty.rule.rule_id)
    return monitor is not None and (monitor.is_violating or monitor.is_undecided(CALM_S))


def _holds(one: Look, duty: Duty, state: WindowProgress) -> bool:
    """Whether something that the rule is about, and that does not always lie there, is at hand."""
    moving = replace(one, found=without_fixtures(one.found, state.memory.fixtures))
    return any(
        len(moving.items(number).only(*duty.rule.labels).above(ITEM_CONFIDENCE))
        for number in range(len(one.staff.present))
    )
