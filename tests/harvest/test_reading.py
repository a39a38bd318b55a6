"""What is read from arXiv's answers: recorded search feeds, OAI-PMH records, withdrawal notices, terms."""

from __future__ import annotations

import itertools
import json
import random
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.models import Paper
from db.reference.benchmarks import SearchTerm, load_benchmarks
from db.tables.harvests import Window
from harvest.oai.feed import BadTokenError, OaiRefusedError, authors_of, read_page
from harvest.polite.endpoints import read_endpoints
from harvest.polite.session import PoliteSession
from harvest.search.feed import SearchFeed, is_withdrawn
from harvest.search.relevance import TermMatcher, folded, relevance, text_of
from harvest.search.windows import ARXIV_BEGAN, SETTLING, Period, plan, query
from tests.loopback_arxiv import Act, LoopbackArxiv

# --- the search feed -----------------------------------------------------------------------------------------------


def test_recorded_feeds(arxiv: LoopbackArxiv, shared: Path) -> None:
    """it reads every recorded answer: as many papers as entries, with arXiv's total and time."""
    recordings = sorted((shared / "recorded" / "arxiv_api").glob("*.json"))
    assert recordings
    for path in recordings:
        recorded = json.loads(path.read_text())
        body = recorded["body"]
        arxiv.script = lambda asked, body=body: Act(body=body.encode())
        size = int(parse_qs(urlsplit(recorded["url"]).query)["max_results"][0])
        page = SearchFeed(PoliteSession(read_endpoints())).page("testing", start=0, size=size)
        assert (len(page.papers), page.unreadable) == (body.count("<entry>"), ())
        assert f"<opensearch:totalResults>{page.total}</" in body
        assert page.server_time is not None and page.server_time.year == 2026
        for paper in page.papers:
            assert f"/abs/{paper.arxiv_id}v{paper.version}<" in body
            assert paper.title and paper.abstract and paper.authors and paper.published and paper.categories


def test_entries_without_id(arxiv: LoopbackArxiv) -> None:
    """it says which entries name no paper, rather than pass over them."""
    feed = arxiv.feed
    arxiv.feed = lambda asked, act: (  # type: ignore[method-assign]
        feed(asked, act)
        .replace(b"<id>http://arxiv.org/abs/1501.00002v1</id>", b"<id>http://arxiv.org/abs/nonsense</id>")
        .replace(b"<id>http://arxiv.org/abs/1501.00003v1</id>", b"")
    )
    page = SearchFeed(PoliteSession(read_endpoints())).page('all:"ImageNet"', start=0, size=100)
    assert (len(page.papers), page.entries) == (10, 12)
    assert set(page.unreadable) == {"http://arxiv.org/abs/nonsense", "an entry without an id"}


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("This paper has been withdrawn by the author due to a crucial error in equation 1", True),
        ("This submission has been withdrawn by arXiv administrators", True),
        ("Withdrawn. See arXiv:1402.0001", True),
        ("Paper withdrawn", True),
        ("12 pages. This version corrects figure 3", False),
        ("Supersedes arXiv:2510.26642, which has been withdrawn", False),
        ("We study cash withdrawn from machines", False),
        (None, False),
    ],
)
def test_is_withdrawn(comment: str | None, expected: bool) -> None:
    """it believes authors who say at the start that the paper is withdrawn, and no other mention of the word."""
    assert is_withdrawn(comment, None) == expected


# --- windows ---------------------------------------------------------------------------------------------------------


