"""Reading on many machines: a Dask cluster that is already running, named by its scheduler's address.

A worker that dies takes nothing with it: Dask gives its files to another. Workers need paperflops installed and must
reach the PDFs (`extract --pdfs`): a shared folder, or a URL that fsspec opens.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

from db.errors import BadInputError, UnreachableError

RETRIES = 3  # a file whose worker died is given to another, this often


def open_executor(workers: int, scheduler: str | None = None) -> Executor:
    """An executor that works on the cluster at `scheduler` (tcp://host:port). `workers` is the cluster's affair."""
    if scheduler is None:
        raise BadInputError("the Dask executor needs a cluster", "name it with --scheduler tcp://HOST:PORT")
    try:
        from distributed import Client
    except ImportError as error:
        raise BadInputError("Dask is not installed", "pip install 'paperflops[dask]'") from error
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UnreachableError(
            f"no Dask scheduler answers at {scheduler}", "start one with `dask scheduler`"
        ) from error
    return _ClosingExecutor(client)


class _ClosingExecutor(Executor):
    """The client's own executor, closing the client with it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(retries=RETRIES, pure=False)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        return self._executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait)
        self._client.close()
