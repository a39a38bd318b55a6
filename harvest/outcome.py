"""How a run ended, as an exit code and as a line of JSON; and when "try later" has been said too often."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from db.errors import PaperflopsError
from db.store import reading
from db.tables.harvests import Run, Streak, streak
from harvest.ends import noted_ends
from harvest.polite.session import ComeBackLaterError

DONE = 0
LATER = ComeBackLaterError.exit_code  # 75: try later
TOO_LATE = 69  # EX_UNAVAILABLE: "try later" on so many nights that somebody has to look
INTERRUPTED = 130
ALERT_AFTER_NIGHTS = 3
STREAK_WAIT_SECONDS = 1.0  # for a database that somebody holds: the count then rests on the ends kept beside it


@dataclass(frozen=True)
class Outcome:
    """How a run ended; `error` where something stopped it."""

    run: Run
    exit_code: int
    error: PaperflopsError | None = None
    streak: Streak = field(default_factory=Streak)

    @property
    def message(self) -> str | None:
        """Why the run did not end well, in a line; None where it did."""
        if self.exit_code == DONE:
            return None
        said = str(self.error) if self.error else f"{self.run.message}; what was done is saved"
        if self.error is None and self.exit_code != TOO_LATE:
            said += ", the same command goes on from there"
        if self.exit_code == TOO_LATE:
            last = self.streak.last_success
            since = f"the last that did: {last:%Y-%m-%d %H:%M} UTC" if last else "none ever did"
            said = f"no harvest has ended well on {len(self.streak.nights)} nights in a row ({since}); now: {said}"
        return said

    def line(self) -> str:
        """The run as one line of JSON."""
        r = self.run
        seconds = (r.ended_at - r.started_at).total_seconds() if r.ended_at else None
        last = self.streak.last_success
        fields: dict[str, object] = {
            "run": r.run, "started_at": r.started_at.isoformat(timespec="seconds") + "Z",
            "seconds": None if seconds is None else round(seconds, 1), "outcome": r.outcome,
            "exit_code": self.exit_code, "found": r.found, "new_papers": r.new_papers,
            "new_versions": r.new_versions, "fetched": r.fetched, "failed": r.failed, "waiting": r.waiting,
            "requests": r.requests, "message": r.message,
            "last_success": f"{last.isoformat(timespec='seconds')}Z" if last else None,
            "later_runs": self.streak.runs, "later_nights": len(self.streak.nights), **r.settings,
        }  # fmt: skip
        return json.dumps(fields, ensure_ascii=False)


def with_streak(outcome: Outcome, db: Path, alert_after: int) -> Outcome:
    """The outcome with the runs before it that said "try later"; the exit code alerts where there were too many.

    `alert_after`: nights; 0 never alerts.
    """
    found = current_streak(db)
    code = outcome.exit_code
    if code == LATER and alert_after and len(found.nights) >= alert_after:
        code = TOO_LATE
    return replace(outcome, streak=found, exit_code=code)


def current_streak(db: Path) -> Streak:
    """The latest runs that said "try later": those in the database, and those that could not be saved there."""
    found = Streak()
    if db.exists():
        try:
            with reading(db, wait=STREAK_WAIT_SECONDS) as con:
                found = streak(con, LATER)
        except PaperflopsError:
            pass  # the ends kept beside it have to do
    return _with_ends(found, noted_ends(db))


def _with_ends(found: Streak, ends: Iterable[Run]) -> Streak:
    later = [r for r in ends if r.exit_code == LATER]
    nights = {*found.nights, *(r.started_at.date() for r in later)}
    return replace(found, runs=found.runs + len(later), nights=tuple(sorted(nights)))
