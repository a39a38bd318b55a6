"""The columns of released tables: name, type, unit and what they hold. The words stand in columns.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from db.errors import BadInputError
from db.models import UNITS
from db.tables.curated import COLUMNS

COLUMNS_TOML = Path(__file__).parent / "columns.toml"


class Kind(StrEnum):
    """What a column's values are."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    JSON = "json"


_KINDS = {
    "VARCHAR": Kind.TEXT,
    "INTEGER": Kind.WHOLE,
    "BIGINT": Kind.WHOLE,
    "DOUBLE": Kind.NUMBER,
    "DATE": Kind.DATE,
    "JSON": Kind.JSON,
}


@dataclass(frozen=True)
class Column:
    """One column of a released table."""

    name: str
    kind: Kind
    description: str
    unit: str | None = None

    @property
    def words(self) -> str:
        """The description with the unit, for forms that have no place of its own for a unit."""
        return f"{self.description} (unit: {self.unit})" if self.unit else self.description


def column(name: str, duckdb_type: str) -> Column:
    """The column of this name, of the type that DuckDB gives it. BadInputError where nothing describes it."""
    told = _told()
    kind = _KINDS[duckdb_type]
    if name in told["columns"]:
        return Column(name, kind, told["columns"][name], _units().get(name))
    of, _, beside = name.rpartition("_")
    if of not in told["columns"] or beside not in told["beside"]:
        raise BadInputError(
            f"no line of {COLUMNS_TOML.name} says what the column {name} holds", f"add one to {COLUMNS_TOML}"
        )
    return Column(name, kind, told["beside"][beside].format(x=of), told["units"].get(beside))


def described() -> frozenset[str]:
    """The names of all columns that are described by themselves."""
    return frozenset(_told()["columns"])


@cache
def _told() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(COLUMNS_TOML.read_text(encoding="utf-8"))


@cache
def _units() -> Mapping[str, str]:
    """The unit of each column that has one: a field's, or its own."""
    of_fields = {name: unit for field, name in COLUMNS.items() if (unit := UNITS[field])}
    return {**of_fields, **_told()["units"]}
