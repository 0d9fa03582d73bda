"""Pages of events, read past the mapper: a list is asked for often and is long.

A statement is written once for each form of filter and kept as text; only its values change.
"""

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from sys import intern
from typing import Any, Self

import orjson
from sqlalchemy import Connection, Engine, Select

from vision.ports import EventFilter, Page
from vision.store import queries, rows
from vision.store.queries import COLUMNS, FEW, Form
from vision.store.schema import from_us

_MOST_FORMS = 4096
"""More than the filters of the API make with a few windows each: to write a statement anew costs
as much as to read its page."""
_JSON = frozenset({"measured", "clauses", "evidence", "provenance"})

_Record = namedtuple("_Record", [column.name for column in COLUMNS])  # type: ignore[misc]
_JSON_AT = tuple(number for number, column in enumerate(COLUMNS) if column.name in _JSON)


@dataclass(frozen=True, slots=True)
class _Statement:
    """Text for the driver, the names of its values in their order, and those that never change."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, object]
    in_order: bool

    @classmethod
    def of(cls, statement: Select[Any], engine: Engine) -> Self:
        compiled: Any = statement.compile(engine)
        names = compiled.positiontup if compiled.positional else compiled.params
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return cls(str(compiled), tuple(map(intern, names)), fixed, compiled.positional)

    def run(self, connection: Connection, values: Mapping[str, object]) -> Any:
        given = {name: self.fixed.get(name, values.get(name)) for name in self.names}
        in_order = [given[name] for name in self.names]
        return connection.exec_driver_sql(self.text, tuple(in_order) if self.in_order else given)


class Pages:
    """Reads pages of events from one database.

    Args:
        engine: The database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._few_above = _Statement.of(queries.few_above(), engine)
        self._longest = _Statement.of(queries.longest(), engine)
        self._of_form = lru_cache(_MOST_FORMS)(
            lambda form: _Statement.of(queries.page(form), engine)
        )

    def read(self, wanted: EventFilter) -> list[Any]:
        """One page as rows by the names of ``EventRow``, columns of JSON parsed."""
        with self._engine.connect() as connection:
            longest_us = 0
            if wanted.start is not None:
                longest_us = self._longest.run(connection, {}).scalar() or 0
            values = queries.values(wanted, longest_us)
            few = wanted.min_score is not None and (
                self._few_above.run(connection, values).scalar() <= FEW
            )
            found = self._of_form(Form.of(wanted, few)).run(connection, values)
            return [_record(row) for row in found.cursor.fetchall()]

    def page(self, wanted: EventFilter, base: str) -> Page:
        """One page as the API shows it, and where the next goes on."""
        found = self.read(replace(wanted, limit=wanted.limit + 1))
        shown, behind = found[: wanted.limit], None
        if len(found) > len(shown):
            behind = from_us(shown[-1].started_us), shown[-1].id
        return Page([rows.document_of(row, base) for row in shown], behind)


def _record(row: tuple[Any, ...]) -> Any:
    """Drivers differ in whether they parse JSON."""
    values = list(row)
    for number in _JSON_AT:
        if isinstance(values[number], str):
            values[number] = orjson.loads(values[number])
    return _Record._make(values)
