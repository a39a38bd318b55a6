"""arXiv identifiers, their forms and their months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.ids import (
    OLD_ARCHIVES,
    ArxivId,
    id_from_file_name,
    id_from_stamp,
    id_from_url,
    month_of,
    parse_id,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1512.03385", ArxivId("1512.03385")),
        ("1512.03385v1", ArxivId("1512.03385", 1)),
        ("0908.0054v12", ArxivId("0908.0054", 12)),
        ("math/0411343v1", ArxivId("math/0411343", 1)),
        ("hep-th/9901001", ArxivId("hep-th/9901001")),
        ("math.DS/0411343", ArxivId("math/0411343")),
        ("arXiv:cs/0702144v2", ArxivId("cs/0702144", 2)),
        (" 0704.0001 ", ArxivId("0704.0001")),
        # near misses
        ("1513.03385", None),  # there is no 13th month
        ("1500.03385", None),
        ("0703.0001", None),  # the new form began in April 2007
        ("0000.0000", None),
        ("1412.12345", None),  # five digits only since 2015
        ("1501.1234", None),  # and since then never four
        ("1512.03385v0", None),
        ("10.1109/0411343", None),
        ("scan/0411343", None),  # no archive of that name
        ("math/0704001", None),  # the old form ended in March 2007
        ("math/9106001", None),  # arXiv began in August 1991
        ("math/0413343", None),
        ("3.14159", None),
        ("", None),
    ],
)
def test_parse_id(text: str, expected: ArxivId | None) -> None:
    """it reads both forms and refuses what looks like one but can't be."""
    assert parse_id(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1512.03385v1.pdf", ArxivId("1512.03385", 1)),
        ("1512.03385.pdf", ArxivId("1512.03385")),
        ("1512.03385.PDF", ArxivId("1512.03385")),
        ("math_0411343v1.pdf", ArxivId("math/0411343", 1)),
        ("cs_0702144v2.pdf", ArxivId("cs/0702144", 2)),
        ("hep-th_9901001.pdf", ArxivId("hep-th/9901001")),
        ("cs0701188.pdf", ArxivId("cs/0701188")),  # as arXiv's bulk sets name their files
        ("astro-ph9912010.pdf", ArxivId("astro-ph/9912010")),
        ("hep-th9901001v2.pdf", ArxivId("hep-th/9901001", 2)),
        ("arxiv_1512.03385v1.pdf", ArxivId("1512.03385", 1)),
        ("1512.03385v1 (1).pdf", ArxivId("1512.03385", 1)),
        ("1706.03762v5 - Attention Is All You Need.pdf", ArxivId("1706.03762", 5)),
        ("1706.03762v5.Attention.pdf", ArxivId("1706.03762", 5)),
        # near misses
        ("s1_truncated60_1512.03385.pdf", None),  # what somebody says of the file, not its name
        ("1512.033851.pdf", None),
        ("report_0411343.pdf", None),
        ("scan0411343.pdf", None),
        ("cs07011880.pdf", None),
        ("cs0713188.pdf", None),
        ("20151203.pdf", None),
        ("1513.03385.pdf", None),
        ("paper.pdf", None),
    ],
)
def test_id_from_file_name(name: str, expected: ArxivId | None) -> None:
    """it finds the identifier with which a file's name begins, and no other number."""
    assert id_from_file_name(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\narXiv:1409.1556v6  [cs.CV]  10 Apr 2015", ArxivId("1409.1556", 6)),
        ("arXiv:math/0411343v1 [math.DS] 15 Nov 2004", ArxivId("math/0411343", 1)),
        ("arXiv:cs.CL/0102003 v1   5 Feb 2001", ArxivId("cs/0102003", 1)),
        ("arXiv:1303.5778v1 [cs.NE]\r\n22 Mar 2013", ArxivId("1303.5778", 1)),
        ("a page\farXiv:1303.5778v1\f[cs.NE]\f22 Mar 2013\fanother", ArxivId("1303.5778", 1)),
        # citations
        ("He et al. Deep residual learning. arXiv:1512.03385, 2015.", None),
        ("arXiv preprint arXiv:1512.03385v1, 2015", None),
        ("see arXiv:1512.03385 [cs.CV]", None),
    ],
)
def test_id_from_stamp(text: str, expected: ArxivId | None) -> None:
    """it reads arXiv's stamp and takes no citation for one."""
    assert id_from_stamp(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://arxiv.org/abs/2202.12139v1", ArxivId("2202.12139", 1)),
        ("http://arxiv.org/abs/astro-ph/0601001v1", ArxivId("astro-ph/0601001", 1)),
        ("https://arxiv.org/pdf/1512.03385v1.pdf", ArxivId("1512.03385", 1)),
        ("http://127.0.0.1:8000/abs/cs/0702144", ArxivId("cs/0702144")),
        ("http://arxiv.org/api/errors#incorrect_id_format_for_1234", None),
    ],
)
def test_id_from_url(url: str, expected: ArxivId | None) -> None:
    """it reads the identifier at the end of an address."""
    assert id_from_url(url) == expected


@pytest.mark.parametrize(
    ("arxiv_id", "expected"),
    [
        ("1512.03385", date(2015, 12, 1)),
        ("0704.0001", date(2007, 4, 1)),
        ("math/9404236", date(1994, 4, 1)),
        ("hep-th/9108001", date(1991, 8, 1)),
        ("math/0001001", date(2000, 1, 1)),
        ("cs/0702144", date(2007, 2, 1)),
    ],
)
def test_month(arxiv_id: str, expected: date) -> None:
    """it dates a paper by its identifier, in the right century."""
    assert month_of(arxiv_id) == expected


def test_month_of_no_identifier() -> None:
    """it refuses to date what is no identifier."""
    with pytest.raises(ValueError, match="not an arXiv identifier"):
        month_of("local/0123456789ab")


@given(
    month=st.dates(date(1991, 8, 1), date(2006, 12, 31)),
    archive=st.sampled_from(sorted(OLD_ARCHIVES)),
    number=st.integers(1, 999),
    version=st.integers(1, 99),
)
def test_old_ids_round(month: date, archive: str, number: int, version: int) -> None:
    """it reads back every old identifier, from its text and from its file's name."""
    expected = ArxivId(f"{archive}/{month:%y%m}{number:03d}", version)
    assert parse_id(str(expected)) == expected
    assert id_from_file_name(str(expected).replace("/", "_") + ".pdf") == expected
    assert id_from_file_name(str(expected).replace("/", "") + ".pdf") == expected
    assert expected.month == month.replace(day=1)


@given(month=st.dates(date(2007, 4, 1), date(2090, 12, 31)), number=st.integers(1, 9999), version=st.integers(1, 99))
def test_new_ids_round(month: date, number: int, version: int) -> None:
    """it reads back every new identifier, from its text and from its file's name."""
    digits = 4 if month < date(2015, 1, 1) else 5
    expected = ArxivId(f"{month:%y%m}.{number:0{digits}d}", version)
    assert parse_id(str(expected)) == expected
    assert id_from_file_name(f"{expected}.pdf") == expected
    assert expected.month == month.replace(day=1)
