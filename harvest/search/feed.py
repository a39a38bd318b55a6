"""arXiv's search feed, a page at a time, with the `arxiv` client.

The client makes the address and reads the feed; the asking is ours (it has no time limit, no Retry-After and a delay
of its own). What it passes over in silence is checked here: a cut feed that its parser would mend, entries it leaves
out, errors that come as entries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import arxiv
from lxml import etree  # type: ignore[import-untyped]

from db.models import Paper
from harvest.ids import id_from_url
from harvest.polite.session import Answer, FetchError, Kind, PoliteSession
from harvest.search.arxiv_client import Response, ask_feed

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

# "This paper has been withdrawn by the author(s) ..."; not "supersedes arXiv:2510.26642, which has been withdrawn"
WITHDRAWN = re.compile(
    r"^\W*(?:this (?:paper|article|submission|manuscript|work|version|preprint|e-?print) (?:has been|is|was|is being) "
    r"(?:temporarily |hereby )?withdrawn|(?:paper |article |submission |temporarily )?withdrawn\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FeedPage:
    """One page of results. `total` is what the feed says of the whole query, `entries` what stood on the page."""

    papers: tuple[Paper, ...]
    total: int
    entries: int
    unreadable: tuple[str, ...]  # entries that name no paper, as far as they can be named
    server_time: datetime | None  # UTC, without a zone


class SearchFeed:
    """arXiv's search, asked politely."""

    def __init__(self, session: PoliteSession) -> None:
        self._session = session

    def page(self, query: str, *, start: int, size: int) -> FeedPage:
        """Up to `size` papers from position `start`, by date of submission, oldest first.

        FetchError where no whole feed came, or (`feed_error`) arXiv calls the query wrong.
        """
        search = arxiv.Search(
            query=query,
            max_results=None,
            sort_by=arxiv.SortCriterion.SubmittedDate,
            sort_order=arxiv.SortOrder.Ascending,
        )
        return self._page(search, start=start, size=size)

    def papers(self, ids: Sequence[str]) -> FeedPage:
        """The latest versions of the papers with these ids; one that arXiv does not have is missing."""
        return self._page(arxiv.Search(id_list=list(ids), max_results=None), start=0, size=len(ids))

    def _page(self, search: arxiv.Search, *, start: int, size: int) -> FeedPage:
        asker = _Asker(self._session)
        feed = ask_feed(search, start=start, size=size, base_url=self._session.endpoints.api, http=asker)
        root = asker.root
        assert root is not None
        ids = [(entry.findtext(f"{ATOM}id") or "").strip() for entry in root.iter(f"{ATOM}entry")]
        papers, readable = [], []
        for result in feed.results:
            paper = paper_of(result)
            if paper is not None:
                papers.append(paper)
                readable.append(result.entry_id.strip())
        unreadable = list(ids)
        for known in readable:
            unreadable.remove(known)
        return FeedPage(
            papers=tuple(papers),
            total=feed.total,
            entries=len(ids),
            unreadable=tuple(name or "an entry without an id" for name in unreadable),
            server_time=server_time(asker.answer, root.findtext(f"{ATOM}updated")),
        )


def paper_of(result: arxiv.Result) -> Paper | None:
    """The paper of a feed's entry; None where its id is none."""
    found = id_from_url(result.entry_id)
    if found is None:
        return None
    comment = _text(result.comment)
    return Paper(
        arxiv_id=found.arxiv_id,
        version=found.version or 1,
        title=_text(result.title),
        authors=tuple(_text(author.name) or "" for author in result.authors),
        abstract=_text(result.summary),
        categories=tuple(result.categories),
        published=result.published.date(),
        updated=result.updated.date(),
        comment=comment,
        withdrawn=is_withdrawn(comment, _text(result.summary)),
    )


def is_withdrawn(comment: str | None, abstract: str | None) -> bool:
    """Whether the authors say that the paper is withdrawn."""
    return any(bool(WITHDRAWN.match(text)) for text in (comment, abstract) if text)


def server_time(answer: Answer | None, stated: str | None) -> datetime | None:
    """The server's own clock: what the document states, else the answer's Date header; None where neither says."""
    if stated:
        try:
            moment = datetime.fromisoformat(stated.strip().replace("Z", "+00:00"))
        except ValueError:
            pass
        else:
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    if answer is not None and answer.date is not None:
        return datetime.fromtimestamp(answer.date, UTC).replace(tzinfo=None)
    return None


class _Asker:
    """What the client takes for its HTTP session: asks politely and keeps the answer."""

    def __init__(self, session: PoliteSession) -> None:
        self._session = session
        self.answer: Answer | None = None
        self.root: etree._Element | None = None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        self.answer = self._session.get(url, check=self._check, accept=(200, 400))
        return Response(self.answer.content)

    def _check(self, answer: Answer) -> FetchError | None:
        """Whether this is a whole feed (the client's parser would take half of one for a short page)."""
        try:
            self.root = root = parse_xml(answer.content)
        except etree.XMLSyntaxError as error:
            return FetchError("not_a_feed", f"{answer.url}: {error.msg}", Kind.UNUSABLE)
        if root.tag != f"{ATOM}feed" or (root.findtext(f"{OPENSEARCH}totalResults") or "").strip().isdigit() is False:
            return FetchError(
                "not_a_feed", f"{answer.url}: <{etree.QName(root).localname}> without a total", Kind.UNUSABLE
            )
        for entry in root.iter(f"{ATOM}entry"):
            if "/api/errors" in (entry.findtext(f"{ATOM}id") or ""):
                said = " ".join((entry.findtext(f"{ATOM}summary") or "an error").split())
                return FetchError("feed_error", f"{answer.url}: {said}", Kind.UNUSABLE)
        if answer.status != 200:
            return FetchError(f"http_{answer.status}", f"{answer.status} from {answer.url}", Kind.UNUSABLE)
        return None


def parse_xml(content: bytes) -> etree._Element:
    """The document's root, strictly: XMLSyntaxError where anything is missing. Entities and networks are left alone."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return etree.fromstring(content, parser)


def _text(text: str | None) -> str | None:
    joined = " ".join((text or "").split())
    return joined or None
