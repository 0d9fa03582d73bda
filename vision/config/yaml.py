"""YAML with line numbers, read strictly.

Plain scalars follow YAML 1.2: ``13:30`` and ``on`` stay text, which YAML 1.1 would turn into 810
and true. Tags, repeated keys and several documents are refused. Aliases are allowed, but not to
the point where a small file becomes a large document.
"""

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from vision.errors import ConfigError, Mistake

Path_ = tuple[str | int, ...]
Lines = dict[Path_, int]

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_NODES = 50_000


class _Loader(yaml.SafeLoader):
    """SafeLoader with the plain scalars of YAML 1.2, without tags, of limited depth."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node, and count how deep it stands."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _refused(f"the tag '{tag}' is not allowed; write the plain value", event)
        if self.depth == MAX_DEPTH:
            raise _refused(f"nested deeper than {MAX_DEPTH} levels", event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _refused(problem: str, here: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=here.start_mark)


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]{1,400}$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first) + [""] * (_tag == "null")
    )


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)


def load_yaml(file: Path) -> tuple[Any, Lines]:
    """Read a YAML file.

    Returns:
        The document, and the 1-based line of every key and list item by its path.

    Raises:
        ConfigError: If the file cannot be read or is not YAML of this kind.
    """
    try:
        size_bytes = file.stat().st_size
        if size_bytes > MAX_BYTES:
            problem = f"{size_bytes} bytes are too many for a file of settings"
            raise ConfigError([Mistake(file, None, "", problem)])
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError([Mistake(file, None, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Mistake(file, None, "", "expected UTF-8 text")]) from error
    return parse_yaml(text, file)


def parse_yaml(text: str, file: Path) -> tuple[Any, Lines]:
    """As :func:`load_yaml`, of text; ``file`` is only named in errors."""
    try:
        return _parse(text, file)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"not valid YAML: the character U+{int(error.character):04X} may not stand here"
        raise ConfigError([Mistake(file, line, "", problem)]) from error
    except yaml.MarkedYAMLError as error:
        marked = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigError([Mistake(file, marked, "", _syntax_problem(error))]) from error


def _syntax_problem(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "not understood"
    if r"'\t'" in problem:
        return "not valid YAML: indent with spaces, not with tabs"
    return f"not valid YAML: {problem}"


def _parse(text: str, file: Path) -> tuple[Any, Lines]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([Mistake(file, None, "", "the file is empty")])
        lines: Lines = {(): node.start_mark.line + 1}
        _index(node, (), lines, file)
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _index(node: yaml.Node, path: Path_, lines: Lines, file: Path) -> None:
    if len(lines) > MAX_NODES or len(path) > MAX_DEPTH:
        raise _refused("aliases (*) make the document too large", node)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*path, number)] = item.start_mark.line + 1
            _index(item, (*path, number), lines, file)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*path, str(key.value))
            line = key.start_mark.line + 1
            if place in lines:
                problem = f"the key stands twice (first on line {lines[place]})"
                raise ConfigError([Mistake(file, line, dotted(place), problem)])
            lines[place] = line
            _index(value, place, lines, file)


def dotted(path: Path_) -> str:
    """``("windows", 0, "post")`` as ``windows[0].post``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def line_of(path: Path_, lines: Lines) -> int | None:
    """Line of the path, or of its nearest parent that stands in the file."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path)
