"""Asking arXiv for a page or a file, as arXiv wants to be asked.

Every request goes through the machine's limiter, carries our name, has a time limit, and follows no redirect by
itself. 429 and 503 are obeyed (Retry-After, else back-off with jitter), a 403 ends the run, and a circuit breaker ends
it when the server fails again and again: the state is saved, a later run goes on. A fault of one address is not a
fault of the server, so before the breaker opens, an address that is known to be good is asked for once.

PaperflopsError
├── ComeBackLaterError   the server is down, busy or unreachable: exit code 75, the run can be taken up later
└── ForbiddenError       the server refuses us: exit code 77, somebody has to look
FetchError               this one address gives nothing usable; the run goes on
"""

from __future__ import annotations

import email.utils
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from db.errors import PaperflopsError, UnreachableError
from harvest.polite.endpoints import Endpoints, is_loopback, origin
from harvest.polite.limiter import Limiter, lock_file_for

CONNECT_SECONDS = 20.0
READ_SECONDS = 90.0  # arXiv's search takes up to a minute before the first byte of a large page
HEAD_SECONDS = 150.0  # until the headers are here, however small the pieces in which they come
SLOWEST_BYTES_PER_SECOND = 512.0  # a body that comes slower than this ...
SLOW_AFTER_SECONDS = 20.0  # ... for this long holds our one connection for nothing
BODY_SECONDS = 600.0
MAX_FEED_BYTES = 64 << 20
MAX_PDF_BYTES = 256 << 20

TRIES = 5  # for a page of metadata, without which the run can't go on
BUSY_TRIES = 6  # 429 or 503 from one address
BREAKER_FAULTS = 10  # failed requests in a row, whatever their address
UNREACHED_FAULTS = 3  # in a row: there is no network
PATIENCE_SECONDS = 900.0  # a Retry-After beyond this is not waited for: the run ends and a later one goes on
BACK_OFF = 5.0  # times the delay: the first pause after a 429 or 503; doubled from pause to pause
LONGEST_BACK_OFF = 100.0  # times the delay
MAX_HOPS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class ComeBackLaterError(UnreachableError):
    """The server can't serve us now. What was done is saved."""


class ForbiddenError(PaperflopsError):
    """The server refuses us (403). Nothing more is asked."""

    exit_code = 77  # EX_NOPERM


class Kind(Enum):
    """What a fault says of the next try."""

    BUSY = "busy"  # the server wants fewer requests
    NETWORK = "network"  # it may go better
    UNUSABLE = "unusable"  # a whole answer with the wrong content
    LASTING = "lasting"  # asking again at once can't change it


class FetchError(Exception):
    """An address that gave nothing usable. `reason` is a short name, `message` what was seen, `rest` what was asked."""

    def __init__(self, reason: str, message: str, kind: Kind = Kind.NETWORK, *, rest: float | None = None) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason, self.message, self.kind, self.rest = reason, message, kind, rest


@dataclass(frozen=True)
class Answer:
    """A whole answer: the status is 200, or one that the caller said it would take."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def date(self) -> float | None:
        """The server's own time (seconds since 1970, UTC) from its Date header."""
        return _http_date(self.headers.get("Date"))


Check = Callable[[Answer], FetchError | None]
"""Says what is wrong with an answer, or None."""


@dataclass(frozen=True)
class _Good:
    """An address that has given what it should, and how that was judged."""

    url: str
    check: Check
    accept: tuple[int, ...]


