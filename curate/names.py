"""What people call what is reviewed."""

from __future__ import annotations

from db.reference.benchmarks import load_benchmarks


def benchmark_name(benchmark: str | None) -> str:
    """The benchmark as people say it."""
    known = load_benchmarks()
    return known[benchmark].name if benchmark and benchmark in known else (benchmark or "cost only")