def test_query() -> None:
    """it asks for a phrase and a closed range of minutes."""
    assert query(SearchTerm(("MS COCO",)), datetime(2015, 1, 1), datetime(2016, 1, 1)) == (
        'all:"MS COCO" AND submittedDate:[201501010000 TO 201512312359]'
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_plan_covers_all(data: st.DataObject) -> None:
    """it leaves no minute out, asks for none twice, and trusts no recent past that was read for another goal."""
    minutes = st.integers(0, 10_000)
    begin = ARXIV_BEGAN
    goal = data.draw(st.integers(5_000, 10_000))
    known = []
    at = 0
    while at < 9_000 and data.draw(st.booleans()):
        start = at + data.draw(st.integers(0, 500))
        end = start + data.draw(st.integers(1, 3_000))
        state = data.draw(st.sampled_from(["open", "complete", "short"]))
        asked = begin + timedelta(minutes=data.draw(minutes)) + data.draw(st.sampled_from([timedelta(), SETTLING]))
        known.append(
            Window("t", begin + timedelta(minutes=start), begin + timedelta(minutes=end), state=state, asked_at=asked)
        )
        at = end
    wanted = Period(begin, begin + timedelta(minutes=goal))
    todo = plan("t", wanted, known)
    sure = [
        (w.start, w.end if w.end == wanted.end else min(w.end, w.asked_at - SETTLING))
        for w in known
        if w.state == "complete" and w.asked_at
    ]
    covered = sorted([(w.start, w.end) for w in todo] + [(a, b) for a, b in sure if b > a])
    reached = wanted.start
    for start, end in covered:
        assert start <= reached or start >= wanted.end
        reached = max(reached, end)
    assert reached >= wanted.end
    spans = sorted((w.start, w.end) for w in todo)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


# --- OAI-PMH ---------------------------------------------------------------------------------------------------------

RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-03-01T23:59:59Z</responseDate>
<request verb="ListRecords">https://oaipmh.arxiv.org/oai</request><ListRecords>
<record><header><identifier>oai:arXiv.org:hep-th/9901001</identifier><datestamp>2026-02-28</datestamp>
<setSpec>physics:hep-th</setSpec></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>hep-th/9901001</id><submitter>A. Author</submitter>
<version version="v1"><date>Mon, 4 Jan 1999 10:00:00 GMT</date><size>12kb</size></version>
<version version="v10"><date>Sat, 28 Feb 2026 09:00:00 GMT</date><size>15kb</size><source_type>D</source_type></version>
<version version="v2"><date>Tue, 5 Jan 1999 10:00:00 GMT</date><size>12kb</size></version>
<title>On
  strings</title><authors>A. Author (Univ. of X, Y), B. van Author and C. D. Author</authors>
<categories>hep-th math.AG</categories><comments>3 pages</comments>
<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license><abstract>  We do.
</abstract></arXivRaw></metadata></record>
<record><header status="deleted"><identifier>oai:arXiv.org:1501.00002</identifier><datestamp>2026-02-28</datestamp>
</header></record>
<record><header><identifier>oai:arXiv.org:odd</identifier><datestamp>2026-02-28</datestamp></header></record>
<resumptionToken cursor="0" completeListSize="7">abc|1</resumptionToken></ListRecords></OAI-PMH>"""


def test_records() -> None:
    """it reads the latest version by number, the date of the first, the licence, deletions, and what it can't read."""
    page = read_page(RECORD.encode())
    first, deleted = page.records
    assert first.paper == Paper(
        "hep-th/9901001", 10, title="On strings", authors=("A. Author", "B. van Author", "C. D. Author"),
        abstract="We do.", categories=("hep-th", "math.AG"), published=date(1999, 1, 4), updated=date(2026, 2, 28),
        license="http://arxiv.org/licenses/nonexclusive-distrib/1.0/", comment="3 pages",
    )  # fmt: skip
    assert (deleted.arxiv_id, deleted.deleted, deleted.paper) == ("1501.00002", True, None)
    assert page.unreadable == ("oai:arXiv.org:odd",)
    assert (page.token, page.complete_size, page.response) == ("abc|1", 7, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("code", "error"),
    [("badResumptionToken", BadTokenError), ("badArgument", OaiRefusedError), ("badVerb", OaiRefusedError)],
)
def test_oai_errors(code: str, error: type[Exception]) -> None:
    """it tells an expired token from a request that is wrong."""
    body = RECORD[: RECORD.index("<ListRecords>")] + f'<error code="{code}">why</error></OAI-PMH>'
    with pytest.raises(error, match="why"):
        read_page(body.encode())


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("A. Author", ["A. Author"]),
        ("A. Author, B. Author, and C. Author", ["A. Author", "B. Author", "C. Author"]),
        ("A. Author (1 and 2), B. Author (2) ((1) Here, (2) There and elsewhere)", ["A. Author", "B. Author"]),
        ("Anders Andersen and Bo Bo", ["Anders Andersen", "Bo Bo"]),
        ("", []),
    ],
)
def test_authors(line: str, names: list[str]) -> None:
    """it splits an author line into names, without their places."""
    assert authors_of(line) == tuple(names)


# --- terms and relevance ---------------------------------------------------------------------------------------------

MATCHER = TermMatcher({b.id: b.search_terms for b in load_benchmarks().values()})


