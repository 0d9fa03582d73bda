"""The model of a site file (design section 4)."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from vision.config.base import Config
from vision.config.calendar import CalendarConfig, Schedule
from vision.config.groups import WindowGroup
from vision.config.identifiers import Identifier
from vision.config.keeping import EvidenceConfig, RetentionConfig
from vision.config.quality import QualityConfig
from vision.config.rules import RULE_IDS, Number, RuleConfig, RulePolicy, resolve_policy
from vision.config.scorecard import ScorecardConfig
from vision.config.sinks import SinkConfig
from vision.config.upright import UprightConfig
from vision.errors import UsageError
from vision.geometry import is_simple

URL_SCHEMES = ("rtsp", "rtsps", "http", "https", "file")
_SCHEMES_IN_WORDS = ", ".join(f"{scheme}:" for scheme in URL_SCHEMES)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
Point = tuple[Number, Number]


def check_polygon(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Accept a polygon in normalised coordinates, or raise ValueError saying what is wrong."""
    if len(points) < 3:
        raise ValueError(f"expected at least 3 points [x, y], got {len(points)}")
    for x, y in points:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError(f"expected coordinates in [0, 1], got [{x}, {y}]")
    for number, point in enumerate(points):
        if point in points[:number]:
            first = points.index(point)
            raise ValueError(f"point {number + 1} repeats point {first + 1}; leave one of them out")
    if not is_simple(points):
        raise ValueError("the polygon crosses or touches itself, or has no area")
    return points


def url_scheme(url: str) -> str:
    """What stands before the first colon, in small letters.

    Nothing more is parsed: the messages of a parser would repeat the credentials in the URL.
    """
    return url.partition(":")[0].lower()


class SiteInfo(Config):
    """Which hall this is."""

    id: Identifier
    name: str = ""
    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"expected a time zone such as Asia/Shanghai, got '{value}'")
        return value


class SamplingConfig(Config):
    """Which pictures of a stream are analysed.

    Attributes:
        mode: ``keyframes`` only; a fixed ``fps``; or ``adaptive``: the base, and bursts where a
            verdict is undecided.
        base: What adaptive sampling takes while nothing happens.
        fps: Rate of the ``fps`` mode and base, per second.
        burst_fps: Rate of a burst, per second.
        max_interval_s: Adaptive sampling never leaves a longer gap, however rare key frames are.
    """

    mode: Literal["adaptive", "keyframes", "fps"] = "adaptive"
    base: Literal["keyframes", "fps"] = "keyframes"
    fps: Annotated[Number, Field(gt=0, le=60)] = 1.0
    burst_fps: Annotated[Number, Field(gt=0, le=60)] = 5.0
    max_interval_s: Annotated[Number, Field(gt=0, le=60)] = 2.0


