"""Precision, recall and F1 on the invented examples that nobody makes rules on: `python -m tests.measure_sealed`.

Only totals are printed: an example whose error somebody has seen is no longer sealed.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from extract.cells.models import CellReading
from extract.fields.paper import PaperView
from tests.extract.cells.test_independent_scores import wrongly_told
from tests.extract.cells.test_score_examples import readings, score
from tests.extract.fields.test_independent_amounts import stated
from tests.extract.fields.test_independent_amounts import unmatched as unmatched_amounts
from tests.extract.runs.test_cases import expected, paper_of_paragraphs, paper_of_table, runs_in
from tests.extract.runs.test_independent_cases import unmatched

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "extract" / "sealed"
FIGURES = FOLDER / "figures.json"

Figures = dict[str, float]


def measured() -> dict[str, Figures]:
    """The figures of each file by name: P, R and F1, for scores also the shares whose role and model are right."""
    return {
        "paragraphs": _of_runs(_examples("paragraphs")["case"], paper_of_paragraphs),
        "tables": _of_runs(_examples("tables")["case"], paper_of_table),
        "paragraphs_2": _of_runs(_examples("paragraphs_2")["case"], paper_of_paragraphs),
        "tables_2": _of_runs(_examples("tables_2")["case"], paper_of_table),
        "scores": _of_scores(_tables("scores")),
        "roles": _of_scores(_tables("roles")),
        "epochs": _of_amounts("epochs"),
        "operations": _of_amounts("operations"),
    }


def _examples(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _tables(name: str) -> list[dict[str, Any]]:
    return [table for of_kind in _examples(name).values() for table in of_kind]


def _of_runs(cases: Iterable[dict[str, Any]], paper_of: Callable[[dict[str, Any]], PaperView]) -> Figures:
    """A run is right if its time (within 2 %), count and device are."""
    counts: Counter[str] = Counter()
    for case in cases:
        found = runs_in(paper_of(case))[0]
        extra, missed = unmatched(found, map(expected, case["runs"]))
        counts.update({"right": len(found) - len(extra), "extra": len(extra), "missed": len(missed)})
    return _figures(counts)


def _of_scores(tables: Sequence[dict[str, Any]]) -> Figures:
    """A score is right if its value, benchmark and metric are."""
    counts: Counter[str] = Counter()
    for table in tables:
        left = [tuple(s[1:]) for s in table["scores"]]
        right: list[CellReading] = []
        for r in readings(table):
            if score(r)[1:] in left:
                left.remove(score(r)[1:])
                right.append(r)
            else:
                counts["extra"] += 1
        counts["right"] += len(right)
        counts["missed"] += len(left)
        counts.update(wrongly_told(table, right))
    return _figures(counts) | {what: round(1 - counts[what] / counts["right"], 3) for what in ("role", "model")}


def _of_amounts(name: str) -> Figures:
    """An amount is right if its field and value are; what may be missed is not counted."""
    counts: Counter[str] = Counter()
    for case in _examples(name)["case"]:
        extra, missed = unmatched_amounts(case, name)
        wanted = len(stated(case, name))
        counts.update({"right": wanted - len(missed), "extra": len(extra), "missed": len(missed)})
    return _figures(counts)


def _figures(counts: Counter[str]) -> Figures:
    right, extra, missed = counts["right"], counts["extra"], counts["missed"]
    return {
        "P": round(right / (right + extra), 3),
        "R": round(right / (right + missed), 3),
        "F1": round(2 * right / (2 * right + extra + missed), 3),
    }


def main() -> None:
    figures = measured()
    for name, of_file in figures.items():
        print(f"{name:12}", "  ".join(f"{what} {value:.3f}" for what, value in of_file.items()))
    if "--write" in sys.argv[1:]:
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
