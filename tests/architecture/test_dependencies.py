"""What the product imports is what its installation brings."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.architecture.source import ROOT, nodes

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OWN = {"vision", "api"}
BROUGHT = {
    "starlette": "fastapi",
    "pydantic-core": "pydantic",
    "torch": "ultralytics",
    "paho": "paho-mqtt",
}
"""Names that differ from the declared one: parts of it, and modules that need not be installed."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in extras.values() for line in extra)]
    return {plain(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


def imported() -> Iterator[tuple[str, str]]:
    for place, node in nodes(ast.Import):
        yield from ((place, alias.name.split(".")[0]) for alias in node.names)
    for place, node in nodes(ast.ImportFrom):
        yield place, (node.module or "").split(".")[0]


def test_every_import_is_declared() -> None:
    distributions = packages_distributions()
    known = declared()
    missing = {
        module: place
        for place, module in imported()
        if module not in OWN | set(sys.stdlib_module_names)
        and not {
            BROUGHT.get(plain(name), plain(name)) for name in distributions.get(module, [module])
        }
        & known
    }
    assert missing == {}
