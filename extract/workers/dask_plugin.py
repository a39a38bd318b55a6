"""What Dask's workers load besides the work itself; apart from the rest because it needs Dask to be installed."""

from __future__ import annotations

from distributed import Worker, WorkerPlugin

from extract.workers.sandbox import stop_all


class StopsReading(WorkerPlugin):
    """Ends the files in hand where a worker closes.

    A worker that gets SIGTERM waits 30 seconds for its threads. A thread that reads waits for its reading server, which
    may have a file of a minute in hand; once the server is killed, thread, worker and children end within a second.
    """

    name = "paperflops-stops-reading"

    def teardown(self, worker: Worker) -> None:
        stop_all()