class PoliteSession:
    """All that this process asks of arXiv. Counts requests; remembers faults for the circuit breaker."""

    def __init__(
        self,
        endpoints: Endpoints,
        *,
        limiter: Limiter | None = None,
        sleep: Callable[[float], None] = time.sleep,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        loopback = is_loopback(endpoints.pdf)
        self.endpoints, self._sleep, self._say = endpoints, sleep, say
        self.limiter = limiter or Limiter(lock_file_for(loopback), endpoints.delay, say=say)
        self.requests = 0
        self.server_time: datetime | None = None  # UTC, without a zone, as the last answer's Date header has it
        self._faults = 0
        self._unreached = 0
        self._good: dict[str, _Good] = {}  # of each server and service
        self._http = requests.Session()
        self._watched = _WatchedAdapter()
        self._http.mount("http://", self._watched)
        self._http.mount("https://", self._watched)
        self._http.trust_env = not loopback  # a proxy of the environment can't reach this machine's loopback
        self._http.headers.clear()
        self._headers = {
            "User-Agent": user_agent(endpoints.contact),
            "Accept-Encoding": "gzip",
            "Connection": "close",  # no idle connection is left open while another process has its turn
        }

    def known_good(self, url: str, check: Check, accept: tuple[int, ...] = (200,)) -> None:
        """Notes an address that has given what it should: asked for when others fail, to tell them from the server."""
        self._good[_service(url)] = _Good(url, check, accept)

    def get(
        self,
        url: str,
        *,
        check: Check = lambda answer: None,
        accept: tuple[int, ...] = (200,),
        tries: int = TRIES,
        check_tries: int = TRIES,
        max_bytes: int = MAX_FEED_BYTES,
    ) -> Answer:
        """The answer, of an accepted status and passing `check` (which says what is wrong with it, or None).

        Asks up to `tries` times where the network or the server fails, up to `check_tries` times where `check` does.
        FetchError where no answer was usable; ComeBackLaterError and ForbiddenError end the run.
        """
        rest = self.limiter.pause_left(origin(url))
        if rest > PATIENCE_SECONDS:
            raise ComeBackLaterError(
                f"{origin(url)} asked for {rest / 60:.0f} more minutes of rest", "run again after that"
            )
        self._wait(rest)
        limits = {Kind.BUSY: BUSY_TRIES, Kind.NETWORK: tries, Kind.UNUSABLE: check_tries, Kind.LASTING: 1}
        seen: Counter[Kind] = Counter()
        while True:
            try:
                answer = self._usable(url, accept, check, max_bytes)
            except FetchError as fault:
                seen[fault.kind] += 1
                self._failed(url, fault)
                if self._faults == BREAKER_FAULTS - 1 and self._is_well(url, fault):
                    self._faults = 0
                if seen[fault.kind] >= limits[fault.kind]:
                    raise
                seconds = self._pause_after(fault, seen.total() - 1)
                if fault.reason != "unreachable":  # said once, when we give up
                    self._say(f"{fault}; asking again in {seconds:.1f} s")
                self._wait(seconds)
            else:
                self._faults = self._unreached = 0
                self.known_good(url, check, accept)
                return answer

    def _is_well(self, url: str, fault: FetchError) -> bool:
        """Whether the server still gives what it gave before, so that the faults are of the addresses."""
        good = self._good.get(_service(url))
        if good is None or good.url == url:
            return False
        self._wait(self._pause_after(fault, 0))
        try:
            self._usable(good.url, good.accept, good.check, MAX_PDF_BYTES)
        except FetchError as wrong:
            self._failed(good.url, wrong)
            return False
        return True

    def _usable(self, url: str, accept: tuple[int, ...], check: Check, max_bytes: int) -> Answer:
        answer = self._follow(url, max_bytes)
        if answer.status == 403:
            raise ForbiddenError(
                f"{origin(url)} refuses us (403) at {url}",
                "nothing more was asked; see https://info.arxiv.org/help/denied.html before you run again",
            )
        if answer.status not in accept:
            reason, message = f"http_{answer.status}", f"{answer.status} from {url}"
            if answer.status in (429, 503):
                raise FetchError(reason, message, Kind.BUSY, rest=retry_after(answer))
            raise FetchError(reason, message, Kind.LASTING if answer.status < 500 else Kind.NETWORK)
        wrong = check(answer)
        if wrong is not None:
            raise wrong
        return answer

    # --- one request ------------------------------------------------------------------------------------------------

    def _follow(self, url: str, max_bytes: int) -> Answer:
        """The answer after redirects of the same server to the same document (each a request of its own)."""
        asked = url
        for _ in range(MAX_HOPS):
            answer = self._once(asked, max_bytes)
            if answer.status not in REDIRECTS:
                return answer
            target = urljoin(asked, answer.headers.get("Location", ""))
            if origin(target).split("://")[1] != origin(asked).split("://")[1] or _document(target) != _document(url):
                raise FetchError("redirected", f"{url} leads to {target or 'nowhere'}", Kind.LASTING)
            asked = target
        raise FetchError("redirected", f"{url} leads in a circle", Kind.LASTING)

    def _once(self, url: str, max_bytes: int) -> Answer:
        with self.limiter.turn() as turn:
            self.requests += 1
            try:
                with self._watched.deadline(HEAD_SECONDS) as watch:
                    response = self._http.get(
                        url,
                        headers=self._headers,
                        timeout=(CONNECT_SECONDS, READ_SECONDS),
                        allow_redirects=False,
                        stream=True,
                    )
                turn.arrived()
                try:
                    # requests has read a redirect's body already
                    content = b"" if response.status_code in REDIRECTS else _body(response, max_bytes)
                finally:
                    response.close()
            except requests.exceptions.ConnectionError as error:
                if watch.fired:
                    raise FetchError("slow", f"{url}: no answer began within {HEAD_SECONDS:.0f} s") from None
                if _never_connected(error):
                    raise FetchError("unreachable", f"{origin(url)} can't be reached: {_root(error)}") from None
                raise FetchError("reset", f"{url}: {_root(error)}") from None
            except requests.exceptions.Timeout:
                raise FetchError("timeout", f"{url}: nothing came for {READ_SECONDS:.0f} s") from None
            except urllib3.exceptions.ReadTimeoutError:
                raise FetchError("timeout", f"{url}: nothing more came for {READ_SECONDS:.0f} s") from None
            except (urllib3.exceptions.ProtocolError, requests.exceptions.ChunkedEncodingError) as error:
                raise FetchError("truncated", f"{url}: {_root(error)}") from None
            except (urllib3.exceptions.HTTPError, requests.exceptions.RequestException, OSError) as error:
                raise FetchError("reset", f"{url}: {_root(error)}") from None
        answer = Answer(url, response.status_code, response.headers, content)
        if answer.date is not None:
            self.server_time = datetime.fromtimestamp(answer.date, UTC).replace(tzinfo=None)
        return answer

    # --- what follows from a failure ----------------------------------------------------------------------------------

    def _failed(self, url: str, fault: FetchError) -> None:
        """Counts the fault and opens the circuit breaker where there were too many in a row."""
        if fault.kind is not Kind.LASTING:  # there the server is well: it says that it has no such thing, or not for us
            self._faults += 1
        self._unreached = self._unreached + 1 if fault.reason == "unreachable" else 0
        if fault.rest:
            self.limiter.pause(origin(url), fault.rest)
            if fault.rest > PATIENCE_SECONDS:
                raise ComeBackLaterError(
                    f"{fault.message}, which asks for {fault.rest / 60:.0f} minutes of rest",
                    "what was done is saved; run again after that",
                )
        if self._unreached >= UNREACHED_FAULTS:
            raise ComeBackLaterError(fault.message, "is there a network? what was done is saved; run again later")
        if self._faults >= BREAKER_FAULTS:
            raise ComeBackLaterError(
                f"{origin(url)} failed {self._faults} times in a row, last with {fault}",
                "what was done is saved; run again later",
            )

    def _pause_after(self, fault: FetchError, attempt: int) -> float:
        if fault.rest is not None:
            return fault.rest + random.uniform(0, self.endpoints.delay)
        if fault.reason == "unreachable":  # nobody is there to be spared; a cable that was pulled is soon back
            return self._back_off(attempt) / BACK_OFF
        return self._back_off(attempt)

    def _back_off(self, attempt: int) -> float:
        """Seconds before the next try: doubled from try to try, and by chance up to half less."""
        longest = min(BACK_OFF * 2**attempt, LONGEST_BACK_OFF) * self.endpoints.delay
        return random.uniform(longest / 2, longest)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)


