"""An arXiv on this machine's loopback address: search feed, OAI-PMH and PDFs, which can be told to misbehave.

The real one is not ours to load. Answers have the form of arXiv's own (the feed: recorded ones; OAI-PMH: its
documentation). `server.script` is asked before each answer and may return an `Act` in its place; every request is
noted with the moment of its arrival.
"""

from __future__ import annotations

import itertools
import random
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.harvest.small_pdf import small_pdf

OAI_PAGE = 10


@dataclass(frozen=True)
class ServedPaper:
    """A paper as this arXiv has it."""

    arxiv_id: str
    title: str
    abstract: str
    submitted: datetime
    version: int = 1
    comment: str = ""
    changed: date | None = None  # OAI-PMH's datestamp; the day after submission where not said
    deleted: bool = False
    withdrawn: bool = False  # there is no PDF
    license: str = "http://creativecommons.org/licenses/by/4.0/"
    set_spec: str = "cs:cs:CV"
    categories: tuple[str, ...] = ("cs.CV",)
    body: str = ""  # what the PDF says beside its title

    @property
    def datestamp(self) -> date:
        return self.changed or self.submitted.date() + timedelta(days=1)

    @property
    def pdf(self) -> bytes:
        number = int(re.sub(r"\D", "", self.arxiv_id)) + self.version
        return small_pdf(
            title=self.title[:60], body=f"{self.arxiv_id}v{self.version} {self.body}", padding=number % 5000
        )


@dataclass(frozen=True)
class Asked:
    """One request: when it arrived (monotonic seconds), which service, and what for."""

    at: float
    kind: str  # api | oai | pdf
    path: str
    query: dict[str, str]
    agent: str
    number: int  # of its kind, from 0


