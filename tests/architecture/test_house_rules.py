"""The house rules that a linter of others does not know, or that no remark may switch off."""

import ast
import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest

import vision.testing
from tests.architecture.source import FILES, ROOT, TREES, dotted, nodes
from vision import ports

BROAD = {"Exception", "BaseException"}
SCRATCH = {"dict", "list", "set", "defaultdict", "deque", "Counter", "OrderedDict"}
QUANTITIES = ("duration", "distance", "angle", "latency", "interval", "flexion", "tilt")
LONGEST_FILE = 400
LONGEST_FUNCTION_SHARE = 0.03
LONG_FUNCTION = 50


def handled(handler: ast.ExceptHandler) -> set[str]:
    caught = handler.type
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return {dotted(part) for part in parts if part is not None} or {"BaseException"}


def raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def test_nothing_is_caught_broadly_and_kept() -> None:
    broad = [
        place
        for place, handler in nodes(ast.ExceptHandler)
        if handled(handler) & BROAD and not raises_again(handler)
    ]
    assert broad == []


def test_nothing_is_printed_past_the_command_line() -> None:
    assert [place for place, call in nodes(ast.Call) if dotted(call.func) == "print"] == []


def test_no_time_is_made_without_a_zone() -> None:
    calls = [(place, call, dotted(call.func)) for place, call in nodes(ast.Call)]
    without = [
        place
        for place, call, name in calls
        if name.removeprefix("datetime.") in ("now", "datetime.now", "fromtimestamp")
        and name.startswith("datetime")
        and not (call.args[name.endswith("fromtimestamp") :] or call.keywords)
    ]
    never = [place for place, _, name in calls if name.endswith((".utcnow", ".utcfromtimestamp"))]
    assert without + never == []


def scratch(node: ast.stmt) -> bool:
    """Whether a statement of a module binds an empty container, which can only be for filling."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    empty = isinstance(value, ast.List | ast.Set) and not value.elts
    bare = isinstance(value, ast.Dict) and not value.keys
    made = isinstance(value, ast.Call) and dotted(value.func).split(".")[-1] in SCRATCH
    return empty or bare or (made and not value.args)


def test_no_module_keeps_state() -> None:
    kept = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in tree.body
        if scratch(node)
    ]
    assert kept == []
    assert [place for place, _ in nodes(ast.Global)] == []


def fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    decorated = any("dataclass" in ast.unparse(one) for one in node.decorator_list)
    return [one for one in node.body if isinstance(one, ast.AnnAssign) and decorated]


def test_fields_that_hold_a_quantity_say_its_unit() -> None:
    bare = [
        f"{place} {field.target.id}"
        for place, node in nodes(ast.ClassDef)
        for field in fields(node)
        if isinstance(field.target, ast.Name)
        and ast.unparse(field.annotation).startswith("float")
        and field.target.id.endswith(QUANTITIES)
    ]
    assert bare == []


def test_nothing_is_left_for_later() -> None:
    assert [
        str(file.relative_to(ROOT))
        for file in FILES
        if any(word in file.read_text("utf-8") for word in ("TODO", "FIXME", "NotImplemented"))
    ] == []


def test_files_and_functions_are_short() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in FILES
    }
    assert {name: count for name, count in lengths.items() if count > LONGEST_FILE} == {}
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1 for _, node in nodes(ast.FunctionDef)
    ]
    long = [count for count in functions if count > LONG_FUNCTION]
    assert len(long) <= LONGEST_FUNCTION_SHARE * len(functions)


PROTOCOLS = [
    kind
    for _, kind in inspect.getmembers(ports, inspect.isclass)
    if kind.__module__ == ports.__name__ and getattr(kind, "_is_protocol", False)
]


def methods(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"}


@pytest.mark.parametrize("port", PROTOCOLS, ids=lambda kind: kind.__name__)
def test_every_port_has_a_shipped_fake(port: type) -> None:
    modules = [
        import_module(f"vision.testing.{module.name}")
        for module in iter_modules(vision.testing.__path__)
    ]
    fakes = [
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__ and methods(port) <= methods(kind)
    ]
    assert fakes


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_manual_names_every_command_and_every_rule(name: str) -> None:
    manual = (ROOT / name).read_text("utf-8")
    root = import_module("vision.cli.main").app
    commands = [one.name for one in (*root.registered_commands, *root.registered_groups)]
    rules = import_module("vision.config").RULE_IDS
    assert [one for one in commands if f"deportment {one}" not in manual] == []
    assert [one for one in rules if f"`{one}`" not in manual] == []
