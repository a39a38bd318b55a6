"""Papers that only a task finds: they rank lower, and a look at their text decides whether they count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from db.reference.benchmarks import SearchTerm, benchmark, load_benchmarks
from db.store import now, reading, rows_of
from harvest.pdfs.quick_look import mentions
from harvest.search.relevance import TermMatcher, folded
from tests.harvest.conftest import Harvest, papers_of
from tests.loopback_arxiv import LoopbackArxiv, ServedPaper

NER = ServedPaper(
    "1603.01360", "Neural architectures for entities", "We study named entity recognition with an LSTM.",
    datetime(2016, 3, 4), categories=("cs.CL",), body="Results on CoNLL-2003 are in Table 1.",
)  # fmt: skip
OTHER = replace(NER, arxiv_id="1603.01361", title="Entities in old letters", body="We annotate letters of 1790.")
ELSEWHERE = replace(NER, arxiv_id="1603.01362", categories=("cs.DL",))


@pytest.mark.parametrize("source", ["search", "oai"])
def test_text_decides(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, source: str) -> None:
    """it keeps a paper whose text names the benchmark, drops another with the reason, and keeps no PDF of that one."""
    arxiv.put(NER, OTHER, ELSEWHERE)
    outcome = harvest("conll2003", source=source, tasks=True)
    assert (outcome.exit_code, outcome.run.fetched) == (0, 1), outcome.run.message
    with reading(db_path) as con:
        found = rows_of(con, "SELECT arxiv_id, benchmark, term FROM found_by")
        looked = rows_of(con, "SELECT arxiv_id, verdict, reason FROM harvest_prospects ORDER BY arxiv_id")
        queue = {r["arxiv_id"]: r for r in rows_of(con, "SELECT arxiv_id, state, reason FROM harvest_queue")}
    assert [(r["arxiv_id"], r["benchmark"]) for r in found] == [(NER.arxiv_id, "conll2003")]
    assert found[0]["term"].startswith("task: named entity recognition #")
    assert [(r["arxiv_id"], r["verdict"], r["reason"]) for r in looked] == [
        (NER.arxiv_id, "found", "its text names conll2003 once"),
        (OTHER.arxiv_id, "dropped", "its text names conll2003 nowhere"),
    ]
    assert (queue[OTHER.arxiv_id]["state"], queue[OTHER.arxiv_id]["reason"]) == (
        "dropped", "its text names conll2003 nowhere",
    )  # fmt: skip
    assert ELSEWHERE.arxiv_id not in queue  # no category of the task
    papers = papers_of(db_path)
    assert papers[OTHER.arxiv_id, 1]["pdf_sha256"] is None
    assert len(list((db_path.parent / "pdfs").rglob("*.pdf"))) == 1
    before = len(arxiv.of_kind("pdf"))
    arxiv.put(replace(OTHER, version=2, changed=now().date()), replace(NER, version=2, changed=now().date()))
    harvest("conll2003", source=source, tasks=True)
    asked = {a.path for a in arxiv.of_kind("pdf")[before:]}
    assert f"/pdf/{OTHER.arxiv_id}v2" not in asked  # a dropped paper is not asked for again


def test_named_since(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it takes a dropped paper after all once its abstract names the benchmark."""
    arxiv.put(OTHER)
    harvest("conll2003", tasks=True)
    abstract = f"{OTHER.abstract} On CoNLL-2003 it is best."
    arxiv.put(replace(OTHER, version=2, abstract=abstract, changed=now().date()))
    assert harvest("conll2003", tasks=True).run.fetched == 1
    assert papers_of(db_path)[OTHER.arxiv_id, 2]["pdf_sha256"]


