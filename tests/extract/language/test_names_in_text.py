"""What in a sentence is a model's name, and which name of a list belongs to a number."""

from __future__ import annotations

import pytest

from extract.language.data_names import names_called_data
from extract.language.model_names import model_names_in
from extract.language.number_lists import name_of_respective_list


@pytest.mark.parametrize("text", ["gives an FID-10K of 2.27", "an IS-50k of 180", "by FID-5000 alone", "in SacreBLEU"])
def test_metrics_are_no_names(text: str) -> None:
    """it takes no metric for a model, with or without the number of samples that it is computed of"""
    assert model_names_in(text) == ()


def test_names_like_metrics() -> None:
    """it keeps a model's name that begins as a metric's does"""
    assert model_names_in("our FIDNet-50 reads pages") == ("FIDNet-50",)


def test_name_of_a_list() -> None:
    """it gives the number the name at its place in the list, and none where years or counts are listed"""
    assert name_of_respective_list("FooNet and BarNet reach AP 37.4 and ", ", respectively") == "BarNet"
    assert name_of_respective_list("what won in 2015 and 2016 (AP 37.4 and ", ", respectively)") is None
    assert name_of_respective_list("with batches of 16 and 32 we reach 71.2 and ", ", respectively") is None


def test_names_of_data() -> None:
    """it takes what is called data, as often as asked, and reads a sequence of capitals at once"""
    texts = [
        "on the LeafCount dataset",
        "on LeafCount test, and the OtherWorld-200 benchmark",
        "A" * 200 + " of a dataset",
    ]
    assert names_called_data(texts) == {"LeafCount", "OtherWorld-200"}
    assert names_called_data(texts, least=2) == {"LeafCount"}
