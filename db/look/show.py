"""Everything known of one paper: its metadata, how the reading ended, and its records with the words behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from db.errors import UnknownNameError
from db.models import Field, Verdict, normal_name
from db.quantities import human, human_and_number, plain_number
from db.reference.benchmarks import listed_benchmarks
from db.settings import pdf_path
from db.store import Connection, reading, rows_of
from db.tables.readings import load_notes
from db.terminal.console import out, say, say_json, say_table
from db.untyped import Row

STATES = {
    Verdict.ACCEPT: "accepted",
    Verdict.CORRECT: "corrected",
    Verdict.REJECT: "rejected",
    Verdict.NOT_STATED: "not stated",
    Verdict.UNSURE: "unsure",
}
_ID = re.compile(
    r"(?:https?://)?(?:[\w.]*arxiv\.org/(?:abs|pdf)/|arxiv:)?(?P<id>.+?)(?:v(?P<version>\d+))?(?:\.pdf)?", re.IGNORECASE
)
_ROLES = ("own", "ablation", "prior")

Facts = Row


def show(db: Path, paper: str, *, everything: bool = False, as_json: bool = False) -> None:
    """Prints what is known of the paper; `everything` adds the rejected candidates with their reasons."""
    with reading(db) as con:
        facts = paper_facts(con, paper)
    if facts["pdf"]:
        facts["pdf"]["path"] = str(pdf_path(db, facts["pdf"]["sha256"]))
    if not everything:
        facts["rejected_count"] = len(facts.pop("rejected"))
    if as_json:
        say_json(facts)
    else:
        _print_facts(facts)


def paper_facts(con: Connection, paper: str) -> Facts:
    """What is known of the paper (an id with or without version), as plain values for JSON.

    Without a version, the newest that was read, else the newest. Raises UnknownNameError for a paper that is not here.
    """
    arxiv_id, version, versions = _find(con, paper)
    key = {"id": arxiv_id, "version": version}
    row = rows_of(con, "SELECT * FROM papers WHERE arxiv_id = $id AND version = $version", key)[0]
    readings = rows_of(con, "SELECT * FROM readings WHERE arxiv_id = $id AND version = $version", key)
    decisions = rows_of(
        con, "SELECT * FROM decisions WHERE arxiv_id = $id AND version = $version ORDER BY position", key
    )
    found_by = rows_of(
        con,
        "SELECT benchmark, list(term ORDER BY term) AS terms FROM found_by WHERE arxiv_id = $id GROUP BY 1 ORDER BY 1",
        {"id": arxiv_id},
    )
    failures = rows_of(con, "SELECT * FROM harvest_failures WHERE arxiv_id = $id AND version = $version", key)
    source = rows_of(con, "SELECT sha256, bytes, source FROM files WHERE sha256 = ?", [row["pdf_sha256"]])
    candidates = rows_of(
        con,
        """
        SELECT * FROM candidates WHERE arxiv_id = $id AND version = $version
        ORDER BY page, start_offset, key
        """,
        key,
    )
    records, linked = _records(con, key, candidates, decisions)
    carried = {decision["key"] for record in records for value in record["values"] for decision in value["decisions"]}
    unlinked = [c for c in candidates if c["key"] not in linked]
    return {
        "arxiv_id": arxiv_id,
        "version": version,
        "other_versions": [v for v in versions if v != version],
        "url": f"https://arxiv.org/abs/{arxiv_id}" + (f"v{version}" if version else ""),
        **{name: row[name] for name in ("title", "authors", "abstract", "categories", "license", "comment")},
        "published": _iso(row["published"]),
        "updated": _iso(row["updated"]),
        "withdrawn": row["withdrawn"],
        "found_by": found_by,
        "pdf": ({"sha256": row["pdf_sha256"]} | (source[0] if source else {})) if row["pdf_sha256"] else None,
        "harvest_failure": {k: _iso(v) for k, v in failures[0].items()} if failures else None,
        "reading": {k: _iso(v) for k, v in readings[0].items()} if readings else None,
        "notes": [asdict(note) | {"said": note.words} for note in load_notes(con, arxiv_id, version)],
        "records": records,
        "not_in_a_record": [_value(c, None, ()) for c in unlinked if c["chosen"]],
        "rejected": [_value(c, None, ()) for c in unlinked if not c["chosen"]]
        + [value | {"model": record["model"]} for record in records for value in record.pop("rejected")],
        "earlier_decisions": [_decision(d) for d in decisions if d["key"] not in carried],
    }


def _find(con: Connection, paper: str) -> tuple[str, int, list[int]]:
    match = _ID.fullmatch(paper.strip())
    wanted = match["id"] if match else paper.strip()
    rows = rows_of(
        con,
        """
        SELECT p.version, r.outcome = 'read' AS was_read
        FROM papers p LEFT JOIN readings r ON r.arxiv_id = p.arxiv_id AND r.version = p.version
        WHERE p.arxiv_id = ? ORDER BY was_read NULLS FIRST, p.version
        """,
        [wanted],
    )
    versions = sorted(row["version"] for row in rows)
    if match and match["version"] and rows:
        version = int(match["version"])
        if version not in versions:
            here = ", ".join(f"v{v}" for v in versions)
            raise UnknownNameError(
                f"{wanted} is here as {here}, not as v{version}", f"try `paperflops show {wanted}v{versions[-1]}`"
            )
        return wanted, version, versions
    if rows:
        return wanted, rows[-1]["version"], versions
    raise UnknownNameError(f"no paper {paper.strip()!r} is here", _mend(con, wanted))


def _mend(con: Connection, wanted: str) -> str:
    """What to do about an unknown id: near ids, else papers with these words in the title, else how to add it."""
    near = _ids_like(con, wanted)
    if not near:
        near = [
            f"{row['arxiv_id']} ({row['title']})"
            for row in rows_of(
                con,
                "SELECT DISTINCT arxiv_id, title FROM papers WHERE contains(lower(title), lower(?)) LIMIT 3",
                [wanted],
            )
        ]
    if near:
        return f"near it: {', '.join(near)}"
    return "take it in with `paperflops add FILE.pdf` or `paperflops harvest`"


def _ids_like(con: Connection, wanted: str) -> list[str]:
    """Up to three ids that have one half of this one in its place, and in the other at most two signs that differ.

    Whoever mistypes an id mistypes one half. Only ids that share the other are compared sign by sign.
    """
    half = len(wanted) // 2
    rows = con.execute(
        """
        SELECT arxiv_id FROM papers
        WHERE (starts_with(arxiv_id, $first) OR ends_with(arxiv_id, $last)) AND levenshtein(arxiv_id, $wanted) <= 2
        GROUP BY arxiv_id ORDER BY levenshtein(arxiv_id, $wanted), arxiv_id LIMIT 3
        """,
        {"first": wanted[:half], "last": wanted[half:], "wanted": wanted},
    ).fetchall()
    return [arxiv_id for (arxiv_id,) in rows]


def _records(
    con: Connection, key: Row, candidates: list[Facts], decisions: list[Facts]
) -> tuple[list[Facts], set[str]]:
    """The paper's records, each with chosen and rejected values; and the keys of all candidates that are in one."""
    by_key = {c["key"]: c for c in candidates}
    rows = rows_of(
        con,
        """
        SELECT r.*, t.state AS review
        FROM records r LEFT JOIN review_tasks t ON t.record_key = r.key
        WHERE r.arxiv_id = $id AND r.version = $version
        """,
        key,
    )
    places: dict[str, list[Facts]] = {}
    for place in rows_of(
        con,
        """
        SELECT v.* FROM record_values v JOIN records r ON r.key = v.record_key
        WHERE r.arxiv_id = $id AND r.version = $version
        """,
        key,
    ):
        places.setdefault(place["record_key"], []).append(place)
    order = {name: number for number, name in enumerate(listed_benchmarks())}
    rows.sort(
        key=lambda r: (
            _ROLES.index(r["role"]),
            order.get(r["benchmark"], len(order)),
            r["benchmark"] or "~",
            r["model"],
        )
    )
    linked: set[str] = set()
    for row in rows:
        mine = [(by_key[p["candidate_key"]], p) for p in places.get(row["key"], ()) if p["candidate_key"] in by_key]
        mine.sort(key=lambda pair: _place(pair[0]))
        linked |= {c["key"] for c, _ in mine}
        said = [
            d
            for d in decisions
            if normal_name(d["model"]) == normal_name(row["model"]) and d["benchmark"] == row["benchmark"]
        ]
        row["values"] = [_value(c, place, said) for c, place in mine if place["chosen"]]
        row["rejected"] = [_value(c, place, said) for c, place in mine if not place["chosen"]]
    return rows, linked


