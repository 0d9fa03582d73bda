"""Reading a site file; every mistake is named with file, line, key and what was expected."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vision.config.groups import group_mistakes
from vision.config.messages import problem_of, suggestion
from vision.config.rules import RULE_IDS, RuleConfig
from vision.config.sinks import repeated_names
from vision.config.site import SiteConfig
from vision.config.yaml import Lines, Path_, dotted, line_of, load_yaml, parse_yaml
from vision.errors import ConfigError, Mistake

M = TypeVar("M", bound=BaseModel)


def load_site(file: Path) -> SiteConfig:
    """Read and validate a site file.

    Raises:
        ConfigError: With every mistake, in the order of the file.
    """
    return _checked(*load_yaml(file), file)


def parse_site(text: str, file: Path = Path("site.yaml")) -> SiteConfig:
    """As :func:`load_site`, of text."""
    return _checked(*parse_yaml(text, file), file)


def _checked(document: Any, lines: Lines, file: Path) -> SiteConfig:
    site = validate(SiteConfig, document, lines, file)
    mistakes = [
        Mistake(file, line_of(path, lines), dotted(path), problem)
        for path, problem in _contradictions(site)
    ]
    if mistakes:
        raise ConfigError(sorted(mistakes, key=lambda mistake: mistake.line or 0))
    return site


def validate(model: type[M], document: Any, lines: Lines, file: Path) -> M:
    """Validate a parsed YAML document against a model.

    Raises:
        ConfigError: With every mistake, in the order of the file.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        mistakes = [_mistake(model, details, document, lines, file) for details in error.errors()]
        raise ConfigError(sorted(mistakes, key=lambda mistake: mistake.line or 0)) from None


def _mistake(
    model: type[BaseModel], details: ErrorDetails, document: Any, lines: Lines, file: Path
) -> Mistake:
    path = _real_path(details["loc"], document)
    return Mistake(file, line_of(path, lines), dotted(path), problem_of(details, model, path))


def _real_path(loc: tuple[int | str, ...], document: Any) -> Path_:
    """The path as the file has it: without what pydantic adds for unions, with keys as text."""
    path: list[str | int] = []
    here = document
    for part in loc:
        if part == "[key]":
            continue
        key = str(part) if isinstance(here, dict) else part
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            if part != loc[-1]:
                continue
            here = None
        path.append(key)
    return tuple(path)


def _contradictions(site: SiteConfig) -> Iterator[tuple[Path_, str]]:
    """What no single key can know: references, repeated ids, thresholds that do not fit."""
    yield from _repeated("cameras", [camera.id for camera in site.cameras])
    yield from _repeated("windows", [window.id for window in site.windows])
    cameras = [camera.id for camera in site.cameras]
    yield from _unknown_rules((), site.rules.keys())
    for number, window in enumerate(site.windows):
        if window.camera not in cameras:
            expected = f"expected one of: {', '.join(cameras)}"
            yield ("windows", number, "camera"), f"no camera '{window.camera}'; {expected}"
        yield from _unknown_rules(("windows", number), window.rules.keys())
    yield from _unknown_rule_keys(site)
    homes = {window.id: window.camera for window in site.windows}
    quotas = {window.id: window.staff_quota for window in site.windows}
    yield from group_mistakes(site.groups, homes, quotas)
    yield from _bad_thresholds(site)
    yield from _bad_sinks(site)


def _repeated(list_name: str, ids: list[str]) -> Iterator[tuple[Path_, str]]:
    if not ids:
        yield (list_name,), "expected at least one"
    for number, value in enumerate(ids):
        if value in ids[:number]:
            yield (list_name, number, "id"), f"the id '{value}' stands twice; ids must be unique"


def _unknown_rules(place: Path_, names: Any) -> Iterator[tuple[Path_, str]]:
    for name in names:
        if name not in RULE_IDS:
            yield (*place, "rules", name), f"unknown rule; {suggestion(name, RULE_IDS)}"


def _unknown_rule_keys(site: SiteConfig) -> Iterator[tuple[Path_, str]]:
    keyed: tuple[tuple[Path_, Any], ...] = (
        (("scorecard", "caps"), site.scorecard.caps),
        (("quality", "precision_targets"), site.quality.precision_targets),
    )
    for place, names in keyed:
        for name in names:
            if name not in RULE_IDS:
                yield (*place, name), f"unknown rule; {suggestion(name, RULE_IDS)}"


def _bad_thresholds(site: SiteConfig) -> Iterator[tuple[Path_, str]]:
    found: dict[Path_, str] = {}
    for number, window in enumerate(site.windows):
        for rule_id, policy in site.policies(window).items():
            if policy.exit_threshold < policy.enter_threshold:
                continue
            in_window = _writes_threshold(window.rules.get(rule_id))
            place: Path_ = ("windows", number, "rules") if in_window else ("rules",)
            found[(*place, rule_id)] = (
                f"exit_threshold {policy.exit_threshold:g} must be below "
                f"enter_threshold {policy.enter_threshold:g}"
            )
    yield from found.items()


def _bad_sinks(site: SiteConfig) -> Iterator[tuple[Path_, str]]:
    windows = [window.id for window in site.windows]
    for number in repeated_names(site.sinks):
        name = site.sinks[number].name
        yield ("sinks", number), f"the id '{name}' stands twice; give each sink an id of its own"
    for number, sink in enumerate(site.sinks):
        for rule_id in sink.rules:
            if rule_id not in RULE_IDS:
                problem = f"unknown rule '{rule_id}'; {suggestion(rule_id, RULE_IDS)}"
                yield ("sinks", number, "rules"), problem
        for window_id in sink.windows:
            if window_id not in windows:
                problem = f"no window '{window_id}'; {suggestion(window_id, windows)}"
                yield ("sinks", number, "windows"), problem


def _writes_threshold(rule: RuleConfig | None) -> bool:
    return rule is not None and not (rule.exit_threshold is rule.enter_threshold is None)
