"""What is taken without asking: the rule in force, and which values it takes. Owns auto_accept_rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db.models import Candidate
from db.store import Connection, insert_rows, now, rows_of

FEWEST_AUDITED = 3  # of each field and pattern, from as many papers where there are so many


@dataclass(frozen=True)
class AutoAcceptRule:
    """Values at least this sure are taken without asking, but for a share that people look at all the same."""

    threshold: float
    audit_share: float
    set_at: datetime
    withdrawn_at: datetime | None = None
    reason: str | None = None
    precision: float | None = None  # the share of right values that was asked for; None of rules set by hand
    expected_wrong: float | None = None  # the share of wrong values that was expected when it was set
    wrong_low: float | None = None  # its interval
    wrong_high: float | None = None

    @property
    def promised(self) -> float:
        """The share of right values that the audit holds the rule to."""
        return self.threshold if self.precision is None else self.precision

    def sure(self, c: Candidate) -> bool:
        """Whether this value is sure enough: the chance that it is right, and its record's, is known and high."""
        return c.value is not None and c.confidence is not None and c.confidence >= self.threshold


@dataclass(frozen=True)
class Taken:
    """The rule in force with the values that people look at all the same."""

    rule: AutoAcceptRule
    audited: frozenset[str]  # judged keys

    def takes(self, c: Candidate) -> bool:
        """Whether this value is taken without asking."""
        return self.rule.sure(c) and c.judged_key not in self.audited


def taken_by(rule: AutoAcceptRule | None, shown: Iterable[Candidate]) -> Taken | None:
    """What a rule takes of all that the records show; None without a rule. `shown` must be all of it."""
    if rule is None:
        return None
    sure = [c for c in shown if rule.sure(c)]
    return Taken(rule, audit_sample(sure, rule.audit_share))


def audit_sample(sure: Iterable[Candidate], share: float) -> frozenset[str]:
    """The judged keys of the values that people look at: a share of each field and pattern, and at least three.

    Drawn by the keys, so always the same ones; the least ones of a field and pattern come from different papers.
    """
    if share <= 0:
        return frozenset()
    strata: dict[tuple[str, str], dict[str, Candidate]] = defaultdict(dict)
    for c in sure:
        strata[(c.field, c.pattern)][c.judged_key] = c
    drawn: set[str] = set()
    for values in strata.values():
        drawn |= {key for key in values if _draw(key) < share}
        papers: dict[str, str] = {}
        for key in sorted(values, key=_draw):
            papers.setdefault(values[key].evidence.arxiv_id, key)
        one_a_paper = list(papers.values())
        rest = [key for key in sorted(values, key=_draw) if key not in one_a_paper]
        drawn |= set([*one_a_paper, *rest][:FEWEST_AUDITED])
    return frozenset(drawn)


def _draw(judged_key: str) -> float:
    """A number from 0 to 1 that is always the same for this key."""
    return int(judged_key[:8], 16) / 0x1_0000_0000


def auto_accept_rule(con: Connection) -> AutoAcceptRule | None:
    """The rule in force; None where there is none."""
    rule = last_rule(con)
    return None if rule is None or rule.withdrawn_at is not None else rule


def last_rule(con: Connection) -> AutoAcceptRule | None:
    """The last rule that was set, in force or withdrawn."""
    rules = rows_of(con, "SELECT * FROM auto_accept_rules ORDER BY set_at DESC LIMIT 1")
    return AutoAcceptRule(**rules[0]) if rules else None


def set_auto_accept(con: Connection, rule: AutoAcceptRule) -> None:
    """Sets a rule in place of any other."""
    withdraw_auto_accept(con, "another rule was set")
    row = {
        "set_at": rule.set_at, "threshold": rule.threshold, "audit_share": rule.audit_share, "withdrawn_at": None,
        "reason": None, "precision": rule.precision, "expected_wrong": rule.expected_wrong,
        "wrong_low": rule.wrong_low, "wrong_high": rule.wrong_high,
    }  # fmt: skip
    insert_rows(con, "auto_accept_rules", [row])


def withdraw_auto_accept(con: Connection, reason: str) -> None:
    """Withdraws the rule in force, if there is one."""
    con.execute("UPDATE auto_accept_rules SET withdrawn_at = ?, reason = ? WHERE withdrawn_at IS NULL", [now(), reason])