def _place(candidate: Facts) -> tuple[int, str, int, str, int, str]:
    """Scores first, the benchmark's first metric before its others, then device, count, time ... by run and page."""
    fields = [str(Field.SCORE), *(str(f) for f in Field if f is not Field.SCORE)]
    field = candidate["field"]
    known = fields.index(field) if field in fields else len(fields)
    benchmark = listed_benchmarks().get(candidate["benchmark"] or "")
    metrics = benchmark.metrics if benchmark else ()
    metric = candidate["metric"] or ""
    rank = metrics.index(metric) if metric in metrics else len(metrics)
    return known, candidate["run"] or "", rank, metric, candidate["page"], candidate["key"]


def _value(c: Facts, place: Facts | None, decisions: Iterable[Facts]) -> Facts:
    """One candidate as people and programs see it, with the decisions on exactly these words and this value.

    `place`: its place in a record, None where it is in none.
    """
    place = place or {}
    mine = [_decision(d) for d in decisions if d["judged_key"] == c["judged_key"]]
    value = c["value_text"] if c["value"] is None else plain_number(c["value"])
    facts = {
        "key": c["key"],
        "field": c["field"],
        "metric": c["metric"],
        "value": value,
        "said": human_and_number(c["field"], value),
        "unit": c["unit"],
        "low": c["low"],
        "high": c["high"],
        "model": c["subject"],
        "benchmark": c["benchmark"],
        "role": c["role"],
        "purpose": c["purpose"],
        "run": c["run"],
        "split": c["split"],
        "page": c["page"],
        "quote": c["quote"],
        "cell": {"table": c["table_label"], "row": c["row_header"], "column": c["column_header"]}
        if c["table_label"]
        else None,
        "confidence": c["confidence"] if place.get("confidence") is None else place["confidence"],
        "link": place.get("link"),
        "pattern": c["pattern"],
        "extractor_version": c["extractor_version"],
        "qualifiers": json.loads(c["qualifiers"]),
        "reason": place.get("reason") or c["reason"],
    }
    return facts | {"state": _state(mine), "decisions": mine}


