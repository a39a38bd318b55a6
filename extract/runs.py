"""Runs."""

from __future__ import annotations

from db.models import Candidate
from extract.candidates import Reader


def group_runs(reader: Reader, candidates: list[Candidate]) -> list[Candidate]:
    return candidates