def test_named_for_another(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it keeps a paper that a name found, whatever the look says of a benchmark that only its task suggests."""
    arxiv.put(replace(OTHER, title="Entities on SQuAD"))
    assert harvest("conll2003", "squad11", tasks=True).run.fetched == 1
    with reading(db_path) as con:
        assert [r["benchmark"] for r in rows_of(con, "SELECT benchmark FROM found_by")] == ["squad11"]
        assert rows_of(con, "SELECT verdict FROM harvest_prospects")[0]["verdict"] == "dropped"


def test_task_ranks_lower(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it fetches what a name found before what only a task did, and says so in the reason."""
    named = replace(NER, arxiv_id="1603.01363", abstract="Results on CoNLL-2003.", title="A note")
    arxiv.put(NER, named)
    harvest("conll2003", most=1, tasks=True)
    assert [a.path for a in arxiv.of_kind("pdf")] == [f"/pdf/{named.arxiv_id}v1"]
    with reading(db_path) as con:
        queue = rows_of(con, "SELECT score, reason FROM harvest_queue ORDER BY score DESC")
    assert queue[0]["score"] > queue[1]["score"]


def test_shared_task(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it asks once for a task that two benchmarks share, and looks into the paper for both."""
    arxiv.put(
        ServedPaper(
            "1705.03122", "Sequences by convolution", "Neural machine translation with attention.",
            datetime(2017, 5, 8), categories=("cs.CL",), body="WMT 2014 English-German: 25.2 BLEU.",
        )
    )  # fmt: skip
    harvest("wmt14_en_de", "wmt14_en_fr", tasks=True)
    questions = [a.query["search_query"] for a in arxiv.of_kind("api")]
    assert sum('all:"neural translation"' in q for q in questions) == 1
    with reading(db_path) as con:
        rows = rows_of(con, "SELECT * FROM harvest_prospects WHERE term LIKE '%translation%' ORDER BY 2")
    assert [(r["benchmark"], r["verdict"]) for r in rows] == [("wmt14_en_de", "found"), ("wmt14_en_fr", "dropped")]


def test_hostile_pdf(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it leaves a PDF that can't be read quickly to the extractor, rather than drop it."""
    arxiv.put(NER)
    pdf = b"%PDF-1.4\n" + b"\x00broken" * 50 + b"\n%%EOF\n"
    arxiv.pdf = lambda asked: (200, pdf)  # type: ignore[method-assign]
    assert harvest("conll2003", tasks=True).run.fetched == 1
    with reading(db_path) as con:
        assert rows_of(con, "SELECT verdict FROM harvest_prospects")[0]["verdict"] == "unread"
    assert papers_of(db_path)[NER.arxiv_id, 1]["pdf_sha256"]


@pytest.mark.parametrize(
    ("text", "categories", "found"),
    [
        ("Object detection on COCO", [], True),
        ("The Coco tree and its palms", [], False),
        ("COCO: a platform for optimizers", [], False),
        ("instance segmentation, COCO", [], True),
    ],
)
def test_ambiguous_names(text: str, categories: list[str], found: bool) -> None:
    """it takes a name that also means something else only beside a word of its task."""
    matcher = TermMatcher({"coco": benchmark("coco").search_terms})
    assert any(h.by_name for h in matcher.hits(folded(text), categories)) == found


def test_expressions() -> None:
    """it writes a term as arXiv's query language has it, and gives it a key that changes with it."""
    term = SearchTerm(("a b", "c"), ("d",), ("cs.CL", "cs.LG"), "some task")
    assert term.expression == '(all:"a b" OR all:"c") AND all:"d" AND (cat:cs.CL OR cat:cs.LG)'
    assert term.key.startswith("task: some task #")
    assert term.key != replace(term, near=("e",)).key
    assert SearchTerm(("ImageNet",)).key == "ImageNet"


def test_names_stay_strings() -> None:
    """it gives the names alone to whoever reads `search`."""
    assert load_benchmarks()["coco"].search == ("MS COCO", "Microsoft COCO", "COCO")


def test_references_do_not_count() -> None:
    """it counts the names in the text, not those in the titles of cited papers."""
    text = "We train on CIFAR-10.\n" * 3 + "References\n" + "[1] ImageNet large scale visual recognition challenge.\n"
    assert mentions(text) == {"cifar10": 3}


@pytest.mark.parametrize("heading", ["A APPENDIX", "Appendices", "Supplementary Material", "A.1 Data", "B. Appendix"])
def test_an_appendix_behind_the_references_counts(heading: str) -> None:
    """it counts the names in an appendix that stands behind the references, but not those in the references."""
    references = "References\n[1] A. Author. ImageNet again, 2015.\nA note on ImageNet, in Proceedings, 2016.\n"
    text = "We train on CIFAR-10.\n" * 30 + references + heading + "\nTable 8 compares both on SQuAD v1.1.\n"
    assert mentions(text) == {"cifar10": 30, "squad11": 1}
