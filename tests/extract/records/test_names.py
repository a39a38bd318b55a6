"""Which printed names mean one model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Field
from extract.records.make import make_records
from extract.records.names import ModelNames
from extract.records.one_name import with_one_name
from tests.extract.records.test_make import read, score


@pytest.mark.parametrize(
    "names",
    [
        ("Foonet 0.5x", "Foonet 0.5×", "Foonet-0.5×"),
        ("Foonet v2 0.5×", "0.5x Foonet v2"),
        ("FooNet", "FooNets"),
        ("FLSTM (large)", "FLSTMs (large)", "FLSTM large"),
        ("Foo-and-Bar Network (FBN)", "FBN", "Foo-and-Bar Network"),
        ("Foonet-50", "foonet 50", "Foonet50"),
    ],
)
def test_one_model(names: tuple[str, ...]) -> None:
    """it gives the ways of printing one name one key, whichever is met first"""
    for order in (names, names[::-1]):
        known = ModelNames(order)
        assert len({known.key(name) for name in order}) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("Foonet depth=16 k=8", "Foonet depth=8 k=16"),
        ("Foonet-50", "Foonet-101"),
        ("Foonet", "Foonet+"),
        ("Foonet 0.5x", "Foonet 0.5"),
        ("Foonet (BN)", "BN"),
        ("Bliss", "Blis"),
        ("Foonet base", "Foonet large"),
    ],
)
def test_two_models(names: tuple[str, str]) -> None:
    """it keeps names apart that differ in more than the way of printing"""
    known = ModelNames(names)
    assert known.key(names[0]) != known.key(names[1])


def test_one_record() -> None:
    """it makes one record of a model whose name two tables print in two ways, with the values of both"""
    candidates = [
        score("Foonet 0.5x", 60.0),
        score("Foonet 1x", 67.0),
        read(Field.PARAMETERS, 1.4e6, "Foonet 0.5× 1.4M", subject="Foonet 0.5×", role="own"),
        read(Field.MULTIPLY_ADDS, 4.1e7, "0.5× Foonet 41M", subject="0.5× Foonet", role="own"),
    ]
    records = {r.model: {v.field for v in r.values if v.chosen} for r in make_records("2001.99999", 1, candidates)}
    assert records == {"Foonet 0.5x": {"score", "parameters", "multiply_adds"}, "Foonet 1x": {"score"}}


def test_a_name_broken_at_a_line_s_end() -> None:
    """it joins a name in capitals that a line's end broke, where a table prints it whole, and leaves other hyphens"""

    def subjects(*in_prose: str) -> list[str | None]:
        whole = read(Field.PARAMETERS, 7.5e7, subject="FOOFUSION custom")
        whole = replace(whole, evidence=replace(whole.evidence, table="Table 1"))
        said = [read(Field.PARAMETERS, 7.5e7, subject=name) for name in in_prose]
        return [c.subject for c in with_one_name([whole, *said], {})][1:]

    assert subjects("FOOFU-SION", "FOOFU-SION (75M)") == ["FOOFUSION", "FOOFUSION (75M)"]
    assert subjects("FLSTM-CRF", "Foofu-Sion", "FOOFU-SION-2") == ["FLSTM-CRF", "Foofu-Sion", "FOOFU-SION-2"]
