"""A wire between us and a server that can be cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Passes bytes both ways until it is cut: after so many requests that match, or by hand."""

    def __init__(self, url: str) -> None:
        self.target = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.whole = True
        self.cut_after: tuple[bytes, int] | None = None  # what a request begins with, and how many pass
        self.pass_answer = True  # whether the request that cuts it reaches the server before
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.whole = False
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.whole, self.cut_after = True, None

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self._open += [near, far]
            threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if asking and self.cut_after and data.startswith(self.cut_after[0]):
                    start, left = self.cut_after
                    if left == 0:
                        self.cut()
                        return
                    self.cut_after = (start, left - 1)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the server at that address."""
    made = Wire(url)
    try:
        yield made
    finally:
        made.listener.close()
        made.cut()
