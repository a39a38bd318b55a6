"""One page of a paper as a picture, with everything that was read there boxed: `paperflops show ID --page N`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from db.errors import BadInputError
from db.look.picture import draw_page
from db.look.show import paper_facts
from db.models import Candidate, Field
from db.settings import pdf_path
from db.store import reading
from db.tables.readings import load_candidates

# told apart by people who see colours differently too (Okabe and Ito's palette, darkened where it is light)
COLOURS: Mapping[str, str] = {
    Field.DEVICE: "#0072b2", Field.DEVICE_COUNT: "#2f9bd6", Field.TRAINING_TIME: "#d55e00", Field.EPOCHS: "#b87700",
    Field.PARAMETERS: "#009e73", Field.FLOPS: "#8a6d00", Field.MULTIPLY_ADDS: "#5c7a00",
    Field.TRAINING_FLOPS: "#5b4a8a", Field.SCORE: "#c2559d",
}  # fmt: skip
OF_ANOTHER_FIELD = "#3f3f3f"  # one that rules do not name
REFUSED = "#8c8c8c"


def picture_of_page(db: Path, paper: str, page: int, out: Path | None) -> tuple[Path, int]:
    """Where the PNG was written and how many values are boxed on it.

    A value that was chosen has its field's colour, one that was refused is grey; the legend stands under the page.
    """
    with reading(db) as con:
        facts = paper_facts(con, paper)
        arxiv_id, version, sha256 = facts["arxiv_id"], facts["version"], (facts["pdf"] or {}).get("sha256")
        here = [c for c in load_candidates(con, arxiv_id) if c.evidence.version == version and c.evidence.page == page]
    if sha256 is None or not pdf_path(db, sha256).exists():
        raise BadInputError(
            f"the PDF of {arxiv_id}v{version} is not in the store", "fetch it with `paperflops harvest`"
        )
    boxes = [(box, _colour(c), "") for c in _drawn(here) for box in c.evidence.boxes]
    try:
        picture = draw_page(pdf_path(db, sha256).read_bytes(), page, boxes, legend=_legend(here))
    except ValueError as error:
        raise BadInputError(f"{arxiv_id}v{version} has no such page ({error})", "choose another") from error
    target = out or Path(f"{arxiv_id.replace('/', '_')}v{version}-p{page}.png")
    if not target.parent.is_dir():
        raise BadInputError(f"there is no folder {target.parent}", "make it, or name another with --out")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.write_bytes(picture)
    unfinished.replace(target)
    return target, len(_drawn(here))


def _drawn(candidates: list[Candidate]) -> list[Candidate]:
    """Each value once, those that were refused first, so that the chosen are drawn over them."""
    unique = {(c.field, c.metric, c.value, c.evidence.start, c.chosen): c for c in candidates}
    return sorted(unique.values(), key=lambda c: c.chosen)


def _colour(c: Candidate) -> str:
    return COLOURS.get(c.field, OF_ANOTHER_FIELD) if c.chosen else REFUSED


def _legend(candidates: list[Candidate]) -> list[tuple[str, str]]:
    """Colour and name of what is on the page, in the order of the fields."""
    chosen = {str(c.field) for c in candidates if c.chosen}
    of_fields = {**COLOURS, **dict.fromkeys(sorted(chosen - COLOURS.keys()), OF_ANOTHER_FIELD)}
    legend = [(colour, str(field).replace("_", " ")) for field, colour in of_fields.items() if field in chosen]
    return legend + ([(REFUSED, "refused")] if any(not c.chosen for c in candidates) else [])
