"""A hundred thousand curated rows: the full report in a minute on one core."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from db import store

ROOT = Path(__file__).resolve().parents[2]

ROWS = """
INSERT INTO curated_rows
SELECT 'row' || i, 'review', printf('%02d%02d.%05d', 13 + paper % 8, 1 + paper % 12, paper % 99999), 1,
       'Paper ' || paper,
       DATE '2013-01-01' + CAST(paper % 2900 AS INTEGER), 'Model ' || i,
       ['imagenet', 'coco', 'squad11', 'conll2003', 'wmt14_en_fr', 'wmt14_en_de'][1 + paper % 6], 'own'
FROM (SELECT i, i // 4 AS paper FROM range(100000) t(i))
"""
# log10 error = -0.3 - 0.05 (log10 seconds - 5) + noise; every third row lacks the time; half of them have operations
VALUES = """
INSERT INTO curated_values
WITH rows AS (
    SELECT i, 3 + 4 * ((hash(i) % 1000003) / 1000003.0) AS log_seconds,
           ((hash(i + 7) % 10007) + (hash(i + 8) % 10007) + (hash(i + 9) % 10007)) / 10007.0 - 1.5 AS noise,
           ['imagenet', 'coco', 'squad11', 'conll2003', 'wmt14_en_fr', 'wmt14_en_de'][1 + (i // 4) % 6] AS benchmark
    FROM range(100000) t(i)
),
errors AS (SELECT *, 100 * pow(10, -0.3 - 0.05 * (log_seconds - 5) + 0.06 * noise) AS error FROM rows)
SELECT 'row' || i, field, metric, value, text, NULL, 3, 'words', 'accepted', NULL, NULL, NULL
FROM (
    SELECT i, 'score' AS field,
           CASE benchmark WHEN 'imagenet' THEN 'top1_error' WHEN 'coco' THEN 'box_ap'
                WHEN 'wmt14_en_fr' THEN 'bleu' WHEN 'wmt14_en_de' THEN 'bleu' ELSE 'f1' END AS metric,
           CASE benchmark WHEN 'imagenet' THEN error ELSE 100 - error END AS value, NULL AS text
    FROM errors
    UNION ALL SELECT i, 'device', NULL, NULL, 'NVIDIA Tesla P100' FROM rows
    UNION ALL SELECT i, 'device_count', NULL, 8, NULL FROM rows
    UNION ALL SELECT i, 'training_time', NULL, pow(10, log_seconds), NULL FROM rows WHERE i % 3 > 0
    UNION ALL SELECT i, 'flops', NULL, pow(10, 4 + log_seconds), NULL FROM rows WHERE i % 2 = 0
    UNION ALL SELECT i, 'parameters', NULL, pow(10, 2 + log_seconds), NULL FROM rows WHERE i % 4 < 3
    UNION ALL SELECT i, 'epochs', NULL, 90, NULL FROM rows
)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.duckdb"
    with store.writing(path) as con:
        con.execute(ROWS)
        con.execute(VALUES)
    return path


@pytest.mark.slow
def test_full_report_of_100_000_rows_in_a_minute(large: Path, tmp_path: Path) -> None:
    """it takes less than 60 s of one core for the full report, finds the planted slope, and stays a page one "
    "can open."""
    one_core = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, ROOT / "analysis" / "run.py", "--db", large, "--out", tmp_path / "out"],
        capture_output=True, text=True, env=os.environ | one_core, timeout=300,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    assert "slope −0.050" in done.stdout, done.stdout
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert seconds < 60, f"{seconds:.0f} s"
    assert (tmp_path / "out" / "report.html").stat().st_size < 25_000_000
