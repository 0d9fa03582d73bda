"""The analysis of one camera: which pictures to look at, how closely, and what came of it.

Base frames (mostly key frames) are looked at for all windows. Where a sharp verdict differs from
the one before, the span in between is looked at again, densely, before the base frame counts; so
boundaries are exact although most pictures are never decoded. While a quick rule is undecided the
source is asked for a burst. Both decisions depend on media time and verdicts only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from vision.errors import DamagedSource
from vision.observe import Scene, ViewMemory, view_of, watched
from vision.pipeline.judge import Outcome, account
from vision.pipeline.plan import CameraPlan, Duty, Roster, WindowPlan
from vision.pipeline.progress import CameraProgress
from vision.pipeline.retire import retired
from vision.pipeline.sight import CALM_S, EARLY_S, FRESH, Seen, Sight, without_main
from vision.pipeline.turns import Turn, lost, wound_up
from vision.ports import Detector, FrameSource, PoseEstimator
from vision.types import Frame


class CameraPipeline:
    """Analyses the frames of one camera.

    Args:
        plan: Its windows and rules.
        detector: Shared between cameras.
        pose: Shared between cameras.
    """

    def __init__(self, plan: CameraPlan, detector: Detector, pose: PoseEstimator) -> None:
        self._plan = plan
        self._sight = Sight(plan, detector, pose)

    def run(self, source: FrameSource, progress: CameraProgress | None = None) -> Iterator[Turn]:
        """Analyse footage to its end.

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
                turn = self._turn_if_in_place(frame, source, progress)
                progress, end = turn.progress, frame.at + timedelta(seconds=frame.duration_s)
                yield turn
        except DamagedSource as error:
            damage = error
        if end is not None:
            reason = "source_ended" if self._plan.schedule.on_duty(end) else "schedule_ended"
            yield wound_up(self._plan, progress, end, reason, end)
        if damage is not None:
            raise damage

    def _turn_if_in_place(
        self, frame: Frame, source: FrameSource, progress: CameraProgress
    ) -> Turn:
        """Analyse one frame of footage, unless the camera does not see its posts in it."""
        view, _ = view_of(frame.image, frame.at, ViewMemory())
        scene = progress.scene or Scene()
        scene = watched(scene, frame.image, frame.at, is_usable=view.usable)
        progress = replace(progress, scene=scene)
        if not scene.blind:
            return self.turn(frame, source, progress)
        source.burst(False)
        return lost(self._plan, progress, frame.at, scene.blind)

    def turn(self, frame: Frame, source: FrameSource, progress: CameraProgress) -> Turn:
        """Analyse one base frame, later than ``progress.at``, that ``source`` has just given."""
        if not self._plan.schedule.on_duty(frame.at):
            return wound_up(self._plan, progress, frame.at, "schedule_ended")
        roster = self._plan.roster()
        progress, outcomes = retired(roster, progress, frame.at)
        due = self._due(frame, progress, roster)
        seen = self._sight.see(frame, due, progress, roster, closely=True)
        changed = [window for window in due if self._has_changed(window, seen[window.window_id])]
        if changed and progress.at is not None and not progress.bursting:
            together = self._with_groups(changed, due)
            for between in source.between(progress.at, frame.at):
                looks = self._sight.see(between, together, progress, roster, closely=False)
                progress, looked = self._account(between, together, looks, progress, roster)
                outcomes += looked
        seen = self._again(seen, progress, frame, roster)
        progress, looked = self._account(frame, due, seen, progress, roster)
        wanted = any(self._wants_burst(window, progress) for window in self._plan.windows)
        source.burst(wanted)
        main_at = progress.main_at if frame.is_sub else frame.at
        progress = replace(progress, at=frame.at, bursting=wanted, main_at=main_at)
        return Turn(frame.at, progress, (*outcomes, *looked))

    def _due(self, frame: Frame, progress: CameraProgress, roster: Roster) -> list[WindowPlan]:
        """The windows to be looked at; nobody looks at a closed one."""
        open_now = [
            window
            for window in self._plan.windows
            if not roster.is_closed(window.window_id, frame.at)
        ]
        due = [window for window in open_now if self._is_due(window, frame, progress)]
        return self._with_groups(due, open_now)

    def _with_groups(
        self, windows: Sequence[WindowPlan], among: Sequence[WindowPlan]
    ) -> list[WindowPlan]:
        """These windows and those that may cover for them, in the order of the plan."""
        wanted = {window.window_id for window in windows}
        for window_id in tuple(wanted):
            group = self._plan.group_of(window_id)
            wanted |= group.window_ids if group is not None else frozenset()
        return [window for window in among if window.window_id in wanted]

    def _again(
        self, seen: dict[str, Seen], progress: CameraProgress, frame: Frame, roster: Roster
    ) -> dict[str, Seen]:
        """The same looks, digested on top of what was learnt in between."""
        again = dict(seen)
        for window in self._plan.windows:
            one = seen.get(window.window_id)
            state = progress.windows.get(window.window_id, FRESH)
            if one is not None and state.seen_at != one.progress.seen_at:
                duties = roster.in_force(window, frame.at)
                is_alone = without_main(progress, frame.at)
                again[window.window_id] = self._sight.judged(
                    one.look, state, duties, frame, is_alone
                )
        return again

    def _account(
        self,
        frame: Frame,
        windows: Sequence[WindowPlan],
        seen: dict[str, Seen],
        progress: CameraProgress,
        roster: Roster,
    ) -> tuple[CameraProgress, list[Outcome]]:
        states, outcomes = dict(progress.windows), []
        for window in windows:
            one, exempt = seen[window.window_id], roster.exempt(window.window_id, frame.at)
            states[window.window_id], outcome = account(
                one.progress, window, one.verdicts, one.observation, frame, exempt
            )
            outcomes.append(outcome)
        return replace(progress, windows=states), outcomes

    def _is_due(self, window: WindowPlan, frame: Frame, progress: CameraProgress) -> bool:
        state = progress.windows.get(window.window_id, FRESH)
        if not progress.bursting or frame.is_key or state.seen_at is None:
            return True
        waited_s = (frame.at - state.seen_at).total_seconds()
        longest_s = self._plan.sampling.max_interval_s - EARLY_S
        return waited_s >= longest_s or self._wants_burst(window, progress)

    def _has_changed(self, window: WindowPlan, one: Seen) -> bool:
        """Whether a sharp rule's answer differs from the one that holds."""
        for rule_id, verdict in one.verdicts.items():
            held = one.progress.monitors[rule_id].held if rule_id in one.progress.monitors else None
            if held is None or held.is_unknown or verdict.is_unknown:
                continue
            if held.kind is not verdict.kind and window.duty(rule_id).is_sharp:
                return True
        return False

    def _wants_burst(self, window: WindowPlan, progress: CameraProgress) -> bool:
        state = progress.windows.get(window.window_id, FRESH)
        return self._plan.sampling.mode == "adaptive" and any(
            monitor.is_undecided(CALM_S) and self._is_helped(window.duty(rule_id))
            for rule_id, monitor in state.monitors.items()
        )

    def _is_helped(self, duty: Duty) -> bool:
        """Whether a burst shows more of what a rule is about."""
        return duty.is_quick and not (self._plan.has_sub and duty.needs_detail)
