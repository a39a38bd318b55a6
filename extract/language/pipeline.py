"""The language layer: spaCy's English tokens, and components that mark in `doc.spans` what the words name.

    doc = read_language()("We reach 71.2 on the OtherWorld-200 benchmark with 8 P100s.")
    doc.spans["other_data_sets"]      # [OtherWorld-200]

Nothing is downloaded: the pipeline is blank English with tokens split as papers print quantities ("14h" is 14 and h,
"~5" is ~ and 5, "8xP100" is 8, x and P100; a hyphen parts nothing, "test-dev" is a name).

A project adds components of its own by name: a package registers a spaCy factory, and `PAPERFLOPS_COMPONENTS` lists the
names, parted by commas. What they put into `doc.spans["other_data_sets"]` counts as a data set that is not tracked;
other groups are drawn by `paperflops sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import spacy
from spacy.lang.char_classes import HYPHENS
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokens import Doc, Span
from spacy.util import compile_infix_regex, compile_prefix_regex, filter_spans

from db.errors import PaperflopsError
from db.reference.benchmarks import find_benchmarks, load_benchmarks
from db.reference.hardware import find_devices
from db.reference.not_models import load_not_models
from db.reference.untracked import find_untracked_datasets, find_untracked_metrics
from extract.language.data_set_names import COMPONENTS_VARIABLE, asked_components

OWN_COMPONENTS = ("reference_names", "other_data_sets")
OTHER_DATA_SETS = "other_data_sets"
REFERENCE_GROUPS = ("devices", "benchmarks", "data_sets", "metrics")

# "14h", "30GB" are a number and its unit; "8xP100" a count, the sign of times and a name; "P100" is one token
_UNIT_OF_NUMBER = re.compile(r"(?<=\d)(?=[A-Za-z])|(?<=\dx)(?=[A-Z])")
_HEDGES = ["~", "≈", "∼", "±"]

# Nouns for data that people measure on, as the word or the two words behind its name.
_DATA_NOUNS = ["dataset", "datasets", "benchmark", "benchmarks", "corpus", "corpora", "leaderboard", "testbed"]
_SPLITS = ["test", "validation", "val", "dev", "development", "evaluation"]
# Words that are printed with a capital for other reasons than being a name: at the start of a sentence, or always.
_NO_NAMES = frozenset(
    """this these those that our their its his each both all any some many most several other others another such same
    standard common popular public private large small larger new novel synthetic real existing available various
    different multiple benchmark benchmarks dataset datasets data training test validation development evaluation
    target source unlabeled labeled original full entire on in for with using following besides unlike two three four
    no one""".split()
)


class UnknownComponentError(PaperflopsError):
    """A component of PAPERFLOPS_COMPONENTS that no installed package registers."""


@cache
def read_language() -> Language:
    """The pipeline, with the project's own components at its end. Loaded once: it takes about half a second."""
    nlp = spacy.blank("en")
    inside_words = compile_infix_regex([i for i in nlp.Defaults.infixes or () if HYPHENS not in str(i)])

    def infixes(token: str) -> Iterator[re.Match[str]]:
        return (_UNIT_OF_NUMBER if token[:1].isdigit() else inside_words).finditer(token)

    prefixes = compile_prefix_regex([*(nlp.Defaults.prefixes or ()), *_HEDGES])
    assert isinstance(nlp.tokenizer, Tokenizer)
    nlp.tokenizer.infix_finditer = infixes
    nlp.tokenizer.prefix_search = prefixes.search
    for name in (*OWN_COMPONENTS, *asked_components()):
        try:
            nlp.add_pipe(name)
        except ValueError as error:
            raise UnknownComponentError(
                f"no component is called {name!r}",
                f"install the package that registers it, or take it out of {COMPONENTS_VARIABLE}",
            ) from error
    return nlp


def with_other_data_sets(text: str) -> Doc:
    """The text with its other data sets marked, and reference names only where they are asked for: most have none."""
    nlp = read_language()
    doc = nlp.make_doc(text)
    for name, component in nlp.pipeline:
        doc = doc if name == "reference_names" else component(doc)
    return doc


