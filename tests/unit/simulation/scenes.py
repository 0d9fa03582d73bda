"""A small scenario to vary in tests."""

from tests.unit.simulation.skeleton import skeleton
from vision.simulation.actions import StaffActor
from vision.simulation.poses import Sitter
from vision.simulation.rig import Rig
from vision.simulation.scenario import Action, Scenario, parse_scenario

TEXT = """\
name: small
seed: 5
start: "2026-07-06T09:00:00+08:00"
duration_s: 40
fps: 5
camera: {position: [-3.0, 3.0, 2.6], target: [0.0, 0.8, 0.8]}
windows:
  - {id: A01, x_m: 0.0}
  - {id: A02, x_m: 1.8}
people:
  - {id: staff-a, window: A01, outfit: {footwear: slides, top: shirt, bottom: trousers}}
"""


def scenario(**changes: object) -> Scenario:
    """The small scenario with some keys changed."""
    document = parse_scenario(TEXT).model_dump()
    return Scenario.model_validate(document | changes)


def actor(*actions: Action, seed: int = 3) -> StaffActor:
    """A member of staff at x = 0 with a door at x = 1."""
    return StaffActor(Rig(skeleton(), 0.01), 0.0, 1.0, actions, seed)


def sitter() -> Sitter:
    """A body of joints alone, seated."""
    return Sitter(Rig(skeleton(), 0.01))
