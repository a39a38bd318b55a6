"""arXiv's OAI-PMH interface: every record that is new, changed or deleted since a day.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's side: https://info.arxiv.org/help/oa/.
The format is arXivRaw: it alone has the version history (the plain arXiv format gives no version, and as `created` the
date of the latest one), and the licence, which the search feed lacks. Datestamps are days of modification.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from lxml import etree  # type: ignore[import-untyped]

from db.errors import PaperflopsError
from db.models import Paper
from harvest.ids import parse_id
from harvest.polite.session import Answer, FetchError, Kind, PoliteSession
from harvest.search.feed import is_withdrawn, parse_xml

OAI = "{http://www.openarchives.org/OAI/2.0/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"
FORMAT = "arXivRaw"


class BadTokenError(Exception):
    """The resumption token is not (or no longer) known to the server: the list has to be started anew."""


class OaiRefusedError(PaperflopsError):
    """The server calls our request wrong: asking again can't help."""


@dataclass(frozen=True)
class OaiRecord:
    """One record: a paper's latest version, or word of its deletion. `paper` is None where it can't be read."""

    arxiv_id: str
    datestamp: str
    deleted: bool
    paper: Paper | None


@dataclass(frozen=True)
class OaiPage:
    """One answer of a list. `token` goes on with it; None at its end."""

    records: tuple[OaiRecord, ...]
    token: str | None
    complete_size: int | None  # of the whole list, where the server says
    response: date  # the server's date
    unreadable: tuple[str, ...]


class OaiFeed:
    """arXiv's OAI-PMH interface, asked politely."""

    def __init__(self, session: PoliteSession) -> None:
        self._session = session

    def start(self, since: date | None, until: date | None, set_spec: str | None) -> OaiPage:
        """The first answer of the list of records changed from `since` to `until` (both included)."""
        question = {"verb": "ListRecords", "metadataPrefix": FORMAT}
        if since is not None:
            question["from"] = since.isoformat()
        if until is not None:
            question["until"] = until.isoformat()
        if set_spec is not None:
            question["set"] = set_spec
        return self._ask(question)

    def go_on(self, token: str) -> OaiPage:
        """The next answer of a list. BadTokenError where the server no longer knows it."""
        return self._ask({"verb": "ListRecords", "resumptionToken": token})

    def _ask(self, question: dict[str, str]) -> OaiPage:
        answer = self._session.get(f"{self._session.endpoints.oai}?{urlencode(question)}", check=_check)
        return read_page(answer.content)


def read_page(content: bytes) -> OaiPage:
    """What an answer says. BadTokenError and OaiRefusedError for its error elements; an empty list is no error."""
    root = parse_xml(content)
    response = datetime.fromisoformat(root.findtext(f"{OAI}responseDate").strip().replace("Z", "+00:00"))
    for error in root.iterfind(f"{OAI}error"):
        code, text = error.get("code") or "", " ".join((error.text or "").split())
        if code == "badResumptionToken":
            raise BadTokenError(text)
        if code != "noRecordsMatch":
            raise OaiRefusedError(f"the OAI-PMH server says {code}: {text}", "this is a fault of paperflops: report it")
    records, unreadable = [], []
    for element in root.iterfind(f"{OAI}ListRecords/{OAI}record"):
        record = _record(element)
        if record is None:
            unreadable.append(element.findtext(f"{OAI}header/{OAI}identifier") or "a record without an identifier")
        else:
            records.append(record)
    token = root.find(f"{OAI}ListRecords/{OAI}resumptionToken")
    text = (token.text or "").strip() if token is not None else ""
    size = token.get("completeListSize", "") if token is not None else ""
    day = response.astimezone(UTC).date() if response.tzinfo else response.date()
    return OaiPage(tuple(records), text or None, int(size) if size.isdigit() else None, day, tuple(unreadable))


def _check(answer: Answer) -> FetchError | None:
    """Whether this is a whole OAI-PMH answer: half of one would be taken for a list's end."""
    try:
        root = parse_xml(answer.content)
    except etree.XMLSyntaxError as error:
        return FetchError("not_oai", f"{answer.url}: {error.msg}", Kind.UNUSABLE)
    if root.tag != f"{OAI}OAI-PMH":
        return FetchError("not_oai", f"{answer.url}: <{etree.QName(root).localname}>", Kind.UNUSABLE)
    try:
        datetime.fromisoformat((root.findtext(f"{OAI}responseDate") or "").strip().replace("Z", "+00:00"))
    except ValueError:
        return FetchError("not_oai", f"{answer.url}: no response date", Kind.UNUSABLE)
    return None


def _record(element: etree._Element) -> OaiRecord | None:
    header = element.find(f"{OAI}header")
    if header is None:
        return None
    found = parse_id((header.findtext(f"{OAI}identifier") or "").rsplit(":", 1)[-1])
    stamp = (header.findtext(f"{OAI}datestamp") or "").strip()
    if found is None:
        return None
    if header.get("status") == "deleted":
        return OaiRecord(found.arxiv_id, stamp, deleted=True, paper=None)
    raw = element.find(f"{OAI}metadata/{RAW}arXivRaw")
    paper = None if raw is None else paper_of_raw(raw)
    return None if paper is None else OaiRecord(found.arxiv_id, stamp, deleted=False, paper=paper)


def paper_of_raw(raw: etree._Element) -> Paper | None:
    """The latest version of the paper that an arXivRaw element describes; None without an id or a version."""
    found = parse_id(_text(raw, "id") or "")
    versions = []
    for element in raw.iterfind(f"{RAW}version"):
        match = re.fullmatch(r"v(\d+)", (element.get("version") or "").strip())
        if match:
            versions.append((int(match[1]), element))
    if found is None or not versions:
        return None
    versions.sort(key=lambda version: version[0])
    number, latest = versions[-1]
    comment, abstract = _text(raw, "comments"), _text(raw, "abstract")
    # a withdrawn version is kept by arXiv as a source of no size and of the type I (seen, not documented)
    nothing_left = _text(latest, "size") in ("0kb", "0") and "I" in (_text(latest, "source_type") or "")
    return Paper(
        arxiv_id=found.arxiv_id,
        version=number,
        title=_text(raw, "title"),
        authors=authors_of(_text(raw, "authors") or ""),
        abstract=abstract,
        categories=tuple((_text(raw, "categories") or "").split()),
        published=_day(_text(versions[0][1], "date")) if versions[0][0] == 1 else None,
        updated=_day(_text(latest, "date")),
        license=_text(raw, "license"),
        comment=comment,
        withdrawn=nothing_left or is_withdrawn(comment, abstract),
    )


def authors_of(text: str) -> tuple[str, ...]:
    """The names of an author line: "A. Author (1), B. Author and C. Author ((1) Somewhere)"."""
    without_places = text
    while (shorter := re.sub(r"\([^()]*\)", "", without_places)) != without_places:
        without_places = shorter
    names = re.split(r",\s*(?:and\s+)?|\s+and\s+", without_places)
    return tuple(name.strip() for name in names if name.strip())


def _text(element: etree._Element, name: str) -> str | None:
    return " ".join((element.findtext(f"{RAW}{name}") or "").split()) or None


def _day(text: str | None) -> date | None:
    """The day of "Thu, 10 Dec 2015 19:51:55 GMT"."""
    try:
        return email.utils.parsedate_to_datetime(text).date() if text else None
    except (TypeError, ValueError):
        return None
