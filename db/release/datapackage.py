"""`datapackage.json`: the release as a Frictionless Data Package (specs.frictionlessdata.io, version 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from db.release.columns import Column, Kind
from db.release.contents import About, File, Tabular
from db.untyped import Parsed, Row

_TYPES = {
    Kind.TEXT: "string",
    Kind.WHOLE: "integer",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.JSON: "array",
}
_CHANCE = {"minimum": 0, "maximum": 1}


def datapackage(about: About, files: Sequence[File], tables: Iterable[Tabular]) -> Parsed:
    """The package: every table as CSV with a schema, and every other file by name, size and checksum."""
    by_path = {f.path: f for f in files}
    tables = list(tables)
    described = {t.path for t in tables}
    return {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "version": about.version,
        "created": f"{about.date.isoformat()}T00:00:00Z",
        "licenses": [{"name": about.license, "title": about.license_title, "path": about.license_url}],
        "contributors": [{"title": about.author, "role": "author"}],
        "keywords": list(about.keywords),
        "resources": [
            *(_table(t, by_path[t.path]) for t in tables),
            *(_file(f) for f in files if f.path not in described),
        ],
    }


def _table(table: Tabular, file: File) -> Parsed:
    schema: Row = {
        "fields": [_field(c, table.key) for c in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        **_file(file),
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _field(c: Column, key: Sequence[str]) -> Parsed:
    field: Row = {"name": c.name, "type": _TYPES[c.kind], "description": c.description}
    if c.unit:
        field["unit"] = c.unit
    constraints = dict(_constraints(c, key))
    if constraints:
        field["constraints"] = constraints
    return field


def _constraints(c: Column, key: Sequence[str]) -> Iterator[tuple[str, Any]]:
    if c.name in key:
        yield "required", True
    if c.unit == "probability":
        yield from _CHANCE.items()


def _file(file: File) -> Parsed:
    return {
        "name": file.name,
        "type": "file",  # Frictionless would take Parquet and JSON for tables that it has to open
        "path": file.path,
        "format": file.path.rsplit(".", 1)[-1] if "." in file.path else "txt",
        "mediatype": file.media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