@dataclass
class _Watch:
    """A deadline that may pass while a socket blocks."""

    fired: bool = False


class _WatchedAdapter(HTTPAdapter):
    """Knows the socket in use, so that a deadline can end what the socket's own time limit can't: headers in drops."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool of connections, each of which says here which socket it opened."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        adapter = self
        known = type(pool).ConnectionCls

        class Connection(known):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                adapter._socket = self.sock

        pool.ConnectionCls = Connection
        return pool

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[_Watch]:
        """Shuts the socket where the block takes longer."""
        watch = _Watch()

        def end() -> None:
            watch.fired = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield watch
        finally:
            timer.cancel()
            self._socket = None


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Whether there was no connection at all: no name, no route, nobody listening, no proxy."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError) or isinstance(
        cause, urllib3.exceptions.NewConnectionError
    )


def user_agent(contact: str | None) -> str:
    """Our name with the version and whom to write to."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("paperflops")
    except PackageNotFoundError:
        number = "0"
    return f"paperflops/{number} ({contact or 'no contact given'}; one request at a time)"


def retry_after(answer: Answer) -> float | None:
    """The seconds that the answer asks us to wait; None where it does not say.

    A date is counted from the server's own Date, so that a wrong clock here does not matter.
    """
    text = (answer.headers.get("Retry-After") or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        until = _http_date(text)
        if until is None:
            return None
        seconds = until - (answer.date or time.time())
    return max(0.0, seconds) if seconds == seconds else None


def _body(response: requests.Response, max_bytes: int) -> bytes:
    """The whole body. FetchError where it is too large, comes too slowly, or is shorter than announced."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise FetchError("too_large", f"{response.url} has {announced} bytes; the limit is {max_bytes}", Kind.LASTING)
    raw: Any = response.raw
    content = bytearray()
    started = mark_time = time.monotonic()
    mark_bytes = 0
    while True:
        block = raw.read1(1 << 16, decode_content=True)
        if not block:
            break
        content += block
        now = time.monotonic()
        if len(content) > max_bytes:
            raise FetchError("too_large", f"{response.url} has more than {max_bytes} bytes", Kind.LASTING)
        if now - started > BODY_SECONDS:
            raise FetchError("slow", f"{response.url}: the body takes more than {BODY_SECONDS:.0f} s")
        if now - mark_time >= SLOW_AFTER_SECONDS:
            if (len(content) - mark_bytes) / (now - mark_time) < SLOWEST_BYTES_PER_SECOND:
                raise FetchError("slow", f"{response.url}: {len(content)} bytes in {now - started:.0f} s")
            mark_time, mark_bytes = now, len(content)
    if announced.isdigit() and not response.headers.get("Content-Encoding") and len(content) < int(announced):
        raise FetchError("truncated", f"{response.url}: {len(content)} of {announced} bytes came")
    return bytes(content)


def _service(url: str) -> str:
    """The server and which of its services an address belongs to: "https://arxiv.org/pdf"."""
    return f"{origin(url)}/{urlsplit(url).path.strip('/').split('/')[0]}"


def _document(url: str) -> str:
    """What of an address names the document: its last part without ".pdf", its question included."""
    path, _, question = url.partition("?")
    return path.rstrip("/").removesuffix(".pdf").rsplit("/", 1)[-1] + "?" + question


def _http_date(text: str | None) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp() if text else None
    except (TypeError, ValueError):
        return None


def _root(error: BaseException) -> str:
    """The innermost cause in words, without objects' addresses."""
    while True:
        inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    last = error.args[-1] if error.args else error
    text = str(last if not isinstance(last, BaseException) else last.__class__.__name__)
    # urllib3 puts the connection and what it tried in front, Python the error's number
    return re.sub(
        r"^\w+\(host=[^)]*\): |Failed to establish a new connection: |\[Errno -?\d+\] ", "", text.split(">: ")[-1]
    )