@Language.component("reference_names")
def mark_reference_names(doc: Doc) -> Doc:
    """Marks devices, benchmarks, data sets and metrics of the reference tables, by the spelling rules of those tables.

    A `PhraseMatcher` over the same names would find 62 of 91 devices, 193 of 240 benchmarks and 311 of 354 data sets
    (186 pages of 15 papers): papers vary dashes, spaces, vendors and forms more freely than phrases can list.
    """
    text = doc.text
    found = {
        "devices": [(m.start, m.end) for m in find_devices(text)],
        "benchmarks": [(m.start, m.end) for m in find_benchmarks(text, _any_context())],
        "data_sets": [(m.start, m.end) for m in find_untracked_datasets(text)],
        "metrics": [(m.start, m.end) for m in find_untracked_metrics(text)],
    }
    for group, places in found.items():
        spans = (doc.char_span(start, end, label=group, alignment_mode="expand") for start, end in places)
        doc.spans[group] = filter_spans(span for span in spans if span is not None)
    return doc


@cache
def _any_context() -> str:
    """Every word beside which an ambiguous name means a benchmark: what may be a benchmark's name is marked as one."""
    words = {w for entry in load_benchmarks().values() for group in entry.in_context for w in group.words}
    return " ; ".join(sorted(word.lstrip("=") for word in words))


@Language.factory("other_data_sets")
def make_other_data_sets(nlp: Language, name: str) -> OtherDataSets:
    """The component that marks data sets which no table knows."""
    return OtherDataSets(nlp)


class OtherDataSets:
    """Marks names that a noun says to be data: "OtherWorld-200 dataset", "the Foo Bar benchmark", "FooNet-R val"."""

    def __init__(self, nlp: Language) -> None:
        self.matcher = Matcher(nlp.vocab, validate=True)
        name: dict[str, object] = {"TEXT": {"REGEX": r"^[A-Z][\w.+/-]*$"}, "LOWER": {"NOT_IN": sorted(_NO_NAMES)}}
        sure: dict[str, object] = {"TEXT": {"REGEX": r"^[A-Z][\w.+/-]*(?:[A-Z]|\d)[\w.+/-]*$"}}
        number: dict[str, object] = {"LIKE_NUM": True, "LENGTH": {"<=": 4}}
        noun: dict[str, object] = {"LOWER": {"IN": _DATA_NOUNS}}
        data_set: list[dict[str, object]] = [{"LOWER": "data"}, {"LOWER": {"IN": ["set", "sets"]}}]
        split: list[dict[str, object]] = [{"LOWER": {"IN": _SPLITS}}, {"LOWER": {"IN": ["set", "split", "data"]}}]
        self.matcher.add(
            OTHER_DATA_SETS,
            [
                [{**name, "OP": "{1,3}"}, {**number, "OP": "?"}, noun],
                [{**name, "OP": "{1,3}"}, {**number, "OP": "?"}, *data_set],
                [sure, *split],
            ],
            greedy="LONGEST",
        )

    def __call__(self, doc: Doc) -> Doc:
        matches = self.matcher(doc)
        if matches and not set(REFERENCE_GROUPS) <= set(doc.spans):
            mark_reference_names(doc)
        known = [span for group in ("benchmarks", "data_sets", "devices") for span in doc.spans.get(group, ())]
        found = [self._name(doc, start, end) for _, start, end in matches]
        doc.spans[OTHER_DATA_SETS] = filter_spans(
            span for span in found
            if span is not None and not any(a.start < span.end and span.start < a.end for a in known)
        )  # fmt: skip
        return doc

    def _name(self, doc: Doc, start: int, end: int) -> Span | None:
        """The name without its noun; None where it is a plain word that begins a sentence, or a word for no data."""
        while end > start and not doc[end - 1].text[:1].isupper() and not doc[end - 1].like_num:
            end -= 1
        words = [token.lower_ for token in doc[start:end]]
        if not words or all(word in load_not_models().words for word in words):
            return None
        begins = start == 0 or doc[start - 1].text in ".:;!?"
        plain = len(words) == 1 and doc[start].text[1:].islower()
        return None if begins and plain else Span(doc, start, end, label=OTHER_DATA_SETS)
