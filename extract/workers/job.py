"""Reading one file: the work of every executor, whether its threads are here or on a worker of a cluster."""

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
