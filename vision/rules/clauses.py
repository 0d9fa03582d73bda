"""The codes of conduct, clause by clause, and which rule enforces which."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vision.config.yaml import load_yaml
from vision.errors import NotFound

_FILE = Path(__file__).with_name("clauses.yaml")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause as published.

    Attributes:
        code: Short name of the code, such as ``SZ``.
        title: Its full title.
        number: The clause's number in it, such as ``一.(一)``.
        text: Verbatim.
        rules: Rule ids that enforce it.
    """

    code: str
    title: str
    number: str
    text: str
    rules: tuple[str, ...]

    @property
    def citation(self) -> str:
        """Such as ``SZ 一.(一)``."""
        return f"{self.code} {self.number}"


@cache
def clauses() -> tuple[Clause, ...]:
    """Every clause that a rule enforces, in the order of the file."""
    document, _ = load_yaml(_FILE)
    return tuple(
        Clause(code["id"], code["title"], str(clause["no"]), clause["text"], rules)
        for code in document["codes"]
        for clause in code["clauses"]
        if (rules := _rules(clause["rule"]))
    )


def _rules(written: str | list[str]) -> tuple[str, ...]:
    names = written if isinstance(written, list) else [written]
    return tuple(name for name in names if name != "none")


def citations(rule_id: str) -> tuple[str, ...]:
    """The clauses that a rule enforces, as cited by its events."""
    return tuple(clause.citation for clause in clauses() if rule_id in clause.rules)


def clause(citation: str) -> Clause:
    """The clause that an event cites.

    Raises:
        NotFound: If there is none with that citation.
    """
    for one in clauses():
        if one.citation == citation:
            return one
    raise NotFound("clause", citation)
