"""Reading on this machine: as many sandboxes side by side as there are workers."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor


def open_executor(workers: int) -> Executor:
    """An executor of `workers` threads; each drives a sandbox, and so a process, of its own."""
    return ThreadPoolExecutor(workers, thread_name_prefix="reader")
