"""The analysis of one camera: which pictures to look at, how closely, and what came of it.

Base frames (mostly key frames) are looked at for all windows. Where a sharp verdict differs from
the one before, the span in between is looked at again, densely, before the base frame counts; so
boundaries are exact although most pictures are never decoded. While a quick rule is undecided the
source is asked for a burst. Both decisions depend on media time and verdicts only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vision.errors import DamagedSource
from vision.observe import Look, Post, digest, look, waits_for_pose, with_pose, without_fixtures
from vision.pipeline.judge import Outcome, account, verdicts_of, wind_up
from vision.pipeline.plan import CameraPlan, Duty, WindowPlan
from vision.pipeline.progress import CameraProgress, WindowProgress
from vision.pipeline.turns import Turn, wound_up
from vision.ports import Detector, FrameSource, PoseEstimator
from vision.types import Frame, Observation, Verdict

ITEM_CONFIDENCE = 0.25
"""A thing of at least this confidence makes pose worth its cost."""

BURST_CALM_S = 2.0
"""A burst goes on for so long after the last violation: ten compliant looks at 5 a second."""

_EARLY_S = 0.05
_FRESH = WindowProgress()


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A look turned into verdicts, not yet accounted for."""

    look: Look
    observation: Observation
    verdicts: dict[str, Verdict]
    progress: WindowProgress


