"""docs/design.md draws the architecture as it is."""

from __future__ import annotations

import re
import tomllib

from tests.conftest import ROOT

DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")


def contract() -> list[str]:
    """The layers of extract that import-linter holds, the highest first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (layers,) = [c["layers"] for c in contracts if c.get("containers") == ["extract"]]
    return layers


def drawn() -> list[str]:
    """The layers of the drawing: the names before the wide gap in each line."""
    drawing = re.search(r"```\nrun .*?```", DESIGN, re.DOTALL)
    assert drawing
    return [re.split(r"\s{2,}", line)[0] for line in drawing.group().strip("`\n").splitlines()]


def test_drawing_is_the_contract() -> None:
    """it draws the layers in the order that imports are held to"""
    assert drawn() == contract()


def test_every_part_is_drawn() -> None:
    """it draws every module and sub-package of extract"""
    parts = {
        p.stem for p in (ROOT / "extract").iterdir() if p.name != "__init__.py" and (p.suffix == ".py" or p.is_dir())
    }
    assert {name for layer in drawn() for name in layer.split(" | ")} == parts - {"__pycache__"}
