"""The one place that reaches into the `arxiv` package: its address maker and its parser without its way of asking.

The package has no public way to use them with an HTTP session of ours (time limits, Retry-After, one limiter for the
machine). Each private name is listed with what it looked like when it was tried; a test fails when that changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import arxiv

TRIED_VERSIONS = ("4.0.2",)
PRIVATE_NAMES = {
    "_format_url": "(self, search: 'Search', start: 'int', page_size: 'int') -> 'str'",
    "_parse_feed": "(self, url: 'str', first_page: 'bool' = True, _try_index: 'int' = 0) -> 'ParsedFeed'",
}
PRIVATE_ATTRIBUTES = ("_session",)  # of a client, with a method get(url, headers=...)


@dataclass(frozen=True)
class Response:
    """What the package reads of an answer."""

    content: bytes
    status_code: int = 200


class Http(Protocol):
    """What the package takes for its HTTP session."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """The answer, whole."""


@dataclass(frozen=True)
class ParsedFeed:
    """What the package's parser makes of a feed."""

    results: list[arxiv.Result]
    total: int


def ask_feed(search: arxiv.Search, *, start: int, size: int, base_url: str, http: Http) -> ParsedFeed:
    """The search's results from `start`, asked for at `base_url` by way of `http`, once."""
    client: Any = arxiv.Client(page_size=size, delay_seconds=0.0, num_retries=0)
    client.query_url_format = base_url + "?{}"
    client._session = http
    feed = client._parse_feed(client._format_url(search, start, size))
    return ParsedFeed(list(feed.results), feed.header.total_results)
