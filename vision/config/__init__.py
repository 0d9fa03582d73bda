"""The site file: its model, its defaults, and how mistakes in it are named."""

from vision.config.calendar import CalendarConfig, Schedule
from vision.config.groups import WindowGroup
from vision.config.keeping import ClipMode, EvidenceConfig, KeepConfig, RetentionConfig
from vision.config.load import load_site, parse_site
from vision.config.quality import QualityConfig
from vision.config.rules import RULE_IDS, RuleConfig, RulePolicy, resolve_policy
from vision.config.scorecard import GradeConfig, ScorecardConfig
from vision.config.secrets import recordable
from vision.config.sinks import MqttSink, SinkConfig, WebhookSink
from vision.config.site import (
    CameraConfig,
    SamplingConfig,
    ServiceWindow,
    SiteConfig,
    config_sha256,
)
from vision.config.upright import UprightConfig, UprightView, post_digest

__all__ = [
    "RULE_IDS",
    "CalendarConfig",
    "CameraConfig",
    "ClipMode",
    "EvidenceConfig",
    "GradeConfig",
    "KeepConfig",
    "MqttSink",
    "QualityConfig",
    "RetentionConfig",
    "RuleConfig",
    "RulePolicy",
    "SamplingConfig",
    "Schedule",
    "ScorecardConfig",
    "ServiceWindow",
    "SinkConfig",
    "SiteConfig",
    "UprightConfig",
    "UprightView",
    "WebhookSink",
    "WindowGroup",
    "config_sha256",
    "load_site",
    "parse_site",
    "post_digest",
    "recordable",
    "resolve_policy",
]
