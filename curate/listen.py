"""Bringing answers back as soon as they are given: Label Studio calls, and what it calls for is an ordinary sync.

Of a call nothing is believed but that something happened: what was answered is asked of the server. So a call that is
lost, comes twice or is made up changes nothing; and since calls do get lost, the server is also asked at intervals.
"""

from __future__ import annotations

import hmac
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from db.errors import BadInputError, PaperflopsError
from db.terminal.console import warn

SECRET_HEADER = "X-Paperflops-Secret"
EVENTS = ("ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED")
LONGEST_CALL = 1 << 20  # bytes: ours carries the event's name alone, one registered by hand also task and answer
CALL_SECONDS = 10.0  # for one call to be received
TOGETHER_SECONDS = 1.0  # answers so close to one another are brought back by one sync
AGAIN_SECONDS = 10.0  # after a sync that failed


class Calls:
    """Whether there was a call since the last sync."""

    def __init__(self) -> None:
        self._called = threading.Event()

    def call(self) -> None:
        self._called.set()

    def wait(self, seconds: float) -> None:
        """Returns a moment after the next call, or when the time is up."""
        if self._called.wait(seconds):
            time.sleep(TOGETHER_SECONDS)
        self._called.clear()


@contextmanager
def receiving(host: str, port: int, secret: str, calls: Calls) -> Iterator[str]:
    """An HTTP server that takes Label Studio's calls while this is open; its address. Port 0 takes any free one."""
    handler = type("Receiver", (_Receiver,), {"secret": secret, "calls": calls})
    try:
        server = _Server((host, port), handler)
    except OSError as error:
        raise BadInputError(
            f"port {port} of {host} can't be used ({error.strerror})", "name another with --port"
        ) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def keep_syncing(
    sync: Callable[[], None], calls: Calls, every: float, going: Callable[[], bool] = lambda: True
) -> None:
    """Syncs at once, then after each call and every so many seconds.

    One that fails is told in a line and tried again soon; what goes on failing in the same way is not told again.
    """
    told = None
    while going():
        try:
            sync()
            pause, told = every, None
        except PaperflopsError as error:
            if str(error) != told:
                warn(str(error))
            pause, told = min(every, AGAIN_SECONDS), str(error)
        calls.wait(pause)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: tuple[str, int]) -> None:
        """A line where a call broke off; the server goes on."""
        warn(f"a call from {client_address[0]} broke off ({type(sys.exc_info()[1]).__name__})")


class _Receiver(BaseHTTPRequestHandler):
    secret: str
    calls: Calls
    timeout = CALL_SECONDS
    server_version, sys_version = "paperflops", ""

    def do_POST(self) -> None:
        status, complaint = self._judge()
        if complaint:
            warn(f"a call from {self.client_address[0]} {complaint}")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _judge(self) -> tuple[HTTPStatus, str | None]:
        """What is answered to the call, and what is amiss with it."""
        said = self.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(said.encode(), self.secret.encode()):
            return HTTPStatus.UNAUTHORIZED, f"was refused: its {SECRET_HEADER} is {'another' if said else 'missing'}"
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            return HTTPStatus.LENGTH_REQUIRED, "was refused: it does not say how long it is"
        if int(length) > LONGEST_CALL:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"was refused: {length} bytes, {LONGEST_CALL} at most"
        try:
            event = json.loads(self.rfile.read(int(length)))["action"]
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT, "broke off"
        except (ValueError, TypeError, KeyError, RecursionError):
            return HTTPStatus.BAD_REQUEST, "was not understood: no JSON object with an action"
        if event in EVENTS:
            self.calls.call()
        return HTTPStatus.ACCEPTED, None  # of other events too: whoever registers all of them need not hear of it

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what is amiss is told by `do_POST`, and what is well needs no line."""
