"""arXiv's OAI-PMH sets: groups, archives and categories ("cs", "physics:hep-ex", "cs:cs:CV").

Source: https://arxiv.org/category_taxonomy and https://info.arxiv.org/help/oa/ (read in 2025). A set that arXiv adds
later is a word in this table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from db.errors import UnknownNameError

# Each group with its archives, each archive with its categories.
GROUPS = {
    "cs": {
        "cs": "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL "
        "RO SC SD SE SI SY"
    },
    "econ": {"econ": "EM GN TH"},
    "eess": {"eess": "AS IV SP SY"},
    "math": {"math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST"},
    "physics": {
        "astro-ph": "CO EP GA HE IM SR",
        "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
        "gr-qc": "",
        "hep-ex": "",
        "hep-lat": "",
        "hep-ph": "",
        "hep-th": "",
        "math-ph": "",
        "nlin": "AO CD CG PS SI",
        "nucl-ex": "",
        "nucl-th": "",
        "physics": "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph "
        "geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
        "quant-ph": "",
    },
    "q-bio": {"q-bio": "BM CB GN MN NC OT PE QM SC TO"},
    "q-fin": {"q-fin": "CP EC GN MF PM PR RM ST TR"},
    "stat": {"stat": "AP CO ME ML OT TH"},
}


def known_sets() -> Iterator[str]:
    """Every set's name, wide ones before those within them."""
    for group, archives in GROUPS.items():
        yield group
        for archive, categories in archives.items():
            yield f"{group}:{archive}"
            for category in categories.split():
                yield f"{group}:{archive}:{category}"


def checked_sets(names: Iterable[str]) -> tuple[str, ...]:
    """The sets, each once and none that is within another. UnknownNameError suggests the nearest known names."""
    wanted = list(dict.fromkeys(name.strip() for text in names for name in text.split(",") if name.strip()))
    known = set(known_sets())
    for name in wanted:
        if name not in known:
            raise UnknownNameError(f"arXiv has no set {name!r}", _suggestion(name))
    return tuple(name for name in wanted if not any(contains(other, name) and other != name for other in wanted))


def contains(wide: str, narrow: str) -> bool:
    """Whether every record of one set is in the other; "" is the whole archive."""
    return not wide or narrow == wide or narrow.startswith(f"{wide}:")


def _suggestion(name: str) -> str:
    """The known sets that look most like the name; "cs.CV" and "CV" mean "cs:cs:CV"."""
    parts = name.lower().replace(".", ":").split(":")
    by_parts = [known for known in known_sets() if known.lower().split(":")[-len(parts) :] == parts]
    by_look = difflib.get_close_matches(name, list(known_sets()), n=3, cutoff=0.5)
    near = by_parts or by_look
    if not near:
        return f"sets begin with one of: {', '.join(GROUPS)}"
    return f"did you mean {' or '.join(near)}?"
