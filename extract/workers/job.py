"""Where files are read: each module offers `open_executor(workers, **settings) -> concurrent.futures.Executor`.

The work is one function, `read_job`; the executor decides where it runs. Local processes by default.
"""

from __future__ import annotations

import threading

from db.tables.readings import Reading
from extract.workers.sandbox import Job, Sandbox

_here = threading.local()


def read_job(job: Job) -> Reading:
    """The file's reading, in this thread's sandbox."""
    sandbox: Sandbox | None = getattr(_here, "sandbox", None)
    if sandbox is None:
        sandbox = _here.sandbox = Sandbox()
    return sandbox.read(job)
