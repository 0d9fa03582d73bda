"""The only place that constructs adapters."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vision import __version__
from vision.config import (
    MqttSink,
    SamplingConfig,
    Schedule,
    ServiceWindow,
    SiteConfig,
    WebhookSink,
    WindowGroup,
    config_sha256,
)
from vision.detect.calibration import Calibration
from vision.errors import UsageError
from vision.evidence import RULE_TITLES, Finding, render_snapshot
from vision.exemptions import ExemptionStore
from vision.keeping import Attacher
from vision.pipeline import CameraPipeline, CameraPlan, Duty, GroupPlan, WindowPlan
from vision.pipeline.upright import upright_of
from vision.ports import (
    Detector,
    EventReader,
    EventStore,
    EvidenceStore,
    FrameSource,
    PoseEstimator,
)
from vision.registry import Model, Registry, sha256_of
from vision.rules.attendance import AttendanceRule
from vision.rules.base import Rule
from vision.rules.clauses import citations
from vision.rules.garments import GarmentRule, garment_rules
from vision.rules.gathering import GatheringRule
from vision.rules.handheld import HandheldRule, handheld_rules
from vision.rules.leaving_post import LeavingPostRule
from vision.rules.sleeping import SleepingRule
from vision.rules.slouching import SlouchingRule
from vision.sinks import WebhookReceiver
from vision.sinks.templates import Wording
from vision.sources import FileSource, FolderSource
from vision.sources.live import LiveSource, PairedSource
from vision.sources.live.ring import PacketRing
from vision.types import Exemptions, Frame, Label, Observation, Provenance, Transition

if TYPE_CHECKING:
    from vision.sinks.mqtt import MqttReceiver

OTHER_DETECTOR = "DEPORTMENT_DETECTOR"
"""Environment variable that names other detector weights: ``.xml``, ``.pt`` or ``.engine``."""

FLOOR_CONFIDENCE = 0.1
"""Boxes below are never reported: doubt about a person starts at 0.2, all else higher."""

DEFAULT_THRESHOLD = 0.5
"""For a class to which the registry gives no threshold."""
DEFAULT_THRESHOLDS = dict.fromkeys(Label, DEFAULT_THRESHOLD)


@dataclass(frozen=True, slots=True)
class Models:
    """The two models, ready to run.

    Attributes:
        thresholds: Calibrated confidence at which a class counts as evidence.
    """

    detector: Detector
    pose: PoseEstimator
    detector_sha256: str
    pose_sha256: str
    thresholds: dict[Label, float]


@contextmanager
def open_models(floor_confidence: float = FLOOR_CONFIDENCE) -> Iterator[Models]:
    """Load the registered default models; closed on leaving.

    Args:
        floor_confidence: Boxes below are not reported.

    Raises:
        ModelError: If weights are missing or altered; says what to do.
    """
    # These take a second to import: commands that need no model should not wait for them.
    from vision.pose.mediapipe import MediaPipePose

    registry = Registry.load()
    seeing, posing = registry.default("detector"), registry.default("pose")
    path = Path(os.environ.get(OTHER_DETECTOR) or registry.verified(seeing))
    thresholds = {
        label: seeing.thresholds.get(label.name.lower(), DEFAULT_THRESHOLD) for label in Label
    }
    with (
        _detector(path, floor_confidence, seeing) as detector,
        MediaPipePose(registry.verified(posing), pool_size=2) as pose,
    ):
        own = path == registry.verified(seeing)
        seen_by = registry.sha256(seeing) if own else sha256_of(path)
        yield Models(detector, pose, seen_by, registry.sha256(posing), thresholds)


@contextmanager
def _detector(path: Path, floor_confidence: float, model: Model) -> Iterator[Detector]:
    """Weights of either kind: OpenVINO, or what Ultralytics opens, on a GPU if there is one.

    Input size and calibration are the registered model's, like its thresholds, which were fitted
    together with the calibration.
    """
    input_px, calibration = model.input_px or 416, Calibration.of(model.calibration)
    if path.suffix in {".pt", ".engine"}:
        from vision.detect.ultralytics import UltralyticsDetector

        yield UltralyticsDetector(
            path, min_confidence=floor_confidence, input_px=input_px, calibration=calibration
        )
        return
    from vision.detect.openvino import OpenVinoDetector

    with OpenVinoDetector(
        path,
        min_confidence=floor_confidence,
        input_px=input_px,
        look_px=model.look_px,
        calibration=calibration,
    ) as detector:
        yield detector


def rules_with(thresholds: dict[Label, float]) -> tuple[Rule, ...]:
    """Every rule of the product."""
    return (
        *garment_rules(thresholds),
        *handheld_rules(thresholds),
        SlouchingRule(),
        SleepingRule(),
        LeavingPostRule(),
        AttendanceRule(),
        GatheringRule(),
    )


def camera_plan(site: SiteConfig, camera_id: str, rules: Sequence[Rule]) -> CameraPlan:
    """What is to be done for one camera of a site.

    Raises:
        UsageError: If the site has no such camera, or no window in front of it.
    """
    camera = site.camera(camera_id)
    schedule = site.schedule()
    windows = tuple(
        window_plan(site, window, rules, schedule) for window in site.windows_of(camera_id)
    )
    if not windows:
        raise UsageError(f"camera '{camera_id}' sees no window: none names it under 'camera'")
    groups = tuple(_group_plan(group, windows) for group in site.groups_of(camera_id))
    return CameraPlan(camera_id, windows, schedule, camera.sampling, groups)


def window_plan(
    site: SiteConfig, window: ServiceWindow, rules: Sequence[Rule], schedule: Schedule
) -> WindowPlan:
    """What is to be done for one window; a rule that nothing here can break is left out."""
    policies = site.policies(window)
    fitted = [_fitted(rule, window, site, schedule) for rule in rules]
    duties = [Duty(rule, policies[rule.rule_id]) for rule in fitted if rule is not None]
    enabled = tuple(duty for duty in duties if duty.policy.enabled)
    return WindowPlan(
        window.id, window.post, enabled, window.public, window.staff_quota, upright_of(window)
    )


def _fitted(rule: Rule, window: ServiceWindow, site: SiteConfig, schedule: Schedule) -> Rule | None:
    """The rule as it is for one window; None for attendance where no hours are written."""
    if isinstance(rule, GatheringRule):
        return replace(rule, quota=window.staff_quota)
    if isinstance(rule, AttendanceRule):
        hours = site.calendar.service_hours if site.calendar else ()
        return replace(rule, schedule=schedule) if hours else None
    return rule


def _group_plan(group: WindowGroup, windows: Sequence[WindowPlan]) -> GroupPlan:
    own = sum(window.quota for window in windows if window.window_id in group.windows)
    return GroupPlan(frozenset(group.windows), group.staff_quota or own)


def open_footage(
    path: Path,
    site: SiteConfig,
    camera_id: str,
    start: datetime,
    after: datetime | None = None,
    name_pattern: str | None = None,
) -> FrameSource:
    """A file, or a folder of pictures (whose names may hold their times), as a source."""
    sampling = site.camera(camera_id).sampling
    if path.is_dir():
        return FolderSource(
            path, camera_id, start, sampling,
            name_pattern=name_pattern, zone=site.zone, after=after,
        )  # fmt: skip
    return FileSource(path, camera_id, start, sampling, after=after)


def open_camera(
    site: SiteConfig,
    camera_id: str,
    environment: Mapping[str, str],
    media_root: Path | None,
    ring: PacketRing | None = None,
) -> LiveSource | PairedSource:
    """A live camera, with its sub-stream; it is connected to when its frames are asked for.

    Args:
        site: The site.
        camera_id: The camera.
        environment: Fills in the ``${NAME}`` parts of its URL.
        media_root: Folder that ``file:`` URLs must stay in; None to refuse them.
        ring: Keeps its last packets, for clips.

    Raises:
        UsageError: If its URL is missing, incomplete or barred.
    """
    camera = site.camera(camera_id)
    url = camera.stream_url(environment)
    sub_url = camera.sub_stream_url(environment)
    if sub_url is None:
        return LiveSource(url, camera.id, camera.sampling, media_root=media_root, ring=ring)
    keys = SamplingConfig(mode="keyframes")
    steady = SamplingConfig(mode="fps", fps=camera.sampling.burst_fps)
    return PairedSource(
        LiveSource(url, camera.id, keys, media_root=media_root, ring=ring),
        LiveSource(sub_url, camera.id, steady, media_root=media_root),
        camera.id,
        camera.sampling.max_interval_s,
    )


def open_receiver(
    sink: WebhookSink | MqttSink, site: SiteConfig, environment: Mapping[str, str]
) -> "WebhookReceiver | MqttReceiver":
    """A receiver of events.

    Raises:
        UsageError: If its address is incomplete or barred.
        MissingExtra: If its library is not installed.
    """
    wording = Wording(
        site.site.id,
        site.site.name,
        site.zone,
        {window.id: window.name for window in site.windows},
        {rule_id: chinese for rule_id, (chinese, _) in RULE_TITLES.items()},
    )
    if isinstance(sink, WebhookSink):
        url, key = sink.address(environment), sink.key(environment)
        return WebhookReceiver(
            url, wording, template=sink.template, secret=key, timeout_s=sink.timeout_s
        )
    from vision.sinks.mqtt import MqttReceiver  # needs an extra

    return MqttReceiver(sink, sink.key(environment), wording)


class Store(EventStore, EventReader, ExemptionStore, Attacher, Protocol):
    """What a job needs of the store: to write, to find what an earlier run left, and exemptions."""


@dataclass(frozen=True, slots=True)
class Bench:
    """All that a job needs for one site.

    Attributes:
        site: The configuration.
        models: The two models.
        store: The event database.
        evidence: Where snapshots go.
        exemptions: Gives those that are known by now.
        is_live: Whether cameras are watched; recordings have no sub-streams.
    """

    site: SiteConfig
    models: Models
    store: Store
    evidence: EvidenceStore
    rules: tuple[Rule, ...]
    exemptions: Callable[[], Exemptions] = Exemptions
    is_live: bool = False

    @classmethod
    def of(cls, site: SiteConfig, models: Models, store: Store, evidence: EvidenceStore) -> "Bench":
        """With every rule of the product."""
        return cls(site, models, store, evidence, rules_with(models.thresholds))

    def plan(self, camera_id: str) -> CameraPlan:
        """What is to be done for one camera."""
        plan = camera_plan(self.site, camera_id, self.rules)
        has_sub = self.is_live and self.site.camera(camera_id).sub_url is not None
        return replace(plan, exemptions=self.exemptions, has_sub=has_sub)

    def pipeline(self, camera_id: str) -> CameraPipeline:
        """The analysis of one camera."""
        return CameraPipeline(self.plan(camera_id), self.models.detector, self.models.pose)

    def provenance(self, source: str) -> Provenance:
        """What every event of a source came out of."""
        return Provenance(
            detector_sha256=self.models.detector_sha256,
            pose_sha256=self.models.pose_sha256,
            config_sha256=config_sha256(self.site),
            version=__version__,
            rule_version=0,
            source=source,
        )

    def draw(
        self, frame: Frame, observation: Observation, rule_id: str, change: Transition
    ) -> bytes:
        """Render a snapshot (JPEG) of what a rule found."""
        finding = Finding(
            rule_id, self.site.zone, change.measured, shown_labels(self.rules, rule_id),
            change.track_id, change.started_at,
        )  # fmt: skip
        return render_snapshot(frame, observation, finding)

    def cite(self, rule_id: str) -> tuple[str, ...]:
        """The clauses that a rule enforces."""
        return citations(rule_id)


def shown_labels(rules: Sequence[Rule], rule_id: str) -> frozenset[Label]:
    """The classes whose boxes belong on the evidence of a rule."""
    for rule in rules:
        if isinstance(rule, GarmentRule) and rule.rule_id == rule_id:
            return frozenset({rule.banned, rule.proper})
        if isinstance(rule, HandheldRule) and rule.rule_id == rule_id:
            return frozenset({rule.label})
    return frozenset()