def _state(decisions: list[Facts]) -> str:
    """What people made of a value: the last word of each annotator, where they agree."""
    last = {d["annotator"]: d["verdict"] for d in decisions}
    verdicts = set(last.values())
    if not verdicts:
        return "unreviewed"
    return STATES[Verdict(verdicts.pop())] if len(verdicts) == 1 else "disputed"


def _decision(row: Facts) -> Facts:
    """One decision, without the keys that only the database needs."""
    value = row["value_text"] if row["value"] is None else plain_number(row["value"])
    judged = row["judged_text"] if row["judged_value"] is None else plain_number(row["judged_value"])
    names = ("key", "model", "benchmark", "field", "metric", "verdict", "annotator", "page", "quote", "note", "backend")
    return {name: row[name] for name in names} | {
        "judged_value": judged,
        "value": value,
        "answer_page": row["answer_page"],
        "found_page": row["found_page"],
        "found_quote": row["found_quote"],
        "typed": row["typed"],
        "decided_at": _iso(row["decided_at"]),
    }


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


# --- printing -----------------------------------------------------------------------------------------------------


def _print_facts(facts: Facts) -> None:
    version = f"v{facts['version']}" if facts["version"] else " (version not known)"
    say(f"{facts['arxiv_id']}{version}  {facts['title'] or '(title not known)'}")
    for line in _metadata(facts):
        say(f"  {line}")
    for record in facts["records"]:
        say("")
        say(_heading(record))
        _print_values(record["values"])
    if facts["reading"] and not facts["records"]:
        say("")
        say("no record: nothing was read that the extractor stands behind")
    if facts["not_in_a_record"]:
        say("")
        say("In no record (prior work, or not linked to a model)")
        _print_values(facts["not_in_a_record"], with_model=True)
    if facts["earlier_decisions"]:
        say("")
        say("Other decisions (on what is not read now, or on a field that nothing was read for)")
        say_table(
            ("model", "field", "shown", "verdict", "value", "by", "page", "words"),
            [
                (
                    d["model"],
                    _field(d),
                    human_and_number(d["field"], d["judged_value"]),
                    STATES[Verdict(d["verdict"])],
                    human_and_number(d["field"], d["value"]),
                    d["annotator"],
                    str(d["found_page"] or d["page"] or d["answer_page"] or ""),
                    _words_of(d),
                )
                for d in facts["earlier_decisions"]
            ],
            right={"page"},
        )
    if "rejected" in facts:
        say("")
        say(f"Rejected ({len(facts['rejected'])})")
        if facts["rejected"]:
            say_table(
                ("field", "value", "page", "reason", "words"),
                [
                    (_field(v), v["said"], str(v["page"]), v["reason"] or "no reason kept", v["quote"])
                    for v in facts["rejected"]
                ],
                right={"page"},
            )
    elif facts["rejected_count"]:
        say("")
        say(f"{facts['rejected_count']} rejected candidates with their reasons: --all")


