"""What the view of a window supports, from what was last seen through it."""

from collections.abc import Mapping

from api.deps import ViewReport
from vision.config import ServiceWindow
from vision.ports import EventReader
from vision.rules.scale import Assessability, assess
from vision.wiring import DEFAULT_THRESHOLDS, rules_with


def view_report(store: EventReader) -> ViewReport:
    """A report over the latest states; a window never observed has none."""
    targets = {rule.rule_id: rule.target for rule in rules_with(DEFAULT_THRESHOLDS)}

    def report(window: ServiceWindow) -> Mapping[str, Assessability]:
        state = store.states().get(window.id)
        if state is None or state.post_height_px <= 0:
            return {}
        return {
            rule_id: assess(rule_id, target, state.post_height_px, state.px_per_m)
            for rule_id, target in targets.items()
        }

    return report
