"""A real Label Studio for the session."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from curate.backends.label_studio_server import VENV_VARIABLE, Server, label_studio_program, running
from db.errors import BadInputError

# read before a test takes the machine's settings away
VENV = os.environ.get(VENV_VARIABLE)
RUNNING = os.environ.get("RUNNING_LABEL_STUDIO")


@pytest.fixture(scope="session")
def label_studio_venv() -> Path:
    """The virtual environment that Label Studio is installed in; without one the test is skipped."""
    with pytest.MonkeyPatch.context() as patch:
        if VENV:
            patch.setenv(VENV_VARIABLE, VENV)
        try:
            return label_studio_program().parent.parent
        except BadInputError as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def label_studio(label_studio_venv: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Label Studio started as `paperflops review serve --webhooks` starts it.

    Its first start takes minutes on a busy machine: RUNNING_LABEL_STUDIO may name the label-studio.json of one that
    runs already.
    """
    if RUNNING:
        yield Server(**json.loads(Path(RUNNING).read_text(encoding="utf-8")))
        return
    folder = tmp_path_factory.mktemp("label-studio")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VENV_VARIABLE, str(label_studio_venv))
        server_running = running(folder / "data", free_port(), folder / "label-studio.json", webhooks=True)
        server, _ = server_running.__enter__()
    try:
        yield server
    finally:
        server_running.__exit__(None, None, None)


@pytest.fixture
def at_server(label_studio: Server, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The environment names the session's server, and a project of this test's own: its title."""
    title = f"{request.node.name[:30]} {os.getpid()}"
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.api_key)
    monkeypatch.setenv("LABEL_STUDIO_PROJECT", title)
    return title


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
