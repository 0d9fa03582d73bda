"""Changing a site file as text: what is not changed stays as it was written, comments too."""

import re
from collections.abc import Callable, Hashable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from vision.config.yaml import parse_yaml

WIDTH = 100
_ID_KEY = "id"


def rewritten(text: str, document: Any) -> str:
    """The text of a file that holds ``document``, as near to the present text as can be.

    Comments, order and style of all that stays are kept. Where that cannot be done (aliases may
    stand in the way) the whole is written anew.

    Args:
        text: The file as it is; valid.
        document: Plain maps, lists and scalars.
    """
    name = Path("site.yaml")
    before, _ = parse_yaml(text, name)
    try:
        yaml = _yaml(text)
        root = yaml.load(text)
        _merge(root, before, document)
        changed = _dumped(yaml, root)
        if same(parse_yaml(changed, name)[0], document):
            return changed
    except (YAMLError, KeyError, IndexError, TypeError):
        pass
    return _dumped(_yaml(text), _styled(document, flow=False))


def _yaml(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.allow_unicode = True
    if re.search(r"^\s+- ", text, re.MULTILINE) or not re.search(r"^- ", text, re.MULTILINE):
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, root: Any) -> str:
    out = StringIO()
    yaml.dump(root, out)
    return out.getvalue()


def same(one: Any, other: Any) -> bool:
    """Whether two documents are equal, ``1`` and ``true`` being different."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _merge(node: Any, before: Any, after: Any) -> None:
    """Change a node of the file, which holds ``before``, so that it holds ``after``."""
    if isinstance(before, dict):
        _merge_map(node, before, after)
    else:
        _merge_list(node, before, after)


def _merge_map(node: Any, before: dict[Any, Any], after: dict[Any, Any]) -> None:
    for key in before.keys() - after.keys():
        del node[key]
    for key, value in after.items():
        if key not in before:
            node[key] = _styled(value, flow=node.fa.flow_style() or False)
        elif not same(before[key], value):
            _replace(node, key, before[key], value)


def _merge_list(node: Any, before: list[Any], after: list[Any]) -> None:
    """Of things with ids; see :func:`_mergeable`."""
    numbers = {item[_ID_KEY]: number for number, item in enumerate(before)}
    flow = bool(node[0].fa.flow_style())
    for item in after:
        number = numbers.get(item[_ID_KEY])
        if number is None:
            node.append(_styled(item, flow))
        elif not same(before[number], item):
            _replace(node, number, before[number], item)
    kept = {item[_ID_KEY] for item in after}
    for number in reversed(range(len(before))):
        if before[number][_ID_KEY] not in kept:
            del node[number]


def _replace(node: Any, key: Hashable, before: Any, after: Any) -> None:
    if _both(dict, before, after) or _mergeable(before, after):
        _merge(node[key], before, after)
        return
    old = node[key]
    flow = bool(old.fa.flow_style()) if isinstance(old, CommentedMap | CommentedSeq) else False
    node[key] = _styled(after, flow)


def _both(kind: type, one: Any, other: Any) -> bool:
    return isinstance(one, kind) and isinstance(other, kind)


def _mergeable(before: Any, after: Any) -> bool:
    """Whether two lists are of things with ids, of which those that stay keep their order."""
    if not (_both(list, before, after) and before and all(map(_named, [*before, *after]))):
        return False
    old, new = ([item[_ID_KEY] for item in one] for one in (before, after))
    if len(set(old)) < len(old) or len(set(new)) < len(new):
        return False
    stays = [one for one in old if one in new]
    return new[: len(stays)] == stays


def _named(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get(_ID_KEY), str)


def _styled(value: Any, flow: bool) -> Any:
    """A value as a node; lists of plain values and of points stand on one line."""
    if isinstance(value, dict):
        node: Any = CommentedMap({key: _styled(one, flow) for key, one in value.items()})
        inline = flow
    elif isinstance(value, list):
        inline = flow or not any(isinstance(one, dict) for one in value)
        node = CommentedSeq([_styled(one, inline) for one in value])
    else:
        return value
    if inline:
        node.fa.set_flow_style()
    return node


def patched(document: Any, patch: Any) -> Any:
    """A document after a merge patch (RFC 7396): null removes a key, maps are gone into."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(document) if isinstance(document, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


def changed_places(before: Any, after: Any, place: str = "") -> list[str]:
    """Where two documents differ, as ``windows[A03].post``; things with ids are named by them."""
    if same(before, after):
        return []
    if _both(dict, before, after):
        pairs = [(key, before.get(key), after.get(key)) for key in {**before, **after}]
        name: Callable[[Any], str] = lambda key: f"{place}.{key}" if place else str(key)  # noqa: E731
    elif _both(list, before, after) and all(map(_named, [*before, *after])):
        old, new = ({item[_ID_KEY]: item for item in one} for one in (before, after))
        pairs = [(key, old.get(key), new.get(key)) for key in {**old, **new}]
        name = lambda key: f"{place}[{key}]"  # noqa: E731
    else:
        return [place]
    found = [one for key, was, now in pairs for one in changed_places(was, now, name(key))]
    return found or [place]  # the same things in another order