@dataclass(frozen=True)
class Act:
    """What to do in place of answering: a status, a broken body, a page that lies."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None  # in place of the right one
    reset: bool = False  # the connection is reset before a byte is sent
    cut: float | None = None  # only this share of the body is sent, although all of it was announced
    cut_unannounced: bool = False  # the body's length is not announced
    bytes_per_second: float | None = None
    drop: Callable[[list[ServedPaper]], list[ServedPaper]] | None = None  # what of a page is shown
    total: int | None = None  # the feed's total
    oai_error: str | None = None


HTML = b"<!DOCTYPE html><html><head><title>arXiv</title></head><body><h1>Please wait</h1></body></html>" * 20


class LoopbackArxiv:
    """The server. Use `serving()`."""

    def __init__(self, papers: Iterable[ServedPaper] = ()) -> None:
        self.papers = {p.arxiv_id: p for p in papers}
        self.script: Callable[[Asked], Act | None] = lambda asked: None
        self.asked: list[Asked] = []
        self.open_connections = 0
        self.most_connections = 0
        self.was_slow = False
        self.tokens: dict[str, tuple[str, int]] = {}
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None)
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=lambda: self._http.serve_forever(poll_interval=0.02), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def environment(self, delay: float = 0.02) -> dict[str, str]:
        """The settings that point paperflops here."""
        return {
            "PAPERFLOPS_ARXIV_API_URL": f"{self.url}/api/query",
            "PAPERFLOPS_ARXIV_OAI_URL": f"{self.url}/oai",
            "PAPERFLOPS_ARXIV_PDF_URL": f"{self.url}/pdf",
            "PAPERFLOPS_ARXIV_DELAY": str(delay),
        }

    def put(self, *papers: ServedPaper) -> None:
        """Adds the papers, or puts them in place of the same."""
        for paper in papers:
            self.papers[paper.arxiv_id] = paper

    def of_kind(self, kind: str) -> list[Asked]:
        return [a for a in self.asked if a.kind == kind]

    @property
    def gaps(self) -> list[float]:
        """The seconds between one request's arrival and the next's."""
        times = sorted(a.at for a in self.asked)
        return [b - a for a, b in itertools.pairwise(times)]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    # --- what is answered -------------------------------------------------------------------------------------------

    def note(self, path: str, agent: str) -> Asked:
        parts = urlsplit(path)
        kind = {"api": "api", "oai": "oai", "pdf": "pdf"}.get(parts.path.split("/")[1], "other")
        with self._lock:
            query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
            number = sum(a.kind == kind for a in self.asked)
            asked = Asked(time.monotonic(), kind, parts.path, query, agent, number)
            self.asked.append(asked)
        return asked

    def search(self, query: str) -> list[ServedPaper]:
        """The papers that the query means, oldest first."""
        means = _Query(query).matches
        found = [p for p in self.papers.values() if not p.deleted and means(p)]
        return sorted(found, key=lambda p: (p.submitted, p.arxiv_id))

    def feed(self, asked: Asked, act: Act) -> bytes:
        start, size = int(asked.query.get("start", "0")), int(asked.query.get("max_results", "10"))
        wanted = asked.query.get("id_list", "").split(",")
        found = [self.papers[i] for i in wanted if i in self.papers] or self.search(asked.query.get("search_query", ""))
        page = found[start : start + size]
        if act.drop:
            page = act.drop(page)
        total = len(found) if act.total is None else act.total
        entries = "".join(_entry(p) for p in page)
        return (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
            'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
            "  <id>https://arxiv.org/api/loopback</id>\n"
            f"  <title>arXiv Query: {escape(asked.query.get('search_query', ''))}</title>\n"
            f"  <updated>{self.now():%Y-%m-%dT%H:%M:%SZ}</updated>\n"
            f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
            f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
            f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n{entries}</feed>\n"
        ).encode()

    def oai(self, asked: Asked, act: Act) -> bytes:
        q = asked.query
        if act.oai_error:
            return self._oai_page(f'<error code="{act.oai_error}">{act.oai_error}</error>')
        start = 0
        question = "&".join(f"{k}={v}" for k, v in sorted(q.items()) if k in ("from", "until", "set"))
        if "resumptionToken" in q:
            if q["resumptionToken"] not in self.tokens:
                return self._oai_page('<error code="badResumptionToken">unknown or expired</error>')
            question, start = self.tokens[q["resumptionToken"]]
        elif q.get("metadataPrefix") != "arXivRaw":
            return self._oai_page('<error code="cannotDisseminateFormat">no such format</error>')
        fields = dict(part.split("=") for part in question.split("&") if part)
        first = date.fromisoformat(fields.get("from", "1990-01-01"))
        last = date.fromisoformat(fields.get("until", "9999-12-31"))
        found = sorted(
            (
                p
                for p in self.papers.values()
                if first <= p.datestamp <= last and _in_set(p.set_spec, fields.get("set", ""))
            ),
            key=lambda p: (p.datestamp, p.arxiv_id),
        )
        page = found[start : start + OAI_PAGE]
        if act.drop:
            page = act.drop(page)
        if not found:
            return self._oai_page('<error code="noRecordsMatch">nothing</error>')
        token = ""
        if start + OAI_PAGE < len(found):
            name = f"{len(self.tokens)}|{question}|{start + OAI_PAGE}"
            self.tokens[name] = (question, start + OAI_PAGE)
            token = escape(name)
        total = len(found) if act.total is None else act.total
        end = f'<resumptionToken cursor="{start}" completeListSize="{total}">{token}</resumptionToken>'
        if not token and start == 0:
            end = ""
        return self._oai_page(f"<ListRecords>{''.join(_record(p) for p in page)}{end}</ListRecords>")

    def _oai_page(self, content: str) -> bytes:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f"<responseDate>{self.now():%Y-%m-%dT%H:%M:%SZ}</responseDate>"
            f'<request verb="ListRecords">{self.url}/oai</request>{content}</OAI-PMH>'
        ).encode()

    def pdf(self, asked: Asked) -> tuple[int, bytes]:
        match = re.fullmatch(r"/pdf/(.+?)v(\d+)", asked.path)
        paper = self.papers.get(match[1]) if match else None
        if match is None or paper is None or int(match[2]) > paper.version:
            return 404, HTML
        if paper.withdrawn or paper.deleted:
            return 404, HTML.replace(b"Please wait", b"This paper has been withdrawn")
        return 200, replace(paper, version=int(match[2])).pdf


@contextmanager
def serving(papers: Iterable[ServedPaper] = ()) -> Iterator[LoopbackArxiv]:
    """A running server that stops with the block."""
    server = LoopbackArxiv(papers)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def some_papers(
    count: int,
    *,
    term: str = "ImageNet",
    first: datetime = datetime(2015, 1, 5, 12),
    step: timedelta = timedelta(days=2),
) -> list[ServedPaper]:
    """Papers that name the term, one each `step`, with ids of their months; each fifth is a survey in passing."""
    papers = []
    for number in range(count):
        submitted = first + number * step
        survey = number % 5 == 4
        papers.append(
            ServedPaper(
                arxiv_id=f"{submitted:%y%m}.{number + 1:05d}",
                title=f"A survey of learning, part {number}"
                if survey
                else f"Convolutional network {number} for {term}",
                abstract=(
                    f"We look back at many years, {term} included."
                    if survey
                    else f"We train a convolutional network for image classification. On {term} it reaches "
                    f"{60 + number % 30}.{number % 10}% top-1 accuracy on 8 GPUs & more, <state of the art>."
                ),
                submitted=submitted,
            )
        )
    return papers


def by_chance(seed: int, share: float, acts: list[Act]) -> Callable[[Asked], Act | None]:
    """A script that misbehaves in this share of the requests."""
    chance = random.Random(seed)
    lock = threading.Lock()

    def script(asked: Asked) -> Act | None:
        with lock:
            return chance.choice(acts) if chance.random() < share else None

    return script


def drop_last(page: list[ServedPaper]) -> list[ServedPaper]:
    return page[:-1]


def nothing(page: list[ServedPaper]) -> list[ServedPaper]:
    return []


class _Query:
    """arXiv's query language, as far as it is asked: fields, phrases, AND, OR, parentheses, dates."""

    TOKEN = re.compile(r'\(|\)|AND\b|OR\b|(\w+):(?:"([^"]*)"|\[(\d{12}) TO (\d{12})\]|([^\s()]+))')

    def __init__(self, text: str) -> None:
        self._tokens = [(m.group(), m.groups()) for m in self.TOKEN.finditer(text)]
        self.matches: Callable[[ServedPaper], bool] = self._any() if self._tokens else lambda paper: False

    def _any(self) -> Callable[[ServedPaper], bool]:
        parts = [self._all()]
        while self._tokens and self._tokens[0][0] == "OR":
            self._tokens.pop(0)
            parts.append(self._all())
        return lambda paper: any(part(paper) for part in parts)

    def _all(self) -> Callable[[ServedPaper], bool]:
        parts = [self._one()]
        while self._tokens and self._tokens[0][0] == "AND":
            self._tokens.pop(0)
            parts.append(self._one())
        return lambda paper: all(part(paper) for part in parts)

    def _one(self) -> Callable[[ServedPaper], bool]:
        token, (field_name, phrase, first, last, word) = self._tokens.pop(0)
        if token == "(":
            inner = self._any()
            assert self._tokens.pop(0)[0] == ")"
            return inner
        if field_name == "submittedDate":
            start, end = (datetime.strptime(d, "%Y%m%d%H%M") for d in (first, last))
            return lambda paper: start <= paper.submitted.replace(second=0) <= end
        if field_name == "cat":
            return lambda paper: word in paper.categories
        wanted = _folded(phrase if phrase is not None else word)
        return lambda paper: wanted in _folded(f"{paper.title} . {paper.abstract} . {paper.comment}")


