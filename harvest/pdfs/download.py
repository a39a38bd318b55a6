"""Fetching PDFs: pinned to a version, checked, kept by content; a failure is kept with the date of the next try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from db.errors import PaperflopsError
from db.settings import pdf_path
from db.store import Connection, now
from db.tables.harvests import Failure, Queued, mark_fetched, record_failure
from db.tables.papers import StoredFile, save_files
from db.tables.prospects import Verdict, decide, drop_paper
from harvest.pdfs.quick_look import QuickLook
from harvest.pdfs.store import fault_of_pdf, keep_stream
from harvest.polite.session import (
    MAX_PDF_BYTES,
    Answer,
    ComeBackLaterError,
    FetchError,
    ForbiddenError,
    Kind,
    PoliteSession,
)

# Hours after the first, second ... failed run in which a PDF is tried again; after the last it is given up until
# `paperflops harvest retry`. arXiv makes some PDFs on demand, and mends broken ones in days.
RETRY_AFTER_HOURS = (1, 6, 24, 72, 168, 336, 720)
NEVER_AGAIN = frozenset({"withdrawn", "too_large"})
NETWORK_TRIES = 2  # in a row, for one PDF: a bad file must not look like a bad server


@dataclass(frozen=True)
class Fetched:
    """What came of one PDF: the kept file, or the failure; `error` where the whole run has to stop for it."""

    stored: StoredFile | None = None
    failure: Failure | None = None
    error: PaperflopsError | None = None
    new_file: bool = False  # this content was not in the store before
    named: bool = False  # a name found it for some benchmark: it stays whatever a look says of others
    verdicts: tuple[Verdict, ...] = ()  # of a look at the text, where only a task or a citation found the paper

    @property
    def dropped(self) -> str | None:
        """Why the paper counts for no benchmark; None where it does, or nobody looked."""
        if self.verdicts and not self.named and all(v.verdict == "dropped" for v in self.verdicts):
            return "; ".join(v.reason for v in self.verdicts)
        return None


def fetch_pdf(db: Path, session: PoliteSession, wanted: Queued) -> Fetched:
    """Fetches one PDF into the store. What came of it is for `save_fetched`.

    A server that is down or refuses us is the paper's failure too: the next run must not begin with the one address
    that the server can't bear.
    """
    url = f"{session.endpoints.pdf}/{wanted.arxiv_id}v{wanted.version}"
    try:
        answer = session.get(
            url, check=check_pdf, accept=(200, 404, 410), tries=NETWORK_TRIES, check_tries=1, max_bytes=MAX_PDF_BYTES
        )
    except FetchError as fault:
        return Fetched(failure=failure_of(wanted, fault.reason, fault.message))
    except ForbiddenError as error:
        return Fetched(failure=failure_of(wanted, "forbidden", error.what), error=error)
    except ComeBackLaterError as error:
        return Fetched(failure=failure_of(wanted, "server_down", error.what), error=error)
    kept = keep_stream(db, [answer.content])
    stored = StoredFile(kept.sha256, kept.path, kept.bytes, url, wanted.arxiv_id, wanted.version)
    return Fetched(stored, new_file=kept.new)


def look_into(db: Path, look: QuickLook, fetched: Fetched, benchmarks: Sequence[str], *, named: bool) -> Fetched:
    """The fetched paper with the verdicts for these benchmarks. The PDF of one that counts for none is removed.

    `named`: a name found the paper for some other benchmark, so it stays whatever the look says.
    """
    if fetched.stored is None or not benchmarks:
        return fetched
    pdf = pdf_path(db, fetched.stored.sha256)
    verdicts = tuple(look.verdicts(fetched.stored.arxiv_id, pdf, benchmarks))
    judged = replace(fetched, verdicts=verdicts, named=named)
    if judged.dropped is not None and fetched.new_file:
        pdf.unlink(missing_ok=True)
    return judged


def save_fetched(con: Connection, batch: Iterable[Fetched]) -> None:
    """Saves files and failures."""
    for fetched in batch:
        if fetched.stored is not None and fetched.dropped is not None:
            drop_paper(con, fetched.stored.arxiv_id, fetched.stored.version, fetched.dropped)
        elif fetched.stored is not None:
            save_files(con, [fetched.stored])
            mark_fetched(con, fetched.stored.arxiv_id, fetched.stored.version)
        decide(con, fetched.verdicts)
        if fetched.failure is not None:
            record_failure(con, fetched.failure)


def check_pdf(answer: Answer) -> FetchError | None:
    """What is wrong with an answer that should be a PDF, or None."""
    if answer.status in (404, 410):
        page = answer.content[:20_000].lower()
        reason = "withdrawn" if b"withdrawn" in page else "not_found"
        return FetchError(reason, f"{answer.status} from {answer.url}", Kind.LASTING)
    fault = fault_of_pdf(answer.content, answer.content)
    if fault is None:
        return None
    if fault == "html" and b"withdrawn" in answer.content[:20_000].lower():
        fault = "withdrawn"
    return FetchError(fault, f"{len(answer.content)} bytes from {answer.url} are not a whole PDF", Kind.UNUSABLE)


def failure_of(wanted: Queued, reason: str, message: str, moment: datetime | None = None) -> Failure:
    """The failure with the time of the next try, by the schedule; None where there is to be none."""
    moment = moment or now()
    tries = wanted.tries + 1
    again = reason not in NEVER_AGAIN and tries <= len(RETRY_AFTER_HOURS)
    next_try = moment + timedelta(hours=RETRY_AFTER_HOURS[tries - 1]) if again else None
    return Failure(wanted.arxiv_id, wanted.version, reason, message[:500], tries, moment, next_try)
