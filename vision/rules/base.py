"""What a rule is: a pure judgement of one observation, and what it needs to see."""

from dataclasses import dataclass
from typing import Protocol

from vision.types import Label, Observation, Verdict


@dataclass(frozen=True, slots=True)
class Target:
    """The smallest thing that a rule must make out in the picture.

    Attributes:
        name: What it is, as shown to people: ``cigarette``.
        size_m: Its true length in metres.
        min_px: How many pixels that length must span for the model to be relied on.
    """

    name: str
    size_m: float
    min_px: float


class Rule(Protocol):
    """One rule of conduct.

    Attributes:
        rule_id: As in the site file.
        version: Raised whenever the logic changes, since it is cited by every event.
        labels: Detector classes whose presence makes a closer look (pose, and from it head, hands
            and feet at full resolution) worth its cost.
        every_s: How often, in seconds, the rule wants a closer look in any case; None if never.
        target: What must be visible.
    """

    @property
    def rule_id(self) -> str: ...  # noqa: D102 - see Attributes

    @property
    def version(self) -> int: ...  # noqa: D102

    @property
    def labels(self) -> frozenset[Label]: ...  # noqa: D102

    @property
    def every_s(self) -> float | None: ...  # noqa: D102

    @property
    def target(self) -> Target: ...  # noqa: D102

    def judge(self, observation: Observation) -> Verdict | None:
        """The verdict, or None where this observation did not look closely enough.

        The view is usable: the caller answers UNKNOWN itself where it is not.
        """
        ...
