"""A real server that is cut off, that others work at, and that asks for other keys: nothing twice, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from curate.backends.label_studio import OVERLAP, LabelStudioBackend
from curate.backends.label_studio_server import VENV_VARIABLE, Server
from curate.page.render import interface
from curate.review import sync
from db.errors import PaperflopsError
from db.models import Candidate, Evidence, Outcome, Record, RecordValue
from db.store import reading, rows_of, writing
from db.tables.readings import Reading, save_readings
from paperflops import app
from tests.curate.annotator import ApiAnnotator
from tests.curate.command import paperflops
from tests.curate.conftest import free_port
from tests.curate.invented import fill, model_of
from tests.curate.proxy import wire
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, RESIDUAL_ID, Told, reading_of, save_paper

pytestmark = pytest.mark.label_studio

ROOT = Path(__file__).resolve().parent.parent.parent
MODELS = {("ResNet-50", "imagenet"): IMAGENET_RESNET_50}


def many(count: int, extractor: str = "1") -> Reading:
    """A reading of the sample paper with so many records of one score each."""
    first = reading_of(RESIDUAL, {})
    candidates, records = [], []
    for n in range(count):
        evidence = Evidence(RESIDUAL_ID, 1, 1 + n % 2, f"Model-{n} {n}.5", boxes=((100, 100, 140, 110),))
        c = Candidate("score", n + 0.5, evidence, "test", extractor, metric="top1_error", confidence=0.9)
        candidates.append(c)
        value = RecordValue("score", "top1_error", c.key, True)
        records.append(Record(RESIDUAL_ID, 1, f"Model-{n}", "imagenet", "own", (value,)))
    return Reading(
        RESIDUAL_ID, 1, first.pdf_sha256, extractor, Outcome.READ, candidates=tuple(candidates), records=tuple(records)
    )


def refused(db: Path, *arguments: str) -> PaperflopsError:
    with pytest.raises(PaperflopsError) as told:
        CliRunner().invoke(app, ["--db", str(db), *arguments], catch_exceptions=False)
    return told.value


def decisions(db: Path) -> list[tuple[str, str]]:
    with reading(db) as con:
        return [(r["field"], r["verdict"]) for r in rows_of(con, "SELECT * FROM decisions ORDER BY position")]


class TestSending:
    @pytest.mark.slow
    def test_killed(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it makes each of 300 tasks once when it is killed in the middle, begun again and run once more."""
        save_paper(db_path, RESIDUAL, many(300))
        command = [sys.executable, "-m", "paperflops", "--db", str(db_path), "review", "send"]
        process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            found = requests.get(
                f"{label_studio.url}/api/projects/",
                params={"title": at_server},
                headers={"Authorization": f"Token {label_studio.api_key}"},
                timeout=10,
            ).json()["results"]
            if any(p["title"] == at_server and p["task_number"] for p in found):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.05)
        assert process.wait() == -signal.SIGKILL
        annotator = ApiAnnotator(label_studio, at_server)
        assert 0 < len(annotator.tasks()) < 300
        paperflops(db_path, "review", "send")
        assert "300 there already" in paperflops(db_path, "review", "send")
        keys = [t["data"]["key"] for t in annotator.tasks()]
        assert len(keys) == len(set(keys)) == 300

    @pytest.mark.parametrize("passing", [0, 1, 2])
    def test_cut_off(
        self, db_path: Path, at_server: str, label_studio: Server, monkeypatch: pytest.MonkeyPatch, passing: int
    ) -> None:
        """it says in one line that the server went away, and goes on from there when it is back."""
        save_paper(db_path, RESIDUAL, many(130))
        with wire(label_studio.url) as line:
            monkeypatch.setenv("LABEL_STUDIO_URL", line.url)
            line.cut_after = (b"POST /api/projects/", passing)
            assert "no Label Studio answers" in str(refused(db_path, "review", "send"))
            line.mend()
            paperflops(db_path, "review", "send")
        keys = [t["data"]["key"] for t in ApiAnnotator(label_studio, at_server).tasks()]
        assert len(keys) == len(set(keys)) == 130

    def test_twins(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it removes a task that somebody imported a second time, unless it was answered."""
        save_paper(db_path, RESIDUAL, many(3))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        twice = annotator.task("Model-1")
        annotator._json("POST", f"/api/projects/{annotator.project}/import", json=[{"data": twice["data"]}])
        twin = max(annotator.tasks(), key=lambda t: t["id"])
        annotator.answer(twin, {0: "accept"})
        assert len(annotator.tasks()) == 4
        paperflops(db_path, "review", "send")
        left = [t["id"] for t in annotator.tasks() if t["data"]["model"] == "Model-1"]
        assert left == [twin["id"]]

    def test_newer_page(
        self, db_path: Path, at_server: str, label_studio: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """it brings the page of a project up to date while there are answers in it."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, MODELS))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        annotator.answer(annotator.task("ResNet-50"), {0: "accept", 2: "correct"}, {"value_2": "26M", "page_2": "1"})
        newer = interface().replace(".pf-hidden {", ".pf-new { color: red; } .pf-hidden {")
        monkeypatch.setattr("curate.backends.label_studio.interface", lambda: newer)
        paperflops(db_path, "review", "send")
        found = annotator._json("GET", f"/api/projects/{annotator.project}/")
        assert ".pf-new" in found["label_config"]

    def test_limit(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it sends so many more each time."""
        save_paper(db_path, RESIDUAL, many(5))
        assert "2 sent" in paperflops(db_path, "review", "send", "--limit", "2")
        assert "2 sent, 2 there already" in paperflops(db_path, "review", "send", "--limit", "2")
        assert len(ApiAnnotator(label_studio, at_server).tasks()) == 4

    def test_pictures_need_a_login(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it keeps the page pictures behind the server's login, and sends each page once."""
        save_paper(db_path, RESIDUAL, many(4))
        paperflops(db_path, "review", "send")
        tasks = ApiAnnotator(label_studio, at_server).tasks()
        addresses = {t["data"]["pages_html"].split('src="')[1].split('"')[0] for t in tasks}
        assert len(addresses) == 2
        for address in addresses:
            assert requests.get(label_studio.url + address, timeout=10, allow_redirects=False).status_code in (
                302,
                401,
                403,
            )
            with_key = {"Authorization": f"Token {label_studio.api_key}"}
            picture = requests.get(label_studio.url + address, headers=with_key, timeout=10)
            assert picture.headers["Content-Type"] == "image/webp"


class TestBetterExtractor:
    other = Told("score", 20.7, 2, "ResNet-50 20.74 5.25", "20.74", "top1_error", {"confidence": 0.99})

    def test_renewed(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it renews a task that nobody has begun, with the new extractor's word in place of the old."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, MODELS))
        paperflops(db_path, "review", "send")
        better = reading_of(RESIDUAL, {("ResNet-50", "imagenet"): (self.other,)}, extractor="2")
        with writing(db_path) as con:
            save_readings(con, [better])
        assert "1 renewed" in paperflops(db_path, "review", "send")
        task = ApiAnnotator(label_studio, at_server).task("ResNet-50")
        assert task["data"]["payload"]["fields"][0]["value"] == 20.7
        assert [p["model_version"] for p in task["predictions"]] == ["extractor 2"]

    def test_begun(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it leaves a task alone that somebody has begun."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, MODELS))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        annotator.draft(annotator.task("ResNet-50"), {0: "accept"})
        with writing(db_path) as con:
            save_readings(con, [reading_of(RESIDUAL, {("ResNet-50", "imagenet"): (self.other,)}, extractor="2")])
        assert "1 left as they are" in paperflops(db_path, "review", "send")
        assert annotator.task("ResNet-50")["data"]["payload"]["fields"][0]["value"] == 20.74

    def test_reopened(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it asks an answered question anew when its evidence changes, with the old answer shown, once."""
        save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, MODELS))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        annotator.answer(annotator.task("ResNet-50"), {}, whole="all_right")
        paperflops(db_path, "review", "sync")
        assert "nothing to ask" in paperflops(db_path, "review", "send")
        with writing(db_path) as con:
            save_readings(con, [reading_of(RESIDUAL, {("ResNet-50", "imagenet"): (self.other,)}, extractor="2")])
        assert "1 asked anew" in paperflops(db_path, "review", "send")
        assert "1 there already" in paperflops(db_path, "review", "send")
        anew = max(annotator.tasks(), key=lambda t: t["id"])
        assert "Earlier, on other evidence: accepted: 20.74" in anew["data"]["fields"][0]["html"]
        annotator.answer(anew, {0: "reject"})
        paperflops(db_path, "review", "sync")
        assert decisions(db_path)[-1] == ("score", "reject")
        assert "nothing to ask" in paperflops(db_path, "review", "send")


class TestReturning:
    def test_life_of_an_answer(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it follows an answer through change, deletion and giving it again; drafts and skipped tasks say nothing."""
        save_paper(db_path, RESIDUAL, many(3))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        first, second, third = annotator.tasks()

        def synced() -> list[tuple[str, str]]:
            paperflops(db_path, "review", "sync")
            return decisions(db_path)

        annotator.draft(second, {0: "accept"})
        annotator.answer(third, {0: "accept"}, was_cancelled=True)
        assert synced() == []
        number = annotator.answer(first, {0: "accept"})
        assert synced() == [("score", "accept")]
        annotator.change(number, first, {0: "correct"}, {"value_0": "12.5", "page_0": "1"})
        assert synced() == [("score", "accept"), ("score", "correct")]
        annotator.delete(number)
        assert synced() == [("score", "accept"), ("score", "correct"), ("score", "withdrawn")]
        annotator.answer(first, {0: "reject"})
        assert synced()[3:] == [("score", "reject")]
        assert len(synced()) == 4
        with reading(db_path) as con:
            assert [r["score_state"] for r in rows_of(con, "SELECT * FROM curated")] == ["rejected"]

    def test_deleted_before_it_was_brought_back(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it says nothing of an answer that was given and deleted between two syncs."""
        save_paper(db_path, RESIDUAL, many(1))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        annotator.delete(annotator.answer(annotator.tasks()[0], {0: "accept"}))
        paperflops(db_path, "review", "sync")
        assert decisions(db_path) == []

    def test_only_what_changed(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it asks the server only for what changed since the last time, and all again when its mark is lost."""
        save_paper(db_path, RESIDUAL, many(30))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        tasks = annotator.tasks()
        time.sleep(OVERLAP.total_seconds() + 1)
        for task in tasks[:4]:
            annotator.answer(task, {0: "accept"})
        assert "4 new decisions" in paperflops(db_path, "review", "sync")
        annotator.answer(tasks[9], {0: "accept"})

        backend = LabelStudioBackend(label_studio.url, label_studio.api_key, at_server)
        done = sync(db_path, backend)
        assert done.decisions == 1
        assert done.tasks < 30
        with writing(db_path) as con:
            con.execute("DELETE FROM sync_marks")
        done = sync(db_path, backend)
        assert (done.tasks, done.decisions) == (30, 0)

    def test_cut_off(
        self, db_path: Path, at_server: str, label_studio: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """it loses nothing when the server goes away in the middle."""
        save_paper(db_path, RESIDUAL, many(3))
        paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(label_studio, at_server)
        annotator.answer(annotator.tasks()[0], {0: "accept"})
        with wire(label_studio.url) as line:
            monkeypatch.setenv("LABEL_STUDIO_URL", line.url)
            line.cut_after = (b"GET /api/tasks/", 0)
            assert "no Label Studio answers" in str(refused(db_path, "review", "sync"))
            assert decisions(db_path) == []
            line.mend()
            paperflops(db_path, "review", "sync")
        assert decisions(db_path) == [("score", "accept")]


class TestKeys:
    def test_personal_access_token(
        self, db_path: Path, at_server: str, label_studio: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """it takes a personal access token as well as a legacy one."""
        legacy = {"Authorization": f"Token {label_studio.api_key}"}
        made: Any = requests.post(f"{label_studio.url}/api/token/", headers=legacy, timeout=10)
        assert made.ok, made.text
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", made.json()["token"])
        save_paper(db_path, RESIDUAL, many(1))
        assert "1 sent" in paperflops(db_path, "review", "send")
        assert "0 new decisions" in paperflops(db_path, "review", "sync")

    @pytest.mark.parametrize("key", ["0" * 40, "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjQxMDI0NDQ4MDB9.x"])
    def test_wrong_key(self, db_path: Path, at_server: str, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
        """it says that the key is refused, and how to get another."""
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", key)
        save_paper(db_path, RESIDUAL, many(1))
        error = refused(db_path, "review", "send")
        assert "refuses the key" in error.what
        assert "personal access token" in (error.mend or "")

    def test_not_a_label_studio(self, db_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it says that something else answers at that address."""
        (tmp_path / "site").mkdir()
        server = subprocess.Popen(
            [
                sys.executable,
                "-u",
                "-m",
                "http.server",
                "0",
                "--bind",
                "127.0.0.1",
                "--directory",
                str(tmp_path / "site"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert server.stdout is not None
            port = server.stdout.readline().split("port ")[1].split()[0]
            monkeypatch.setenv("LABEL_STUDIO_URL", f"http://127.0.0.1:{port}")
            monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
            save_paper(db_path, RESIDUAL, many(1))
            assert "does not answer as a Label Studio" in str(refused(db_path, "review", "send"))
        finally:
            server.kill()
            server.communicate()


class TestTwoPeople:
    def test_differ_and_settled(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it has two people answer, asks anew what they differ on, and takes the answer to that as the last word."""
        save_paper(db_path, RESIDUAL, many(1))
        paperflops(db_path, "review", "send", "--twice", "1.0")
        ann = ApiAnnotator(label_studio, at_server)
        project = ann._json("GET", f"/api/projects/{ann.project}/")
        assert (project["maximum_annotations"], project["overlap_cohort_percentage"]) == (2, 100)
        user = ann._json(
            "POST",
            "/api/users/",
            json={"email": f"bob-{os.getpid()}@example.org", "username": "bob", "password": "x" * 12},
        )
        (task,) = ann.tasks()
        ann.answer(task, {0: "accept"})
        paperflops(db_path, "review", "sync")
        ann.answer(task, {0: "reject"}, completed_by=user["id"])
        paperflops(db_path, "review", "sync")
        status = paperflops(db_path, "review", "status")
        assert "1 thing on which people differ" in status
        assert "bob-" in status
        assert "1 asked anew, people differ on them" in paperflops(db_path, "review", "send")
        anew = max(ann.tasks(), key=lambda t: t["id"])
        assert "To decide between:" in anew["data"]["fields"][0]["html"]
        ann.answer(anew, {0: "accept"})
        paperflops(db_path, "review", "sync")
        assert "nothing to ask" in paperflops(db_path, "review", "send")
        assert "people on 1 of 2 that two judged (50%)" in paperflops(db_path, "review", "status")
        with reading(db_path) as con:
            assert [r["score_state"] for r in rows_of(con, "SELECT * FROM curated")] == ["accepted"]


class TestTeam:
    def test_tabs(self, db_path: Path, at_server: str, label_studio: Server) -> None:
        """it shares papers out, gives each person a tab with theirs alone, and refuses a stranger."""
        save_paper(db_path, RESIDUAL, many(2))
        fill(db_path, [model_of(n, 20.0 + n, 1e7) for n in range(3)])
        with pytest.raises(PaperflopsError, match=r"no user nobody@example\.org"):
            paperflops(db_path, "review", "send", "--assign", "nobody@example.org")
        bob = f"bob-team-{os.getpid()}@example.org"
        legacy = {"Authorization": f"Token {label_studio.api_key}"}
        body = {"email": bob, "username": "bob-team", "password": "x" * 12}
        made = requests.post(f"{label_studio.url}/api/users/", headers=legacy, json=body, timeout=30)
        assert made.ok, made.text
        people = f"{label_studio.username},{bob}"
        told = paperflops(db_path, "review", "send", "--assign", people)
        lines = [line.strip() for line in told.splitlines()]
        addresses = {who: line for line in lines for who in people.split(",") if line.startswith(who)}
        assert len(set(addresses.values())) == 2
        ann = ApiAnnotator(label_studio, at_server)
        shares = Counter(t["data"]["assigned"] for t in ann.tasks())
        assert set(shares) == set(people.split(","))
        papers = {(t["data"]["paper"], t["data"]["assigned"]) for t in ann.tasks()}
        assert len(papers) == len({paper for paper, _ in papers}) == 4
        for who, line in addresses.items():
            tab = line.split("tab=")[1].split("&")[0]
            page = ann._json("GET", "/api/tasks/", params={"view": tab, "fields": "task_only", "page_size": 100})
            assert {t["data"]["assigned"] for t in page["tasks"]} == {who}
            assert len(page["tasks"]) == shares[who]
        assert "5 there already" in paperflops(db_path, "review", "send", "--assign", people)


@pytest.mark.slow
def test_sync_killed(db_path: Path, at_server: str, label_studio: Server) -> None:
    """it brings every answer back once when it is killed in the middle of a sync, begun again and run once more."""
    save_paper(db_path, RESIDUAL, many(250))
    paperflops(db_path, "review", "send")
    annotator = ApiAnnotator(label_studio, at_server)
    for task in annotator.tasks():
        annotator.answer(task, {0: "accept"})
    command = [sys.executable, "-m", "paperflops", "--db", str(db_path), "review", "sync"]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.DEVNULL)
    size = db_path.stat().st_mtime_ns
    while process.poll() is None and db_path.stat().st_mtime_ns == size:
        time.sleep(0.02)
    process.kill()
    process.wait()
    paperflops(db_path, "review", "sync")
    assert "0 new decisions" in paperflops(db_path, "review", "sync")
    assert decisions(db_path) == [("score", "accept")] * 250


@pytest.mark.slow
def test_serve(db_path: Path, label_studio_venv: Path) -> None:
    """it serves until Ctrl-C, leaves address and key for its owner alone, and knows itself when started again."""
    save_paper(db_path, RESIDUAL, many(1))
    port = str(free_port())
    environment = {**os.environ, VENV_VARIABLE: str(label_studio_venv)}
    command = [sys.executable, "-u", "-m", "paperflops", "--db", str(db_path), "review"]
    saved = db_path.parent / "label-studio.json"
    keys = []
    for _ in range(2):
        serving = subprocess.Popen(
            [*command, "serve", "--port", port], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert serving.stdout is not None
            lines = []
            while not (lines and "Ctrl-C" in lines[-1]):
                lines.append(serving.stdout.readline())
                assert lines[-1], lines
            assert saved.stat().st_mode & 0o777 == 0o600
            keys.append(json.loads(saved.read_text())["api_key"])
            assert any(f"export LABEL_STUDIO_API_KEY={keys[-1]}" in line for line in lines)
            sent = subprocess.run(
                [*command, "send"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
            )
            assert "1 sent" in sent.stdout or "1 there already" in sent.stdout
        finally:
            serving.send_signal(signal.SIGINT)
            assert serving.wait(60) == 0
    assert keys[0] == keys[1]


def test_serve_where_it_is_not_installed(db_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """it names the command that installs Label Studio."""
    monkeypatch.setenv(VENV_VARIABLE, str(tmp_path / "nothing"))
    assert "make label-studio" in str(refused(db_path, "review", "serve"))