def _in_set(own: str, wanted: str) -> bool:
    return not wanted or own == wanted or own.startswith(f"{wanted}:")


def _folded(text: str) -> str:
    return f" {re.sub('[^a-z0-9]+', ' ', text.lower()).strip()} "


def _entry(p: ServedPaper) -> str:
    versioned = f"{p.arxiv_id}v{p.version}"
    comment = f"<arxiv:comment>{escape(p.comment)}</arxiv:comment>" if p.comment else ""
    return f"""  <entry>
    <id>http://arxiv.org/abs/{versioned}</id>
    <title>{escape(p.title)}</title>
    <updated>{p.submitted + timedelta(days=p.version - 1):%Y-%m-%dT%H:%M:%SZ}</updated>
    <link href="https://arxiv.org/abs/{versioned}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{versioned}" rel="related" type="application/pdf" title="pdf"/>
    <summary>{escape(p.abstract)}</summary>
    {"".join(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in p.categories)}
    <published>{p.submitted:%Y-%m-%dT%H:%M:%SZ}</published>
    {comment}
    <arxiv:primary_category term="cs.CV"/>
    <author>
      <name>Ada Author</name>
    </author>
    <author>
      <name>Ben Author</name>
    </author>
  </entry>
"""


def _record(p: ServedPaper) -> str:
    status = ' status="deleted"' if p.deleted else ""
    header = (
        f"<header{status}><identifier>oai:arXiv.org:{p.arxiv_id}</identifier>"
        f"<datestamp>{p.datestamp}</datestamp><setSpec>{p.set_spec}</setSpec></header>"
    )
    if p.deleted:
        return f"<record>{header}</record>"
    versions = "".join(
        f'<version version="v{n}"><date>{p.submitted + timedelta(days=n - 1):%a, %d %b %Y %H:%M:%S} GMT</date>'
        f"<size>{'0kb' if p.withdrawn and n == p.version else '120kb'}</size>"
        f"<source_type>{'I' if p.withdrawn and n == p.version else 'D'}</source_type></version>"
        for n in range(1, p.version + 1)
    )
    return (
        f'<record>{header}<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">'
        f"<id>{p.arxiv_id}</id><submitter>Ada Author</submitter>{versions}<title>{escape(p.title)}</title>"
        f"<authors>Ada Author (1), Ben Author (2) and Cy Author ((1) Here, (2) There)</authors>"
        f"<categories>{' '.join(p.categories)}</categories><comments>{escape(p.comment)}</comments>"
        f"<license>{p.license}</license><abstract>  {escape(p.abstract)}\n</abstract></arXivRaw></metadata></record>"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle is no news."""


def _handler(server: LoopbackArxiv) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = server.note(self.path, self.headers.get("User-Agent", ""))
            with server._lock:
                server.open_connections += 1
                server.most_connections = max(server.most_connections, server.open_connections)
            try:
                self._answer(asked, server.script(asked) or Act())
            finally:
                with server._lock:
                    server.open_connections -= 1

        def _answer(self, asked: Asked, act: Act) -> None:
            if act.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            status, kind = 200, "application/xml"
            if asked.kind == "api":
                body = server.feed(asked, act)
            elif asked.kind == "oai":
                body = server.oai(asked, act)
            elif asked.kind == "pdf":
                status, body = server.pdf(asked)
                kind = "application/pdf" if status == 200 else "text/html"
            else:
                status, body = 404, HTML
            status = act.status or status
            if act.body is not None:
                body = act.body
            self.send_response_only(status)
            if "Date" not in act.headers:
                self.send_header("Date", format_datetime(server.now().replace(tzinfo=UTC), usegmt=True))
            self.send_header("Content-Type", kind)
            for name, value in act.headers.items():
                self.send_header(name, value)
            if not act.cut_unannounced:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.close_connection = True
            self.end_headers()
            if act.cut is not None:
                body = body[: int(len(body) * act.cut)]
            if act.bytes_per_second:
                server.was_slow = True
                step = max(1, int(act.bytes_per_second / 20))
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    self.wfile.flush()
                    time.sleep(0.05)
            else:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests read `asked`."""

    return Handler
