"""What every test may ask for: a database of its own, a browser, the shared folder, no settings of the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db import store

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).resolve().parent.parent
# Fixtures of tests that wait more than they compute, by what they wait for: the longest first.
WAITED_FOR = ({"label_studio", "label_studio_venv"}, {"arxiv"}, {"cluster"})


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away settings that would lead a test to somebody's database, server or arXiv itself."""
    for name in list(os.environ):
        if name.startswith(("PAPERFLOPS_", "LABEL_STUDIO_")):
            monkeypatch.delenv(name)
    # the command line's own --db sets this; asking for it here has it put back after the test
    monkeypatch.setenv("PAPERFLOPS_DB", "")
    monkeypatch.delenv("PAPERFLOPS_DB")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, as the project makes one."""
    path = tmp_path_factory.mktemp("empty") / "paperflops.duckdb"
    with store.writing(path):
        pass
    return path


@pytest.fixture(autouse=True)
def new_databases_are_copies(empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a new database copied from one that was made before: all steps of the schema take 0.1 s of CPU.

    Processes that a test starts make theirs; a file that is about making them has a fixture of this name that does
    nothing (`db/test_store.py`).
    """
    monkeypatch.setattr(store, "_make_empty", lambda path: shutil.copyfile(empty_database, path))


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    """Where this test's database is to stand; nothing is there yet."""
    return tmp_path / "paperflops.duckdb"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the project root: real papers, gold annotations, reference figures."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder `shared` is not beside the project root")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files whose tests wait for servers first, so that other workers compute meanwhile and none is left over.

    pytest-xdist gives a worker whole files (`--dist loadfile`), so that what a file prepares once is prepared once.
    """
    places: dict[str, int] = {}
    for item in items:
        place = _place(item)
        places[_file(item)] = min(place, places.get(_file(item), place))
    items.sort(key=lambda item: places[_file(item)])


def _place(item: pytest.Item) -> int:
    asked = set(getattr(item, "fixturenames", ()))
    return next((place for place, names in enumerate(WAITED_FOR) if names & asked), len(WAITED_FOR))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Headless Chromium of 1440 x 900."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("there is no Chromium with its chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--window-size=1440,900",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(argument)
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    size = {"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield chrome
    finally:
        chrome.quit()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where a test leaves what the browser showed; kept where KEEP_SCREENSHOTS says."""
    return Path(os.environ.get("KEEP_SCREENSHOTS", tmp_path))
