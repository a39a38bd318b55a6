"""Where arXiv is and how fast we may ask: the settings of harvest, read from the environment and checked."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from db.errors import BadInputError

API_URL = "https://export.arxiv.org/api/query"
OAI_URL = "https://oaipmh.arxiv.org/oai"
PDF_URL = "https://arxiv.org/pdf"
DELAY_SECONDS = 3.0  # https://info.arxiv.org/help/api/tou.html: one request every three seconds, one connection


@dataclass(frozen=True)
class Endpoints:
    """arXiv's three services, the seconds between two requests, and who to write to about us."""

    api: str = API_URL
    oai: str = OAI_URL
    pdf: str = PDF_URL
    delay: float = DELAY_SECONDS
    contact: str | None = None
    sources: tuple[str, ...] = ("search", "oai")  # the services that were meant: see `read_endpoints`


def read_endpoints(environment: Mapping[str, str] | None = None) -> Endpoints:
    """The settings PAPERFLOPS_ARXIV_API_URL, _OAI_URL, _PDF_URL, _DELAY and _CONTACT, or arXiv's own.

    Where an address is set for only one of search and OAI-PMH, only that one is used. Where one of the three is
    loopback, all must be: a rehearsal must not reach arXiv by accident. BadInputError names a setting that can't be
    used.
    """
    settings = os.environ if environment is None else environment
    api = _url(settings, "PAPERFLOPS_ARXIV_API_URL", API_URL, "/api/query")
    oai = _url(settings, "PAPERFLOPS_ARXIV_OAI_URL", OAI_URL, "/oai")
    pdf = _url(settings, "PAPERFLOPS_ARXIV_PDF_URL", PDF_URL, "/pdf")
    given = {
        source
        for source, name in (("search", "PAPERFLOPS_ARXIV_API_URL"), ("oai", "PAPERFLOPS_ARXIV_OAI_URL"))
        if (settings.get(name) or "").strip()
    }
    sources = tuple(source for source in ("search", "oai") if source in (given or {"search", "oai"}))
    delay = _delay(settings)
    asked = {"PAPERFLOPS_ARXIV_PDF_URL": pdf}
    if "search" in sources:
        asked["PAPERFLOPS_ARXIV_API_URL"] = api
    if "oai" in sources:
        asked["PAPERFLOPS_ARXIV_OAI_URL"] = oai
    far = {name: url for name, url in asked.items() if not is_loopback(url)}
    if delay < DELAY_SECONDS and far:
        name, url = sorted(far.items())[0]
        raise BadInputError(
            f"PAPERFLOPS_ARXIV_DELAY={delay:g} is less than arXiv's {DELAY_SECONDS:g} s, but {name} is {url}",
            "only a loopback address may be asked faster",
        )
    _check_rehearsal(
        {"PAPERFLOPS_ARXIV_API_URL": api, "PAPERFLOPS_ARXIV_OAI_URL": oai, "PAPERFLOPS_ARXIV_PDF_URL": pdf}
    )
    return Endpoints(api, oai, pdf, delay, _contact(settings), sources)


def _check_rehearsal(urls: Mapping[str, str]) -> None:
    """BadInputError where some of the addresses are loopback and others are not."""
    near = [name for name, url in urls.items() if is_loopback(url)]
    far = [name for name in urls if name not in near]
    if near and far:
        raise BadInputError(
            f"{near[0]} is this machine's own, but {' and '.join(f'{name} is {urls[name]}' for name in far)}",
            f"a rehearsal must not reach arXiv: set {' and '.join(far)} to a loopback address too",
        )


def is_loopback(url: str) -> bool:
    """Whether the address is this machine's own."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _url(settings: Mapping[str, str], name: str, default: str, path: str) -> str:
    """The setting without a slash at its end; a bare host, or the beginning of the usual path, is completed."""
    value = (settings.get(name) or "").strip() or default
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number up to 65535
        usable = False
    if not usable or parts.query or parts.fragment:
        raise BadInputError(f"{name} is {value!r}, which is no base URL", f"write it like {default}")
    given = parts.path.rstrip("/")
    if path.startswith(given):
        given = path
    return urlunsplit((parts.scheme, parts.netloc, given, "", ""))


def _contact(settings: Mapping[str, str]) -> str | None:
    """The address for the User-Agent. A header holds one line, and letters that Latin-1 has."""
    contact = (settings.get("PAPERFLOPS_ARXIV_CONTACT") or "").strip()
    if not contact.isprintable() or any(ord(letter) > 255 for letter in contact):
        raise BadInputError(
            f"PAPERFLOPS_ARXIV_CONTACT is {contact!r}, which no request can carry", "write it like you@example.org"
        )
    return contact or None


def _delay(settings: Mapping[str, str]) -> float:
    text = (settings.get("PAPERFLOPS_ARXIV_DELAY") or "").strip()
    if not text:
        return DELAY_SECONDS
    try:
        delay = float(text)
    except ValueError:
        delay = -1.0
    if not 0 <= delay < float("inf"):
        raise BadInputError(f"PAPERFLOPS_ARXIV_DELAY is {text!r}", "write a number of seconds, 3 or more")
    return delay
