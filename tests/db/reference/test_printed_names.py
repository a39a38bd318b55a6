"""Names are found however a paper prints them, and not where something else is printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.reference.printed_names import compile_names, expand_braces, fold, name_key


@pytest.mark.parametrize(
    ("name", "printed", "is_found"),
    [
        # name              printed               found
        ("ILSVRC 2012", "ILSVRC-2012", True),
        ("ILSVRC 2012", "ILSVRC\u20112012", True),
        ("ILSVRC 2012", "ilsvrc2012", True),
        ("ILSVRC 2012", "ILSVRC\n2012", True),
        ("ILSVRC 2012", "ILSVRC 20123", False),
        ("MS COCO", "MS-COCO", True),
        ("MS COCO", "MSCOCO", False),  # two words need something between them
        ("En-De", "En\u2192De", True),
        ("En-De", "En -> De", True),
        ("En-De", "Ende", False),
        ("WMT14", "WMT\u201914", True),
        ("WMT14", "WMT 14", True),
        ("WMT14", "WMT 140", False),
        ("ImageNet-A", "ImageNet-A", True),
        ("ImageNet-A", "on ImageNet a network", False),  # a lone letter is joined as printed
        ("A10", "A10", True),
        ("A10", "a 10", False),
        ("Titan V", "TITAN V", True),
        ("Titan V", "Titan Vs", False),
        ("TPU v3-32", "TPU v3-32", True),
        ("TPU v3-32", "TPU v3 32", False),  # two numbers joined by a dash keep it
        ("SQuAD 1.1", "SQuAD1.1", True),
        ("SQuAD 1.1", "SQuAD 11", False),
        ("=SWB", "SWB", True),
        ("=SWB", "swb", False),
        ("=IN-1k", "IN1k", True),
        ("=IN-1k", "in 1k", False),
        ("ImageNet 64x64", "ImageNet 64\u00d764", True),
        ("AP50", "AP\u2085\u2080", True),
        ("COCO", "coconut", False),
        ("COCO", "MSCOCO", False),
    ],
)
def test_a_name_matches_its_spellings(name, printed, is_found):
    """It finds a name in the spellings that mean it, and no others."""
    assert bool(compile_names([name]).find(printed)) is is_found


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("AP@[.5:.95]", "AP@[.5:.95]"),
        ("AP@[.5:.95]", "AP .5:.95"),
        ("AP^box", "APbox"),
        ("AP50", "AP_{50}"),
        ("top-1", "top1"),
    ],
)
def test_loose_names_ignore_punctuation(name, printed):
    """It reads header names with any punctuation between their parts."""
    assert compile_names([name], loose=True).find(printed)


def test_the_longest_name_at_its_place_counts():
    """It finds the longest name, and none inside another."""
    finder = compile_names(["COCO", "COCO val2017", "val2017", "=COCO-O"])
    assert [found.key for found in finder.find("COCO val2017, COCO and COCO-O")] == ["cocoval2017", "coco", "=COCOO"]


def test_what_stands_around_a_name_is_found_but_not_its_key():
    """It takes vendor and plural into the span and leaves them out of the key."""
    found = compile_names(["V100"], before="(?i:nvidia )?", after="s?").find("on NVIDIA V100s")
    assert [(name.start, name.end, name.key) for name in found] == [(3, 15, "v100")]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("COCO", ["COCO"]),
        ("{MS |}COCO", ["MS COCO", "COCO"]),
        ("{a|b} {c|d}", ["a c", "a d", "b c", "b d"]),
        ("{=IN-1k|=IN1K}", ["=IN-1k", "=IN1K"]),
    ],
)
def test_braces_stand_for_each_choice(name, names):
    """It expands braces in order."""
    assert expand_braces(name) == names


def test_a_name_without_letters_is_refused():
    """It refuses a name that could match anywhere."""
    with pytest.raises(ValueError, match="needs a letter or a digit"):
        compile_names(["--"])


@given(st.text())
def test_folding_keeps_every_position(text):
    """It never changes a text's length, nor folds twice differently."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    assert name_key(fold(text)) == name_key(text) or text.startswith("=")
