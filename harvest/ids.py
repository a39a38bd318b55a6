"""arXiv identifiers: reading them from names and stamps, and the month that they carry.

Forms (https://info.arxiv.org/help/arxiv_identifier.html): since April 2007 `YYMM.NNNN`, since January 2015
`YYMM.NNNNN`; before, `archive/YYMMNNN` (with or without a subject class: `math.GT/0309136`). `vN` is the version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

UNKNOWN_VERSION = 0
"""The version of a paper whose file says none: a conference copy has neither a stamp nor a version in its name, and a
file that is known by its content alone may be any."""

# The archives that took papers before April 2007. The list keeps "scan_0411343.pdf" from passing for an identifier.
OLD_ARCHIVES = frozenset(
    {
        "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph",
        "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph",
        "hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph",
        "q-alg", "q-bio", "quant-ph", "solv-int", "supr-con",
    }
)  # fmt: skip

NEW_FORM = r"(?P<new>(?P<yymm>\d{4})\.(?P<sequence>\d{4,5}))"
_ARCHIVE, _NUMBER = r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?", r"(?P<number>\d{7})"
OLD_FORM = rf"{_ARCHIVE}[/_]{_NUMBER}"
OLD_FORM_IN_NAME = rf"{_ARCHIVE}_?{_NUMBER}"  # arXiv's bulk sets name files without a slash: "cs0701188.pdf"
VERSION = r"(?:\s?v(?P<version>[1-9]\d{0,2}))?"

WHOLE_ID = re.compile(rf"(?:arxiv:)?(?:{NEW_FORM}|{OLD_FORM}){VERSION}", re.IGNORECASE)
# A file's name begins with the identifier: "1512.03385v1", "arXiv_math_0411343v1", "astro-ph9912010",
# "1706.03762v5 - Attention", "1512.03385 (1)". An identifier further in ("s1_truncated60_1512.03385") is what somebody
# says of the file.
FILE_NAME = re.compile(
    rf"(?:arxiv[-_: .]?)?(?:{NEW_FORM}|{OLD_FORM_IN_NAME}){VERSION}(?=$|[\s._()\[\]-])", re.IGNORECASE
)
# The stamp in page 1's margin: "arXiv:1409.1556v6 [cs.CV] 10 Apr 2015"; before 2007 "arXiv:cs.CL/0102003 v1  5 Feb
# 2001". The version and the date set it apart from a citation ("arXiv:1409.1556, 2014", "arXiv:1409.1556v6").
STAMP = re.compile(
    rf"arXiv\s*:\s*(?:{NEW_FORM}|{OLD_FORM})\s*v\s?(?P<version>[1-9]\d{{0,2}})\s*(?:\[[A-Za-z.-]+\])?\s*"
    r"(?P<day>\d{1,2})\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+(?:19|20)\d\d"
)


@dataclass(frozen=True, order=True)
class ArxivId:
    """An article's identifier and, where it is said, the version."""

    arxiv_id: str
    version: int | None = None

    def __str__(self) -> str:
        return self.arxiv_id if self.version is None else f"{self.arxiv_id}v{self.version}"

    @property
    def month(self) -> date:
        """The first day of the month in which the article came to arXiv."""
        return month_of(self.arxiv_id)


def parse_id(text: str) -> ArxivId | None:
    """The identifier that the text is ("1512.03385v1", "math/0411343", "arXiv:math.DS/0411343v2"), else None."""
    return _from_match(WHOLE_ID.fullmatch(text.strip()))


def id_from_url(url: str) -> ArxivId | None:
    """The identifier at the end of an arXiv address ("http://arxiv.org/abs/astro-ph/0601001v1"), else None."""
    path = url.strip().split("?")[0].split("#")[0].removesuffix(".pdf")
    for mark in ("/abs/", "/pdf/"):
        if mark in path:
            return parse_id(path.split(mark)[-1])
    return parse_id("/".join(path.split("/")[-2:])) or parse_id(path.split("/")[-1])


def id_from_file_name(name: str) -> ArxivId | None:
    """The identifier with which a PDF's file name begins ("math_0411343v1.pdf", "1512.03385.pdf"), else None."""
    return _from_match(FILE_NAME.match(re.sub(r"\.pdf$", "", name, flags=re.IGNORECASE)))


def id_from_stamp(page_text: str) -> ArxivId | None:
    """The identifier and version in a page's arXiv stamp, else None. A citation of a paper is no stamp."""
    for match in STAMP.finditer(page_text):
        found = _from_match(match)
        if found is not None:
            return found
    return None


def month_of(arxiv_id: str) -> date:
    """The first day of the month that the identifier carries. ValueError where it carries none.

    Old identifiers of 91 and later are of the last century (arXiv began in August 1991), new ones never are.
    """
    found = parse_id(arxiv_id)
    if found is None:
        raise ValueError(f"{arxiv_id!r} is not an arXiv identifier")
    digits = found.arxiv_id.rsplit("/", 1)[-1][:4]
    year, month = int(digits[:2]), int(digits[2:])
    old_century = "/" in found.arxiv_id and year >= 91
    return date((1900 if old_century else 2000) + year, month, 1)


def _from_match(match: re.Match[str] | None) -> ArxivId | None:
    if match is None:
        return None
    version = int(match["version"]) if match["version"] else None
    if match["new"]:
        year, month = int(match["yymm"][:2]), int(match["yymm"][2:])
        digits = 4 if (year, month) < (15, 1) else 5
        if not 1 <= month <= 12 or (year, month) < (7, 4) or len(match["sequence"]) != digits:
            return None
        return ArxivId(match["new"], version)
    archive, number = match["archive"].lower(), match["number"]
    year, month = int(number[:2]), int(number[2:4])
    in_time = (year, month) >= (91, 7) or (year, month) <= (7, 3)
    if archive not in OLD_ARCHIVES or not 1 <= month <= 12 or not in_time:
        return None
    return ArxivId(f"{archive}/{number}", version)