class CameraConfig(Config):
    """One camera.

    Attributes:
        url: Where its stream is; ``${NAME}`` is taken from the environment when it is opened.
        sub_url: The same picture in low resolution, for presence; the main stream is then
            decoded by its key frames only.
        files: Glob of file names that are recordings of this camera.
    """

    id: Identifier
    name: str = ""
    url: SecretStr | None = None
    sub_url: SecretStr | None = None
    files: str | None = None
    sampling: SamplingConfig = SamplingConfig()

    @field_validator("url", "sub_url")
    @classmethod
    def _allowed_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else ""
        if text and not text.startswith("${") and url_scheme(text) not in URL_SCHEMES:
            raise ValueError(f"expected a URL that begins with {_SCHEMES_IN_WORDS}")
        return value

    @field_validator("sub_url")
    @classmethod
    def _beside_a_main_stream(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is not None and info.data.get("url") is None:
            raise ValueError("a sub-stream needs a main stream: expected 'url' as well")
        return value

    @field_validator("sampling")
    @classmethod
    def _fits_two_streams(cls, value: SamplingConfig, info: ValidationInfo) -> SamplingConfig:
        adapts = value.mode == "adaptive" and value.base == "keyframes"
        if info.data.get("sub_url") is not None and not adapts:
            raise ValueError("with 'sub_url' expected mode adaptive and base keyframes")
        return value

    def stream_url(self, environment: Mapping[str, str] = os.environ) -> str:
        """The URL with its ``${NAME}`` parts filled in. Holds credentials: never log it.

        Raises:
            UsageError: If the camera has no URL, a variable is not set, or the scheme is barred.
        """
        return self._filled(self.url, environment)

    def sub_stream_url(self, environment: Mapping[str, str] = os.environ) -> str | None:
        """Likewise of the sub-stream; None if the camera has none."""
        return None if self.sub_url is None else self._filled(self.sub_url, environment)

    def _filled(self, url: SecretStr | None, environment: Mapping[str, str]) -> str:
        text = url.get_secret_value() if url else ""
        for name in _VARIABLE.findall(text):
            if name not in environment:
                raise UsageError(f"camera {self.id}: environment variable {name} is not set")
        text = _VARIABLE.sub(lambda found: environment[found[1]], text)
        if url_scheme(text) not in URL_SCHEMES:
            raise UsageError(f"camera {self.id}: expected a URL of {_SCHEMES_IN_WORDS}")
        return text


class ServiceWindow(Config):
    """One service counter position.

    Attributes:
        camera: Id of the camera that sees it.
        post: Where its staff sit or stand, normalised polygon of that camera's picture.
        public: Where clients of this window stand. While the post is empty it is looked whether
            somebody waits there; nothing else, and at no other time.
        staff_quota: How many staff belong in the post.
        upright: Explicit upright reference, written by ``deportment calibrate``.
    """

    id: Identifier
    name: str = ""
    camera: Identifier
    post: tuple[Point, ...]
    public: tuple[Point, ...] | None = None
    staff_quota: Annotated[int, Field(ge=1, le=20)] = 1
    rules: Mapping[str, RuleConfig] = Field(default_factory=dict)
    upright: UprightConfig | None = None

    def upright_misfit(self, size_px: tuple[int, int] | None = None) -> str | None:
        """Why its upright reference does not apply; None if it does, or if it has none."""
        if self.upright is None:
            return None
        return self.upright.misfit(self.camera, self.post, size_px)

    @field_validator("post", "public")
    @classmethod
    def _sound_polygon(cls, value: tuple[Point, ...] | None) -> tuple[Point, ...] | None:
        return None if value is None else check_polygon(value)


class SiteConfig(Config):
    """A whole site file."""

    site: SiteInfo
    calendar: CalendarConfig | None = None
    cameras: tuple[CameraConfig, ...]
    windows: tuple[ServiceWindow, ...]
    rules: Mapping[str, RuleConfig] = Field(default_factory=dict)
    groups: tuple[WindowGroup, ...] = ()
    sinks: tuple[SinkConfig, ...] = ()
    scorecard: ScorecardConfig = ScorecardConfig()
    quality: QualityConfig = QualityConfig()
    evidence: EvidenceConfig = EvidenceConfig()
    retention: RetentionConfig = RetentionConfig()

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.timezone)

    def schedule(self) -> Schedule:
        """The site's service hours."""
        return Schedule(self.calendar, self.zone)

    def camera(self, camera_id: str) -> CameraConfig:
        """The camera with that id.

        Raises:
            UsageError: If the site has none.
        """
        for camera in self.cameras:
            if camera.id == camera_id:
                return camera
        known = ", ".join(camera.id for camera in self.cameras)
        raise UsageError(f"the site has no camera '{camera_id}'; it has: {known}")

    def windows_of(self, camera_id: str) -> tuple[ServiceWindow, ...]:
        """The windows that a camera sees, in the order of the file."""
        return tuple(window for window in self.windows if window.camera == camera_id)

    def groups_of(self, camera_id: str) -> tuple[WindowGroup, ...]:
        """The groups of windows that a camera sees."""
        seen = {window.id for window in self.windows_of(camera_id)}
        return tuple(group for group in self.groups if group.windows[0] in seen)

    def policies(self, window: ServiceWindow) -> dict[str, RulePolicy]:
        """Rule id to resolved settings, for every rule of the product."""
        return {
            rule_id: resolve_policy(rule_id, self.rules.get(rule_id), window.rules.get(rule_id))
            for rule_id in RULE_IDS
        }


def config_sha256(site: SiteConfig) -> str:
    """Hash of what decides about events, whatever the order of its keys.

    Camera URLs and sinks are left out: they hold secrets, and no event depends on them. Neither
    does one on the scorecard, on what is asked of a rule, or on what is kept.
    """
    document = site.model_dump(
        mode="json",
        exclude={
            "cameras": {"__all__": {"url", "sub_url"}},
            "sinks": True,
            "scorecard": True,
            "quality": True,
            "evidence": True,
            "retention": True,
        },
        by_alias=True,
    )
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
