"""What Dask's workers load besides the work itself; apart from the rest because it needs Dask to be installed."""

from __future__ import annotations

import os
import sys
import threading

from distributed import Worker, WorkerPlugin
from distributed.core import Status
from tornado.ioloop import PeriodicCallback

from extract.workers.sandbox import stop_all

LOOK_MILLISECONDS = 500
END_SECONDS = 5.0  # of closing, where nothing else ends the process: half of the grace that is commonly given


class StopsReading(WorkerPlugin):
    """Ends the files in hand as soon as a worker begins to close.

    A thread that reads waits for its reading server, which may have a file of a minute in hand. A worker waits 30
    seconds for such threads, by the way it is told to close before it takes its plugins down or afterwards; so this one
    looks too. Once the server is killed, thread, worker and children end within a second.
    """

    name = "paperflops-stops-reading"

    def setup(self, worker: Worker) -> None:
        def look() -> None:
            if worker.status in (Status.closing, Status.closed):
                stop_all()

        worker.periodic_callbacks[self.name] = PeriodicCallback(look, LOOK_MILLISECONDS)
        worker.periodic_callbacks[self.name].start()

    def teardown(self, worker: Worker) -> None:
        stop_all()
        if "distributed.cli.dask_worker" in sys.modules and not worker.nanny:
            # `dask worker --no-nanny` that gets SIGTERM while it closes because its scheduler does cancels its own
            # closing, and then waits for the end of it for ever (distributed 2026.8)
            end = threading.Timer(END_SECONDS, os._exit, (0,))
            end.daemon = True
            end.start()
