"""The two shapes in which values come from outside, before a reader has made a typed value of them.

DuckDB, JSON and TOML know no Python types, so their values are `Any` here, and nowhere else under a key that is a text
(`tests/test_architecture.py`): what goes on from a reader is a dataclass, or a mapping whose values have a type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]  # column -> value: of a query, or of a data frame
Parsed = Mapping[str, Any]  # key -> value: of an object of JSON, or of a table of TOML
