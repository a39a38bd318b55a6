"""A process that reads PDFs and may die: a hostile PDF can hang or crash the library that reads it."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from db.untyped import Row


class ReaderProcess:
    """Asks a child process about PDFs; it is started anew whenever a file kills or stalls it.

    The child runs `module.serve()`: a path a line comes in, an answer in JSON a line goes out.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._child: subprocess.Popen[str] | None = None

    def ask(self, pdf: Path, *, seconds: float) -> Row | None:
        """The child's answer on the file; None where it gave none in `seconds`."""
        child = self._child or self._start()
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(str(pdf)) + "\n")
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], seconds)
            line = child.stdout.readline() if ready else ""
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
            return None
        answer: Row = json.loads(line)
        return answer

    def close(self) -> None:
        """Ends the child, however deep it is in a file."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _start(self) -> subprocess.Popen[str]:
        self._child = subprocess.Popen(
            [sys.executable, "-c", f"import {self._module} as module; module.serve()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=Path(__file__).parents[2], start_new_session=True,  # Ctrl-C is the parent's to answer
        )  # fmt: skip
        return self._child


def serve(answer: Callable[[Path], Row]) -> None:
    """Answers paths on standard input until it closes; {} where the file can't be read. The child's side."""
    for line in sys.stdin:
        try:
            said = answer(Path(json.loads(line)))
        except Exception:  # whatever a PDF library throws at a damaged file
            said = {}
        print(json.dumps(said), flush=True)