@pytest.mark.parametrize(
    ("text", "benchmark", "found"),
    [
        ("Results on CIFAR-10 are good", "cifar10", True),
        ("results on cifar 10.", "cifar10", True),
        ("Results on CIFAR-100 are good", "cifar10", False),
        ("CIFAR-10/100", "cifar10", True),
        ("on the WMT'14 English-German task", "wmt14_en_de", True),
        ("WMT 2014", "wmt14_en_fr", True),
        ("WMT 20145", "wmt14_en_fr", False),
        ("ImageNet", "imagenet", True),
        ("IMAGENET-1k", "imagenet", True),
        ("ImageNets", "imagenet", False),
        ("Microsoft\nCOCO", "coco", True),
    ],
)
def test_terms(text: str, benchmark: str, found: bool) -> None:
    """it finds a term as arXiv's search finds a phrase: whole words, whatever stands between them."""
    assert (benchmark in {hit.benchmark for hit in MATCHER.hits(folded(text)) if hit.by_name}) == found


def test_relevance_order() -> None:
    """it ranks a paper that trains for the benchmark above one that names it, above a survey that lists it."""
    imagenet = [load_benchmarks()["imagenet"]]
    trains = Paper(
        "1", 1, title="Deep residual learning for image recognition",
        abstract="We train residual networks of 152 layers on ImageNet; an ensemble reaches 3.57% top-5 error rate.",
    )  # fmt: skip
    names = Paper("2", 1, title="Robots that grasp", abstract="Features come from a network pre-trained on ImageNet.")
    lists = Paper("3", 1, title="A survey of vision", abstract="We review ImageNet, CIFAR-10 and image classification.")
    scores = [relevance(p, imagenet).score for p in (trains, names, lists)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3
    assert scores[0] > 0.5 > 0.3 >= scores[1]


def test_gold_papers_are_relevant(shared: Path, tmp_path: Path) -> None:
    """it ranks the study's own papers above the corpus's physics and mathematics (their first pages as abstracts)."""
    import csv

    import pypdfium2

    off_topic = {"0908.0054", "1004.4240", "1106.2578", "1207.1925"} | {
        "cs/0702144", "math/0411343", "math/9404236", "physics/0004057",
    }  # fmt: skip
    scores: dict[bool, list[float]] = {True: [], False: []}
    with (shared / "corpus" / "manifest.csv").open() as file:
        rows = [r for r in csv.DictReader(file) if (shared / "corpus" / "pdf" / r["file"]).exists()]
    for row in rows:
        document = pypdfium2.PdfDocument(shared / "corpus" / "pdf" / row["file"])
        page = document[0].get_textpage().get_text_range()
        document.close()
        paper = Paper(row["arxiv_id"], 1, title=row["title"], abstract=page)
        is_gold = row["arxiv_id"].replace("_", "/") not in off_topic
        scores[is_gold].append(relevance(paper, load_benchmarks().values()).score)
    assert len(scores[False]) == 8
    gold, off = scores[True], scores[False]
    above = sum(g > o for g in gold for o in off) / (len(gold) * len(off))
    assert above > 0.9, f"{above:.2f} of the pairs are in order"


def test_speed() -> None:
    """it filters 100,000 metadata records, parsing included, in under a minute on one core."""
    chance = random.Random(1)
    words = "we train deep networks to learn representations of images text and speech with attention models".split()
    head, tail = RECORD.split("<record>")[0], "</ListRecords></OAI-PMH>"
    record = "<record>" + RECORD.split("<record>")[1]
    bodies = []
    for number in range(100):  # a tenth of the records; the time is multiplied
        abstract = " ".join(chance.choices(words, k=180))
        if number % 10 == 0:
            abstract += " on ImageNet and CIFAR-10"
        bodies.append(record.replace("We do.", abstract).replace("9901001", f"9901{number:03d}"))
    page = (head + "".join(bodies * 10) + tail).encode()
    started = time.process_time()
    hits = 0
    for _ in range(10):
        for entry in read_page(page).records:
            assert entry.paper is not None
            found = MATCHER.hits(text_of(entry.paper))
            if found:
                hits += 1
                relevance(entry.paper, [load_benchmarks()[b] for b in {hit.benchmark for hit in found}])
    seconds = (time.process_time() - started) * 10
    assert hits == 1000
    assert seconds < 60, f"100,000 records take {seconds:.0f} s"
