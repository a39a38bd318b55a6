"""Tables by authors who had not seen the rules: `examples/independent_scores.toml` and the two files numbered after it.

Scores are asked for with benchmark, metric and value, and with model, role and setting, but for the shortfalls that
`examples/independent_shortfalls.toml` counts. That file may only shrink: a table read better than it says fails.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extract.cells.models import CellReading
from extract.language.same_model import same_model
from tests.extract.cells.test_score_examples import readings, score

FOLDER = Path(__file__).parent / "examples"
TABLES = [
    (kind, table)
    for bank in ("independent_scores.toml", "independent2_scores.toml", "independent3_scores.toml")
    for kind, of_kind in tomllib.loads((FOLDER / bank).read_text(encoding="utf-8")).items()
    for table in of_kind
]
with (FOLDER / "independent_shortfalls.toml").open("rb") as file:
    SHORTFALLS: dict[str, dict[str, int]] = tomllib.load(file)

_NO_NAME = re.compile(
    r"\[\d+(?:, ?\d+)*\]|\([^()]*(?:et al|\b(?:19|20)\d\d)[^()]*\)|\((?:ours?|this work)\)|\bours?\b|[†‡*§]",
    re.IGNORECASE,
)


def _name(printed: str) -> str:
    """A printed name's letters and digits, without citations and footnote marks."""
    return "".join(c for c in _NO_NAME.sub("", printed).lower() if c.isalnum() or c == "+")


def _mean_one(read: str | None, printed: str) -> bool:
    return read is not None and (_name(read) == _name(printed) or same_model(read, printed))


def wrongly_told(table: dict[str, Any], read: list[CellReading]) -> Counter[str]:
    """How many of the table's scores have another model, role or setting than it says."""
    settings = table.get("settings") or [""] * len(table["scores"])
    left = list(zip(map(tuple, table["scores"]), settings, strict=True))
    roles = dict(map(tuple, table.get("roles", ())))
    wrong: Counter[str] = Counter()
    for r in read:
        same = [s for s in left if s[0][1:] == score(r)[1:]]
        (printed, *_), setting = wanted = next((s for s in same if _mean_one(r.model, s[0][0])), same[0])
        left.remove(wanted)
        wrong["model"] += not _mean_one(r.model, printed)
        wrong["role"] += printed in roles and str(r.role) != roles[printed]
        wrong["setting"] += r.qualifiers.get("setting", "") != setting
    return +wrong


@pytest.mark.parametrize(("kind", "table"), TABLES, ids=[f"{kind}: {t['name']}" for kind, t in TABLES])
def test_table(kind: str, table: dict[str, Any]) -> None:
    """it has the table's scores and no others, and tells whose they are as well as is known"""
    read = readings(table)
    found, wanted = Counter(score(r)[1:] for r in read), Counter(tuple(s[1:]) for s in table["scores"])
    assert not found - wanted
    missed = Counter({"missed": (wanted - found).total()})
    assert +(wrongly_told(table, read) + missed) == Counter(SHORTFALLS.get(table["name"], {}))


def test_shortfalls_are_of_tables() -> None:
    """it counts shortfalls of tables that there are"""
    assert SHORTFALLS.keys() <= {table["name"] for _, table in TABLES}
