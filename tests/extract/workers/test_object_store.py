"""PDFs and parts in an object store: S3's own protocol, spoken by moto's server on loopback, read by s3fs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from db.errors import BadInputError, UnreachableError
from extract.workers import parts_folder
from extract.workers.in_parts import InParts
from extract.workers.parts_folder import HALF, ID_FILE
from extract.workers.read_part import read_part
from extract.workers.read_unread import Wanted, read_unread
from tests.conftest import ROOT
from tests.extract.workers.test_dask import RealCluster, cluster  # noqa: F401 (a fixture)
from tests.extract.workers.test_parts import Here, contents, left_by_a_worker, local, parts_at, taken, work_for  # noqa: F401

WHERE = "python -m pip install --editable '.[test-s3]'"
s3fs = pytest.importorskip("s3fs", reason=f"s3fs is not installed ({WHERE})")
moto = pytest.importorskip("moto.server", reason=f"moto's server is not installed ({WHERE})")
pytestmark = pytest.mark.slow


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server with one bucket, `papers`, to which AWS's settings point; fsspec's file system of it."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    # takes away the buckets of the test before: moto keeps them for the whole process
    requests.post(f"http://127.0.0.1:{port}/moto-api/reset", timeout=30).raise_for_status()
    files = s3fs.S3FileSystem()
    files.mkdir("papers")
    yield files
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def bucket(store: Any, db: Path) -> tuple[str, str]:
    """URLs of the database's PDFs, moved to the bucket, and of a place for parts."""
    pdfs = db.parent / "pdfs"
    store.put(str(pdfs), "papers/pdfs", recursive=True)
    pdfs.rename(db.parent / "elsewhere")
    return "s3://papers/pdfs", "s3://papers/parts"


def test_each_part_twice(store: Any, taken: Path, local: list[list[Any]]) -> None:  # noqa: F811
    """it reads PDFs from a bucket and saves each paper once where every part is written twice; no part stays"""
    pdfs, parts = bucket(store, taken)
    read_unread(taken, Wanted(pdfs=pdfs), InParts(lambda: Here(times=2), parts))
    assert contents(taken) == local
    assert any(contents(taken)[0])
    assert parts_at(parts).names() == []
    assert [name.rsplit("/", 1)[1] for name in store.find("papers/parts")] == [ID_FILE]


def test_a_cluster(store: Any, cluster: RealCluster, taken: Path, local: list[list[Any]]) -> None:  # noqa: F811
    """it reads on a real scheduler with two workers through the bucket as it reads on this machine"""
    pdfs, parts = bucket(store, taken)
    for _ in range(2):
        cluster.start_worker()
    command = cluster.extract(taken, "--pdfs", pdfs, "--parts", parts)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "read 4 of 4 papers" in done.stdout
    assert contents(taken) == local
    assert parts_at(parts).names() == []


def test_left_damaged_and_half_parts(
    store: Any, taken: Path, local: list[list[Any]], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    """it takes in what a killed run left, removes a damaged part and an old half one, reads the other papers"""
    folder = parts_at("s3://papers/parts")
    left_by_a_worker(taken, folder, slice(0, 2))
    damaged = left_by_a_worker(taken, folder, slice(2, 4))
    at = f"papers/parts/{folder.version}"
    store.pipe_file(f"{at}/{damaged}", store.cat_file(f"{at}/{damaged}")[:-100])
    store.pipe_file(f"{at}/one{HALF}", b"PAR1")
    read_unread(taken, Wanted(), InParts(Here, "s3://papers/parts"))
    said = capfd.readouterr()
    assert "took in 2 papers of 1 parts that an earlier run had left" in said.out
    assert f"part {damaged} is damaged" in said.err
    assert "half parts" not in said.err, "a young one may still be written"
    assert contents(taken) == local
    monkeypatch.setattr(parts_folder, "HALF_SECONDS", -1.0)
    assert folder.remove_halves() == 1
    assert [name.rsplit("/", 1)[1] for name in store.find("papers/parts")] == [ID_FILE]


def test_a_half_part_s_age(store: Any) -> None:
    """it goes by the store's own time of a half part, in UTC"""
    store.pipe_file("papers/one", b"PAR1")
    assert abs(store.modified("papers/one") - datetime.now(UTC)) < timedelta(seconds=60)
    assert abs(store.modified("papers/one").timestamp() - time.time()) < 60


def test_another_folder(store: Any, taken: Path) -> None:  # noqa: F811
    """it reads nothing where a worker sees another folder of that name in the bucket, or none"""
    work = work_for(taken, parts_at("s3://papers/parts"))
    store.pipe_file(f"papers/parts/{ID_FILE}", b"another")
    with pytest.raises(UnreachableError, match="does not see the parts folder s3://papers/parts, but another folder"):
        read_part(work)
    store.rm_file(f"papers/parts/{ID_FILE}")
    with pytest.raises(UnreachableError, match=r"does not see the parts folder .*FileNotFoundError"):
        read_part(work)


def test_a_store_that_is_gone(taken: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """it says in one line that no parts can be kept there where nothing answers"""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(BadInputError, match="no parts can be kept at s3://papers/parts") as raised:
        read_unread(taken, Wanted(), InParts(Here, "s3://papers/parts"))
    assert "\n" not in str(raised.value)
    s3fs.S3FileSystem.clear_instance_cache()
