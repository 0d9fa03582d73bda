"""The product's modules as syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

N = TypeVar("N", bound=ast.AST)

ROOT = Path(__file__).parents[2]
FILES = sorted(file for package in ("vision", "api") for file in (ROOT / package).rglob("*.py"))
TREES = {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in FILES}


def nodes(kind: type[N]) -> Iterator[tuple[str, N]]:
    """Every node of a kind, with ``file:line``."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield f"{name}:{getattr(node, 'lineno', 1)}", node


def dotted(node: ast.AST) -> str:
    """``datetime.now`` for the expression of that name; empty for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