def _metadata(facts: Facts) -> Iterable[str]:
    if facts["authors"]:
        names = facts["authors"]
        yield ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    parts = [
        f"published {facts['published']}" if facts["published"] else "",
        f"updated {facts['updated']}" if facts["updated"] else "",
        " ".join(facts["categories"] or ()),
        "withdrawn" if facts["withdrawn"] else "",
    ]
    line = " · ".join(part for part in parts if part)
    if line:
        yield line
    yield facts["url"]
    if facts["found_by"]:
        yield "found for " + ", ".join(f"{f['benchmark']} ({', '.join(f['terms'])})" for f in facts["found_by"])
    if facts["other_versions"]:
        yield "also here: " + ", ".join(f"v{v}" for v in facts["other_versions"])
    if facts["pdf"]:
        yield f"PDF {facts['pdf']['path']}" if "path" in facts["pdf"] else f"PDF {facts['pdf']['sha256']}"
    elif facts["harvest_failure"]:
        failure = facts["harvest_failure"]
        yield f"PDF not fetched: {failure['reason']}, {failure['tries']} tries, last {failure['last_try'][:16]}"
    else:
        yield "PDF not here yet"
    if facts["pdf"] or facts["reading"]:
        yield _reading_line(facts["reading"])
    for note in facts["notes"]:
        yield f"note: {note['said']}"


def _reading_line(read: Facts | None) -> str:
    if read is None:
        return "not read yet: `paperflops extract`"
    parts = [
        f"reading ended: {read['outcome']}" + (f" ({read['message']})" if read["message"] else ""),
        f"{read['pages']} pages" if read["pages"] is not None else "",
        f"{read['tables']} tables" if read["tables"] is not None else "",
        f"{read['seconds']:.1f} s" if read["seconds"] is not None else "",
        f"reader {read['reader_version']}",
        str(read["read_at"])[:16].replace("T", " "),
    ]
    return " · ".join(part for part in parts if part)


def _heading(record: Facts) -> str:
    model = "the paper's models in general" if record["model"] == "*" else record["model"]
    parts = [model, record["benchmark"] or "no benchmark", record["role"]]
    if record["review"]:
        parts.append(f"review {record['review']}")
    return " · ".join(parts)


def _print_values(values: list[Facts], *, with_model: bool = False) -> None:
    columns = ["field", "value", "page", "conf.", "state", "words"]
    rows = [
        [
            _field(v),
            _said(v),
            str(v["page"]),
            "" if v["confidence"] is None else f"{v['confidence']:.2f}",
            _state_said(v),
            "as above" if out.is_terminal and n and _words(v) == _words(values[n - 1]) else v["quote"],
        ]
        for n, v in enumerate(values)
    ]
    if with_model:
        columns = ["model", *columns]
        rows = [[v["model"] or "", *row] for v, row in zip(values, rows, strict=True)]
    say_table(columns, rows, right={"page", "conf."})


def _words(value: Facts) -> tuple[int, str]:
    return value["page"], value["quote"]


def _field(value: Facts) -> str:
    field = value["metric"] if value["field"] == Field.SCORE and value["metric"] else value["field"]
    return field if value.get("purpose", "training") == "training" else f"{field}, {value['purpose']}"


def _said(value: Facts) -> str:
    return value["said"] or f"none: {value['reason'] or 'hard form'}"


def _state_said(value: Facts) -> str:
    """The state; where somebody corrected it, to what."""
    corrected = [d for d in value["decisions"] if d["verdict"] == Verdict.CORRECT]
    if value["state"] == "corrected" and corrected:
        return f"corrected to {human(value['field'], corrected[-1]['value'])}, {_found(corrected[-1])}"
    return str(value["state"])


def _found(decision: Facts) -> str:
    """Where the paper prints the value that somebody gave."""
    if decision["found_page"] is None:
        return f"stated by {decision['annotator']}, not found in the paper"
    return f"found on page {decision['found_page']}: {decision['found_quote']}"


def _words_of(decision: Facts) -> str:
    """The words that a decision stands on: of a value that somebody gave, those that print it."""
    if decision["verdict"] != Verdict.CORRECT or decision["value"] is None:
        return decision["quote"] or ""
    return decision["found_quote"] or f"{decision['typed'] or ''} ({_found(decision)})".strip()
