"""Our values beside a leaderboard's. It is a witness, not a judge: what differs is asked first, and nothing changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curate.witnesses.leaderboards import Claim
from db.models import Candidate, Field, Record, normal_name
from db.reference.hardware import find_device
from db.tables.reviews import Witness

TOLERANCE = 0.02  # of costs: leaderboards round
SCORE_TOLERANCE = 0.051  # points: papers and leaderboards round to a tenth


@dataclass(frozen=True)
class Ours:
    """A value of ours: of which record, and where it was read."""

    record_key: str
    model: str
    value: float | str
    page: int


@dataclass(frozen=True)
class Crosscheck:
    witnesses: tuple[Witness, ...]  # agree, disagree, theirs_only
    ours_only: int  # our scores in the papers that they have, on benchmarks and metrics that they have


def crosscheck(
    source: str, claims: Iterable[Claim], records: Sequence[Record], candidates: Mapping[str, Candidate]
) -> Crosscheck:
    """Each claim about a paper that we read, beside our value of the same model; papers we lack are passed over.

    A claim is ours too if any of our values of that paper, benchmark and metric is equal; it is contradicted only by
    a value of a model that bears the same name.
    """
    mine: dict[tuple[str, str | None, str, str | None], list[Ours]] = defaultdict(list)
    for r in records:
        for v in r.values:
            c = candidates.get(v.candidate_key)
            if v.chosen and c is not None and c.value is not None:
                benchmark = r.benchmark if c.field == Field.SCORE else None
                mine[(r.arxiv_id, benchmark, str(c.field), c.metric)].append(
                    Ours(r.key, r.model, c.value, c.evidence.page)
                )
    read = {r.arxiv_id for r in records}
    witnesses, matched, asked = [], set(), set()
    for claim in claims:
        if claim.arxiv_id not in read:
            continue
        place = (claim.arxiv_id, claim.benchmark, claim.field, claim.metric)
        asked.add(place)
        here = mine[place]
        equal = [o for o in here if same_value(claim.field, o.value, claim.value)]
        named = [o for o in here if _same_model(o.model, claim.model)]
        best = next((o for o in equal if o in named), equal[0] if equal else named[0] if named else None)
        verdict = "agree" if equal else "disagree" if named else "theirs_only"
        if best is not None:
            matched.add((place, best.record_key))
        witnesses.append(
            Witness(
                source, claim.arxiv_id, claim.benchmark, claim.model, claim.field, claim.metric, claim.value, verdict,
                best.record_key if best else None, best.value if best else None, best.page if best else None,
            )
        )  # fmt: skip
    ours_only = sum(
        (place, o.record_key) not in matched for place in asked if place[2] == Field.SCORE for o in mine[place]
    )
    return Crosscheck(tuple(dict.fromkeys(witnesses)), ours_only)


def same_value(field: str, ours: float | str, theirs: float | str) -> bool:
    """Whether the two values of this field may be one, printed otherwise."""
    if isinstance(ours, str) or isinstance(theirs, str):
        a, b = normal_name(str(ours)), normal_name(str(theirs))
        device = _device(str(ours))
        return a in b or b in a or (device is not None and device == _device(str(theirs)))
    if field == Field.SCORE:
        return abs(ours - theirs) <= SCORE_TOLERANCE
    return abs(ours - theirs) <= TOLERANCE * abs(theirs)


def _device(printed: str) -> str | None:
    """The device that a name means, whatever part or build of it: a leaderboard's "Google TPU v3" is our "TPUv3 core".

    How many there are, and of which size, is another field.
    """
    found = find_device(printed)
    return _PART_OR_BUILD.sub("", found.name).strip() if found is not None else None


_PART_OR_BUILD = re.compile(r"^Cloud | (?:core|Pod|PCIe|SXM\d*|NVL\d*|\d+ ?GB)\b|-\d+$")


def _same_model(ours: str, theirs: str) -> bool:
    """Whether two names may be one model's: authors and years in brackets, which leaderboards add, do not count."""
    names = [re.sub(r"\([^)]*(?:et al|\b(?:19|20)\d\d)[^)]*\)", "", n) for n in (ours, theirs)]
    if normal_name(names[0]) == normal_name(names[1]):
        return True
    words = [set(re.findall(r"[a-z]+|\d+", n.lower())) for n in names]
    return min(map(len, words)) >= 2 and (words[0] <= words[1] or words[1] <= words[0])