class CameraPipeline:
    """Analyses the frames of one camera.

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

    def run(self, source: FrameSource, progress: CameraProgress | None = None) -> Iterator[Turn]:
        """Analyse a source to its end.

        Args:
            source: Gives frames later than ``progress.at``.
            progress: Of an earlier, interrupted run; None to start afresh.

        Yields:
            One turn per base frame, and a last one that closes what is open.

        Raises:
            DamagedSource: After that last turn, if the source broke off.
        """
        progress = progress or CameraProgress()
        source.burst(progress.bursting)
        end, damage = progress.at, None
        try:
            for frame in source.frames():
                turn = self.turn(frame, source, progress)
                progress, end = turn.progress, frame.at + timedelta(seconds=frame.duration_s)
                yield turn
        except DamagedSource as error:
            damage = error
        if end is not None:
            yield wound_up(self._plan, progress, end, "source_ended", end)
        if damage is not None:
            raise damage

    def turn(self, frame: Frame, source: FrameSource, progress: CameraProgress) -> Turn:
        """Analyse one base frame, later than ``progress.at``, that ``source`` has just given."""
        if not self._plan.schedule.on_duty(frame.at):
            return wound_up(self._plan, progress, frame.at, "schedule_ended")
        progress, outcomes = self._out_of_season(progress, frame.at)
        due = [window for window in self._plan.windows if self._is_due(window, frame, progress)]
        seen = self._see(frame, due, progress, closely=True)
        changed = [window for window in due if self._has_changed(window, seen[window.window_id])]
        if changed and progress.at is not None and not progress.bursting:
            for between in source.between(progress.at, frame.at):
                progress, looked = self._account(
                    between, changed, self._see(between, changed, progress, closely=False), progress
                )
                outcomes += looked
        seen = self._again(seen, progress, frame)
        progress, looked = self._account(frame, due, seen, progress)
        wanted = any(self._wants_burst(window, progress) for window in self._plan.windows)
        source.burst(wanted)
        progress = replace(progress, at=frame.at, bursting=wanted)
        return Turn(frame.at, progress, (*outcomes, *looked))

    def _see(
        self, frame: Frame, windows: Sequence[WindowPlan], progress: CameraProgress, closely: bool
    ) -> dict[str, _Seen]:
        """Run the models on these windows; ``closely`` also where only routine asks for pose."""
        month = self._plan.month(frame.at)
        states = [progress.windows.get(window.window_id, _FRESH) for window in windows]
        posts = self._posts_in(frame.size_px)
        looks = look(
            frame,
            [posts[window.window_id] for window in windows],
            [state.memory.view for state in states],
            self._detector,
            tuple(posts.values()),
        )
        duties = [tuple(window.in_force(month)) for window in windows]
        wanted = [
            number
            for number, one in enumerate(looks)
            if _wants_pose(one, duties[number], states[number], frame.at, closely)
        ]
        posed = with_pose(frame, [looks[number] for number in wanted], self._pose)
        for number, one in zip(wanted, posed, strict=True):
            looks[number] = one
        return {
            window.window_id: self._seen(one, state, tuple(window.in_force(month)), frame.at)
            for window, one, state in zip(windows, looks, states, strict=True)
        }

    def _seen(
        self, one: Look, state: WindowProgress, duties: Sequence[Duty], at: datetime
    ) -> _Seen:
        memory, observation = digest(state.memory, one, self._plan.camera_id, at)
        verdicts = verdicts_of(duties, observation)
        return _Seen(one, observation, verdicts, replace(state, memory=memory))

    def _again(
        self, seen: dict[str, _Seen], progress: CameraProgress, frame: Frame
    ) -> dict[str, _Seen]:
        """The same looks, digested on top of what was learnt in between."""
        month = self._plan.month(frame.at)
        again = dict(seen)
        for window in self._plan.windows:
            one = seen.get(window.window_id)
            state = progress.windows.get(window.window_id, _FRESH)
            if one is not None and state.seen_at != one.progress.seen_at:
                duties = tuple(window.in_force(month))
                again[window.window_id] = self._seen(one.look, state, duties, frame.at)
        return again

    def _account(
        self,
        frame: Frame,
        windows: Sequence[WindowPlan],
        seen: dict[str, _Seen],
        progress: CameraProgress,
    ) -> tuple[CameraProgress, list[Outcome]]:
        states, outcomes = dict(progress.windows), []
        for window in windows:
            one = seen[window.window_id]
            states[window.window_id], outcome = account(
                one.progress, window, one.verdicts, one.observation, frame
            )
            outcomes.append(outcome)
        return replace(progress, windows=states), outcomes

    def _is_due(self, window: WindowPlan, frame: Frame, progress: CameraProgress) -> bool:
        state = progress.windows.get(window.window_id, _FRESH)
        if not progress.bursting or frame.is_key or state.seen_at is None:
            return True
        waited_s = (frame.at - state.seen_at).total_seconds()
        longest_s = self._plan.sampling.max_interval_s - _EARLY_S
        return waited_s >= longest_s or self._wants_burst(window, progress)

    def _has_changed(self, window: WindowPlan, one: _Seen) -> bool:
        """Whether a sharp rule's answer differs from the one that holds."""
        for rule_id, verdict in one.verdicts.items():
            held = one.progress.monitors[rule_id].held if rule_id in one.progress.monitors else None
            if held is None or held.is_unknown or verdict.is_unknown:
                continue
            if held.kind is not verdict.kind and window.duty(rule_id).is_sharp:
                return True
        return False

    def _wants_burst(self, window: WindowPlan, progress: CameraProgress) -> bool:
        state = progress.windows.get(window.window_id, _FRESH)
        return self._plan.sampling.mode == "adaptive" and any(
            monitor.is_undecided(BURST_CALM_S) and window.duty(rule_id).is_quick
            for rule_id, monitor in state.monitors.items()
        )

    def _out_of_season(
        self, progress: CameraProgress, at: datetime
    ) -> tuple[CameraProgress, list[Outcome]]:
        month = self._plan.month(at)
        states, outcomes = dict(progress.windows), []
        for window in self._plan.windows:
            state = states.get(window.window_id, _FRESH)
            in_force = {duty.rule.rule_id for duty in window.in_force(month)}
            expired = [rule_id for rule_id in state.monitors if rule_id not in in_force]
            if expired:
                ended = state.seen_at or at
                state, outcome = wind_up(state, window, expired, ended, "schedule_ended")
                states[window.window_id] = state
                outcomes.append(outcome)
        return replace(progress, windows=states), outcomes

    def _posts_in(self, size_px: tuple[int, int]) -> dict[str, Post]:
        if size_px not in self._posts:
            self._posts = {
                size_px: {window.window_id: window.post(size_px) for window in self._plan.windows}
            }
        return self._posts[size_px]


def _wants_pose(
    one: Look, duties: Sequence[Duty], state: WindowProgress, at: datetime, closely: bool
) -> bool:
    if not waits_for_pose(one):
        return False
    pose_at = state.memory.pose_at
    waited_s = (at - pose_at).total_seconds() if pose_at else float("inf")
    for duty in duties:
        every_s = duty.pose_every_s
        if closely and every_s is not None and waited_s >= every_s - _EARLY_S:
            return True
        if duty.rule.labels and _holds(one, duty, state):
            return True
    return False


def _holds(one: Look, duty: Duty, state: WindowProgress) -> bool:
    """Whether something that the rule is about, and that does not always lie there, is at hand."""
    moving = replace(one, found=without_fixtures(one.found, state.memory.fixtures))
    return any(
        len(moving.items(number).only(*duty.rule.labels).above(ITEM_CONFIDENCE))
        for number in range(len(one.staff.present))
    )
