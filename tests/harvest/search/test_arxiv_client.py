"""The private names of the `arxiv` package that we use are as they were when they were tried."""

from __future__ import annotations

import inspect
import re
from importlib.metadata import version

import arxiv
import pytest

from harvest.search.arxiv_client import PRIVATE_ATTRIBUTES, PRIVATE_NAMES, TRIED_VERSIONS
from tests.conftest import ROOT


def test_version_was_tried() -> None:
    """it is a version of the package that was tried; after an update run the tests of harvest and add it."""
    assert version("arxiv") in TRIED_VERSIONS


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_private_names(name: str) -> None:
    """it takes what we give it, as it did."""
    assert str(inspect.signature(getattr(arxiv.Client, name))) == PRIVATE_NAMES[name]


def test_private_attributes() -> None:
    """it asks by way of the session that we put in place of its own."""
    client = arxiv.Client()
    assert all(hasattr(client, name) for name in PRIVATE_ATTRIBUTES)
    assert hasattr(client, "query_url_format")


def test_one_place() -> None:
    """it is used nowhere else: no other file of harvest names something private of a client or a search."""
    private = re.compile(rf"\.(?:{'|'.join((*PRIVATE_NAMES, *PRIVATE_ATTRIBUTES))})\b")
    users = {
        str(source.relative_to(ROOT))
        for source in (ROOT / "harvest").rglob("*.py")
        if re.search(r"^\s*(?:import|from) arxiv\b", text := source.read_text(), re.MULTILINE) and private.search(text)
    }
    assert users - {"harvest/search/feed.py"} == {"harvest/search/arxiv_client.py"}
    assert "client._" not in (ROOT / "harvest/search/feed.py").read_text()
