"""A Dask cluster that is already running, named by its scheduler's address.

A worker that dies takes nothing with it: Dask gives its files to another. Workers need paperflops installed, and reach
the PDFs (`extract --pdfs`) and the folder of parts (`extract --parts`): shared folders, or URLs that fsspec opens.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from importlib.util import find_spec
from typing import Any

from db.errors import BadInputError, PaperflopsError, UnreachableError
from extract.workers.in_parts import Cluster
from extract.workers.read_part import PartJob, WrittenPart

RETRIES = 3  # of a part that a worker could not read; one whose worker died is given to another anyway
OTHER_CODE = ("Can't get attribute", "deserialization of the task graph")  # in errors where machines have other code


def cluster_at(scheduler: str | None) -> Callable[[], Cluster]:
    """What connects to the cluster at `scheduler` (tcp://host:port). BadInputError where that can't be."""
    if scheduler is None:
        raise BadInputError("the Dask executor needs a cluster", "name it with --scheduler tcp://HOST:PORT")
    if find_spec("distributed") is None:
        raise BadInputError("Dask is not installed", "pip install 'paperflops[dask]'")
    return lambda: _connect(scheduler)


def _connect(scheduler: str) -> Cluster:
    from distributed import Client

    from extract.workers.dask_plugin import StopsReading

    for name in logging.root.manager.loggerDict:
        if name.partition(".")[0] == "distributed":  # each of its loggers has a level of its own
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told once, by this program
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UnreachableError(
            f"no Dask scheduler answers at {scheduler}", "start one with `dask scheduler`"
        ) from error
    cluster = DaskCluster(client, scheduler)
    try:
        client.register_plugin(StopsReading())
    except Exception as error:
        client.close()
        raise cluster.fault(error) or error from error
    return cluster


class DaskCluster(Cluster):
    """The client's own executor, closing the client with it."""

    def __init__(self, client: Any, scheduler: str) -> None:
        self._client, self._scheduler = client, scheduler
        self._executor = client.get_executor(retries=RETRIES, pure=False)

    def submit(  # type: ignore[override]  # one kind of work alone
        self, fn: Callable[[PartJob], WrittenPart], work: PartJob, /
    ) -> Future[WrittenPart]:
        try:
            future: Future[WrittenPart] = self._executor.submit(fn, work)
        except Exception as error:
            raise self.fault(error) or error from error
        return future

    def threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except Exception as error:
            raise self.fault(error) or error from error

    def fault(self, error: Exception) -> PaperflopsError | None:
        if isinstance(error, PaperflopsError):
            return error
        if isinstance(error, ImportError) or any(words in str(error) for words in OTHER_CODE):
            return PaperflopsError(
                f"a machine of the cluster has no paperflops, or another version of it ({str(error).splitlines()[0]})",
                "install the same 'paperflops[dask]' on all of them and start its scheduler and workers again",
            )
        if self._client.status != "running" or isinstance(error, OSError):
            return UnreachableError(
                f"the Dask scheduler at {self._scheduler} is gone",
                "what was read is kept; start it again, and the same command goes on from there",
            )
        return None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._client.status == "running":
            self._executor.shutdown(wait=wait)
        self._client.close()
