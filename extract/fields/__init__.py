"""One file a field. Each has FIELD, EXAMPLES (half of them near misses: they are its tests) and `read`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol, cast

from db.models import Candidate
from extract.fields.paper import PaperView


class FieldReader(Protocol):
    """What a file in this folder offers."""

    FIELD: str
    EXAMPLES: Sequence[Any]

    def read(self, view: PaperView) -> Iterator[Candidate]: ...


@cache
def field_readers() -> Mapping[str, FieldReader]:
    """The fields' readers by name of field: every module of this folder that has a FIELD."""
    found: dict[str, FieldReader] = {}
    for entry in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{__name__}.{entry.name}")
        if hasattr(module, "FIELD"):
            found[module.FIELD] = cast(FieldReader, module)
    return MappingProxyType(found)
