"""How far the study has come: its flow from papers found to rows with both costs, by benchmark (figures 5 and 6)."""

from __future__ import annotations

from pathlib import Path

from db.models import Field, Outcome
from db.quantities import counted
from db.reference.benchmarks import listed_benchmarks
from db.store import Connection, reading, rows_of
from db.terminal.console import say, say_json, say_table
from db.untyped import Row

Facts = Row

# A paper is counted once, as its newest version that was read; a model once a benchmark. A cost counts where a value
# was read that the extractor stands behind and that is not of inference. Worked out once, since each count needs it.
_COUNTED = (
    """
    CREATE OR REPLACE TEMP TABLE newest AS
    SELECT arxiv_id, max(version) AS version FROM readings WHERE outcome = 'read' GROUP BY arxiv_id
    """,
    """
    CREATE OR REPLACE TEMP TABLE here AS
    SELECT r.key, r.arxiv_id, r.model, r.benchmark, r.role FROM records r JOIN newest USING (arxiv_id, version)
    """,
    # The fields that a record has are bits of a number, gathered before anything is joined: lists take ten times longer
    "SET VARIABLE fields = (SELECT list(DISTINCT field ORDER BY field) FROM record_values)",
    """
    CREATE OR REPLACE TEMP MACRO bit_of(field) AS 1::UBIGINT << (list_position(getvariable('fields'), field) - 1)
    """,
    "CREATE OR REPLACE TEMP MACRO has(fields, field) AS coalesce(fields & bit_of(field) <> 0, false)",
    """
    CREATE OR REPLACE TEMP TABLE models AS
    WITH counted AS (
        SELECT key, arxiv_id, benchmark FROM here WHERE role = 'own' AND benchmark IS NOT NULL AND model <> '*'
    ),
    left_out AS (
        SELECT key FROM candidates WHERE purpose = 'inference' OR (value IS NULL AND value_text IS NULL)
    ),
    of_records AS (
        SELECT v.record_key, bit_or(bit_of(v.field)) AS fields
        FROM record_values v ANTI JOIN left_out c ON c.key = v.candidate_key
        WHERE v.chosen
        GROUP BY v.record_key
    )
    SELECT m.arxiv_id, m.benchmark, f.fields, has(f.fields, 'flops') OR has(f.fields, 'multiply_adds') AS computation,
           has(f.fields, 'device') AND has(f.fields, 'device_count') AND has(f.fields, 'training_time') AS burden
    FROM counted m LEFT JOIN of_records f ON f.record_key = m.key
    """,
    """
    CREATE OR REPLACE TEMP TABLE seen AS
    SELECT benchmark, arxiv_id FROM found_by
    UNION SELECT benchmark, arxiv_id FROM here WHERE benchmark IS NOT NULL AND role IN ('own', 'ablation')
    """,
)
_PAPERS_SEEN = """
SELECT count(DISTINCT arxiv_id) AS found,
       count(DISTINCT arxiv_id) FILTER (arxiv_id IN (SELECT arxiv_id FROM newest)) AS read
"""
MEMORY = "256MB"  # that DuckDB may take before it goes on on the disk


def status(db: Path, *, as_json: bool = False) -> None:
    """Prints the flow, the table by benchmark, the fields' fill rates and how readings ended."""
    with reading(db) as con:
        facts = study_status(con)
    if as_json:
        say_json(facts)
    else:
        _print_status(facts)


