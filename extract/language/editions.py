"""Which year's test set a text speaks of: "newstest2014" is a tracked benchmark's own, "newstest2015" another's.

A benchmark's editions stand in benchmarks.toml; only benchmarks of translation have any so far.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from db.reference.benchmarks import Benchmark, BenchmarkMention, Edition, benchmark, find_benchmarks, load_benchmarks

_JOINT = r"\s?(?:→|⇒|-|–|to|2)+\s?"
_DATED = [edition for entry in load_benchmarks().values() for edition in entry.editions if edition.years]
TEST_SETS = tuple(dict.fromkeys(edition.name for edition in _DATED if edition.test))  # names that test sets share
# a tracked benchmark's name with its own year, as a part of a pattern
OWN_EDITION = "|".join(
    dict.fromkeys(rf"{re.escape(edition.name)}\W{{0,2}}(?:20)?{max(edition.years) % 100}" for edition in _DATED)
)


def without_other_editions(mentions: Sequence[BenchmarkMention], text: str) -> list[BenchmarkMention]:
    """The mentions without those that the text means another year's data by: "English-German, newstest2015".

    A mention by the pair alone, "En-De", is kept where the text names no other edition; one with its year is kept
    unless the text names another test set and not its own.
    """
    kept = []
    for mention in mentions:
        entry = benchmark(mention.benchmark)
        if entry.editions and _is_another(entry, mentions, text):
            own_year = not mention.needs_context or _has_own_year(entry, mention.alias)
            if not own_year or _names_only_other_tests(entry, text):
                continue
        kept.append(mention)
    return kept


def _is_another(entry: Benchmark, mentions: Sequence[BenchmarkMention], text: str) -> bool:
    """Whether another edition of the benchmark is named, and a name of the benchmark is open to it."""
    unsure = any(m.needs_context and benchmark(m.benchmark).editions for m in mentions)
    return unsure and any(_names_other_year(edition, text) for edition in entry.editions)


def _names_only_other_tests(entry: Benchmark, text: str) -> bool:
    """Whether the text names test sets of other years and none of the benchmark's."""
    tests = [edition for edition in entry.editions if edition.test]
    own = any(set(_years(edition, text)) & set(edition.years) for edition in tests)
    return not own and any(_names_other_year(edition, text) for edition in tests)


def _names_other_year(edition: Edition, text: str) -> bool:
    """Whether the edition's name stands in the text with a year that is not the benchmark's, or has no such year."""
    if not edition.years:
        return edition.name.lower() in text.lower()
    return any(year not in edition.years for year in _years(edition, text))


def _years(edition: Edition, text: str) -> list[int]:
    """The years printed behind the edition's name."""
    return [2000 + int(m["year"]) for m in _printed_year(edition.name).finditer(text)]


@cache
def _printed_year(name: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(name)}\W?\s?(?:20)?(?P<year>[012]\d)\b", re.IGNORECASE)


def _has_own_year(entry: Benchmark, alias: str) -> bool:
    return any(f"{year % 100:02}" in alias for edition in entry.editions for year in edition.years)


def of_named_pairs(mentions: Sequence[BenchmarkMention]) -> list[BenchmarkMention]:
    """The mentions without those of translations whose two languages are not named, where others' are."""
    pairs = {m.benchmark for m in mentions if _names_pair(benchmark(m.benchmark), m.alias)}
    if not pairs:
        return list(mentions)
    return [m for m in mentions if m.benchmark in pairs or not benchmark(m.benchmark).is_translation]


def names_a_pair(mentions: Sequence[BenchmarkMention]) -> bool:
    """Whether one of the mentions is printed as two languages, "English-to-German"."""
    return any(_names_pair(benchmark(m.benchmark), m.alias) for m in mentions)


def _names_pair(entry: Benchmark, alias: str) -> bool:
    return entry.is_translation and _pair(entry.id).search(alias) is not None


@cache
def _pair(benchmark_id: str) -> re.Pattern[str]:
    """Finds the language translated to by its full name, or the two by their short ones: "German", "En→De", "EnDe"."""
    source, target = benchmark(benchmark_id).languages
    return re.compile(
        rf"{target[0]}|\b(?:{'|'.join(source[1:])})\W{{0,3}}(?:to|2)?\W{{0,3}}(?:{'|'.join(target[1:])})\b",
        re.IGNORECASE,
    )


def pairs_of_other_years(texts: Sequence[str], about: str) -> frozenset[str]:
    """The translation benchmarks whose languages the texts give another year to, and never their own: "WMT 2015
    English-German"."""
    others: set[str] = set()
    speaking: list[str] = []
    for entry in load_benchmarks().values():
        for campaign in (edition for edition in entry.editions if edition.years and not edition.test):
            named = [text for text in texts if campaign.name in text]
            speaking += named
            others |= {entry.id for text in named if _has_pair_of_other_year(entry, campaign, text)}
    if not others:
        return frozenset()
    direct = {
        m.benchmark for text in dict.fromkeys(speaking) for m in find_benchmarks(text, about) if not m.needs_context
    }
    return frozenset(others - direct)


def _has_pair_of_other_year(entry: Benchmark, campaign: Edition, text: str) -> bool:
    return any(
        2000 + int(match["year"] or match["behind"]) not in campaign.years
        for match in _year_and_pair(entry.id, campaign.name).finditer(text)
    )


@cache
def _year_and_pair(benchmark_id: str, campaign: str) -> re.Pattern[str]:
    """Finds "WMT 2015 news English-German" and "English-German task of WMT'15"."""
    source, target = ("|".join(names) for names in benchmark(benchmark_id).languages)
    pair = rf"(?:{source}){_JOINT}(?:{target})(?!\w)"
    return re.compile(
        rf"{campaign}\s?[’']?\s?(?:20)?(?P<year>[012]\d)\s(?:\w+\s)?{pair}"
        rf"|{pair}(?:\s(?!and\b|or\b|with\b)\w+){{0,4}}?(?:\s(?:of|from|in|at|on)(?:\sthe)?\s|\s?\()"
        rf"{campaign}\s?[’']?\s?(?:20)?(?P<behind>[012]\d)",
        re.IGNORECASE,
    )