def study_status(con: Connection) -> Facts:
    """The counts: `flow` (steps in order), `benchmarks`, `total`, `fields`, `outcomes`, `notes`, `review`."""
    con.execute(f"SET memory_limit = '{MEMORY}'")
    for sql in _COUNTED:
        con.execute(sql)
    benchmarks = _by_benchmark(con)
    total = _one(con, _PAPERS_SEEN + "FROM seen") | {
        name: sum(b[name] for b in benchmarks) for name in ("models", "computation", "burden", "all")
    }
    papers = _one(
        con,
        """
        SELECT count(DISTINCT arxiv_id) AS known,
               count(DISTINCT arxiv_id) FILTER (arxiv_id IN (SELECT arxiv_id FROM found_by)) AS found_by_search,
               count(DISTINCT arxiv_id) FILTER (pdf_sha256 IS NOT NULL) AS with_pdf,
               count(DISTINCT arxiv_id) FILTER (arxiv_id IN (SELECT arxiv_id FROM readings)) AS tried,
               count(DISTINCT arxiv_id) FILTER (arxiv_id IN (SELECT arxiv_id FROM readings WHERE outcome = 'read'))
                   AS read
        FROM papers
        """,
    )
    with_models = _one(con, "SELECT count(DISTINCT arxiv_id) AS papers FROM models")["papers"]
    review = {
        "tasks": {
            row["state"]: row["n"]
            for row in rows_of(con, "SELECT state, count(*) AS n FROM review_tasks GROUP BY 1 ORDER BY 1")
        },
        **_one(con, "SELECT count(*) AS decisions, count(DISTINCT annotator) AS annotators FROM decisions"),
        "curated_rows": {
            row["source"]: row["n"]
            for row in rows_of(con, "SELECT source, count(*) AS n FROM curated_rows GROUP BY 1 ORDER BY 1")
        },
    }
    return {
        "flow": {
            "papers known": papers["known"],
            "found by search": papers["found_by_search"],
            "with a PDF": papers["with_pdf"],
            "reading tried": papers["tried"],
            "read": papers["read"],
            "with a model of their own on a benchmark": with_models,
            "models": total["models"],
            "models with computation": total["computation"],
            "models with hardware burden": total["burden"],
            "models with both": total["all"],
        },
        "benchmarks": benchmarks,
        "total": total,
        "fields": _fields(con, total["models"]),
        "outcomes": _outcomes(con),
        "notes": {
            row["kind"]: {"notes": row["notes"], "papers": row["papers"]}
            for row in rows_of(
                con,
                "SELECT kind, count(*) AS notes, count(DISTINCT arxiv_id) AS papers FROM reading_notes GROUP BY kind"
                " ORDER BY kind",
            )
        },
        "review": review,
    }


def _by_benchmark(con: Connection) -> list[Facts]:
    """One dict a benchmark: those of the study always, others where they have a paper; in benchmarks.toml's order."""
    counts = {
        row["benchmark"]: row
        for row in rows_of(
            con,
            f"""
            WITH papers_seen AS ({_PAPERS_SEEN}, benchmark FROM seen GROUP BY benchmark),
            models_seen AS (
                SELECT benchmark, count(*) AS models, count(*) FILTER (computation) AS computation,
                       count(*) FILTER (burden) AS burden, count(*) FILTER (computation AND burden) AS both
                FROM models GROUP BY benchmark
            )
            SELECT p.benchmark, p.found, p.read, coalesce(m.models, 0) AS models,
                   coalesce(m.computation, 0) AS computation, coalesce(m.burden, 0) AS burden,
                   coalesce(m.both, 0) AS all
            FROM papers_seen p LEFT JOIN models_seen m ON m.benchmark = p.benchmark
            ORDER BY p.benchmark
            """,
        )
    }
    nothing = dict.fromkeys(("found", "read", "models", "computation", "burden", "all"), 0)
    rows = []
    for known in listed_benchmarks().values():
        seen = counts.pop(known.id, None)
        if seen or known.study:
            rows.append({"benchmark": known.id, "name": known.name, "study": known.study, **nothing, **(seen or {})})
    rows += [{"name": name, "study": False, **row} for name, row in counts.items()]
    return rows


def _fields(con: Connection, models: int) -> list[Facts]:
    """For each field how many models (own records on a benchmark) have it, and the candidates behind and against."""
    have = {
        row["field"]: row["models"]
        for row in rows_of(
            con,
            """
            SELECT f.field, count(*) AS models
            FROM models m, (SELECT unnest(getvariable('fields')) AS field) f WHERE has(m.fields, f.field) GROUP BY 1
            """,
        )
    }
    counts = {
        row["field"]: row
        for row in rows_of(
            con,
            """
            SELECT field, count(*) FILTER (chosen) AS chosen, count(*) FILTER (NOT chosen) AS rejected
            FROM candidates GROUP BY field
            """,
        )
    }
    return [
        {
            "field": field,
            "models": have.get(field, 0),
            "share": have.get(field, 0) / models if models else None,
            "chosen": counts.get(field, {}).get("chosen", 0),
            "rejected": counts.get(field, {}).get("rejected", 0),
        }
        for field in dict.fromkeys([*map(str, Field), *sorted(counts)])
    ]


def _outcomes(con: Connection) -> dict[str, int]:
    """How many readings ended how, `read` first; with `not read yet` for PDFs that wait."""
    counts = {
        row["outcome"]: row["n"] for row in rows_of(con, "SELECT outcome, count(*) AS n FROM readings GROUP BY outcome")
    }
    ordered = {outcome.value: counts[outcome.value] for outcome in Outcome if outcome.value in counts}
    waiting = _one(
        con,
        """
        SELECT count(*) AS n FROM papers p
        WHERE pdf_sha256 IS NOT NULL
          AND NOT EXISTS (FROM readings r WHERE r.arxiv_id = p.arxiv_id AND r.version = p.version)
        """,
    )["n"]
    return ordered | ({"not read yet": waiting} if waiting else {})


def _one(con: Connection, sql: str) -> dict[str, int]:
    return rows_of(con, sql)[0]


# --- printing -----------------------------------------------------------------------------------------------------


def _print_status(facts: Facts) -> None:
    flow = list(facts["flow"].items())
    for title, steps in (("Papers", flow[:6]), ("Models", flow[6:])):
        say(title)
        width = max(len(str(count)) for _, count in steps)
        for step, count in steps:
            say(f"  {count:>{width}}  {step}")
    say("")
    say("By benchmark")
    columns = ("benchmark", "found", "read", "models", "computation", "burden", "all")
    rows = [[b["name"], *(str(b[c]) for c in columns[1:])] for b in facts["benchmarks"]]
    rows.append(["all benchmarks", *(str(facts["total"][c]) for c in columns[1:])])
    say_table(columns, rows, right=set(columns[1:]))
    say("found: papers that search terms found, or that report results of their own;")
    say("models: of the paper's own; computation: operations per network pass;")
    say("burden: device, count and time of training; all: computation and burden.")
    say("")
    say("Fields")
    say_table(
        ("field", "models with it", "share", "values chosen", "candidates rejected"),
        [
            [
                f["field"],
                str(f["models"]),
                "" if f["share"] is None else f"{f['share']:.0%}",
                str(f["chosen"]),
                str(f["rejected"]),
            ]
            for f in facts["fields"]
        ],
        right={"models with it", "share", "values chosen", "candidates rejected"},
    )
    say("")
    outcomes = ", ".join(f"{name} {count}" for name, count in facts["outcomes"].items())
    say(f"Readings: {outcomes or 'none yet; `paperflops extract` reads what is here'}")
    notes = [
        f"{kind.replace('_', ' ')} {n['notes']} ({counted(n['papers'], 'paper')})" for kind, n in facts["notes"].items()
    ]
    if notes:
        say(f"Not read in them: {', '.join(notes)}; `paperflops show ID` names each")
    review = facts["review"]
    tasks = ", ".join(f"{state} {count}" for state, count in review["tasks"].items()) or "none yet"
    say(f"Review tasks: {tasks}; decisions: {review['decisions']} by {counted(review['annotators'], 'annotator')}")
    curated = ", ".join(f"{source} {count}" for source, count in review["curated_rows"].items()) or "none yet"
    say(f"Curated rows: {curated}")
