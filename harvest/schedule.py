"""Ready files for a nightly harvest: cron, systemd and GitHub Actions.

arXiv announces at 20:00 US Eastern, Sunday to Thursday (https://info.arxiv.org/help/availability.html): 01:00 UTC in
winter. The harvest starts some hours later, at an odd minute, when few others ask.

Each file makes the folders that it needs, fetches at most `most` PDFs a night (the rest waits for the next), and stays
silent about "try later" until that has been so for some nights (exit code 69).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from shlex import quote

from harvest.outcome import LATER, TOO_LATE

MOST = 1000  # PDFs a night: at arXiv's pace 50 minutes, and 1 to 3 GB
LOG_KB = 1024  # a log that has grown beyond this is put aside; one older is kept


def cron(db: Path, most: int = MOST) -> str:
    """A crontab line. cron takes an unescaped % for a line's end."""
    folder, log = quote(str(db.parent)), quote(str(db.with_name("harvest.log")))
    harvest = f"{quote(command())} --db {quote(str(db))} harvest --all --max {most} --json"
    line = (
        f"mkdir -p {folder} && {{ find {log} -size +{LOG_KB}k -exec mv -f {log} {log}.1 ';' 2>/dev/null; "
        f"{harvest} >> {log} 2>&1 || [ $? -eq {LATER} ] || {{ tail -n 5 {log}; false; }}; }}"
    )
    return f"""\
# --- cron: `crontab -e`, then these lines. Mail comes only where something is broken, or has been late for some nights.
PAPERFLOPS_ARXIV_CONTACT=you@example.org
17 5 * * 1-6  {_percents(line)}
"""


def systemd(db: Path, most: int = MOST) -> str:
    """A service and its timer. The journal keeps and rotates the log."""
    words = [command(), "--db", str(db), "harvest", "--all", "--max", str(most), "--json"]
    return f"""\
# --- systemd: ~/.config/systemd/user/paperflops-harvest.service
[Unit]
Description=New papers from arXiv
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Environment=PAPERFLOPS_ARXIV_CONTACT=you@example.org
ExecStartPre=/bin/mkdir -p {_systemd_word(str(db.parent))}
ExecStart={" ".join(_systemd_word(word) for word in words)}
# {LATER}: arXiv is busy, or another harvest is at work; tomorrow's run goes on. {TOO_LATE}: so it was for days
SuccessExitStatus={LATER}
Nice=10

# --- systemd: ~/.config/systemd/user/paperflops-harvest.timer
# then: systemctl --user enable --now paperflops-harvest.timer; loginctl enable-linger
[Unit]
Description=Nightly harvest from arXiv

[Timer]
OnCalendar=Mon..Sat *-*-* 05:17:00 UTC
RandomizedDelaySec=20min
Persistent=true

[Install]
WantedBy=timers.target
"""


def github(db: Path, most: int = MOST) -> str:
    """A workflow that keeps the database between its runs, and each night's PDFs as an artifact of that night.

    The cache holds the state alone (some tens of MB); the last few are kept, so the quota of 10 GB is never reached.
    """
    name = f'"data/{_in_double_quotes(db.name)}"'
    return f"""\
# --- GitHub Actions: .github/workflows/harvest.yml
name: harvest
on:
  schedule:
    - cron: "17 5 * * 1-6"
  workflow_dispatch: {{}}
concurrency:
  group: harvest
permissions:
  contents: read
  actions: write
jobs:
  harvest:
    runs-on: ubuntu-latest
    timeout-minutes: 330
    env:
      PAPERFLOPS_ARXIV_CONTACT: you@example.org
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - name: install
        run: pip install .
      - name: state of the last run
        uses: actions/cache/restore@v4
        with:
          path: |
            data/*
            !data/pdfs
          key: harvest-state-${{{{ github.run_id }}}}
          restore-keys: harvest-state-
      - name: harvest
        run: |
          mkdir -p data
          code=0
          paperflops --db {name} harvest --all --max {most} --json || code=$?
          if [ $code -ne 0 ] && [ $code -ne {LATER} ]; then exit $code; fi
      - name: keep the state
        if: always()
        uses: actions/cache/save@v4
        with:
          path: |
            data/*
            !data/pdfs
          key: harvest-state-${{{{ github.run_id }}}}
      - name: keep the PDFs of this night
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: pdfs-${{{{ github.run_id }}}}
          path: data/pdfs
          if-no-files-found: ignore
      - name: drop old states
        if: always()
        env:
          GH_TOKEN: ${{{{ github.token }}}}
        run: |
          gh cache list --key harvest-state- --sort created_at --order desc --limit 100 --json id --jq '.[5:][].id' |
            while read -r id; do gh cache delete "$id"; done
"""


def command() -> str:
    """How to start paperflops from anywhere: the program beside this Python, or the one on the path."""
    beside = Path(sys.executable).with_name("paperflops")
    return str(beside) if beside.exists() else shutil.which("paperflops") or "paperflops"


def _percents(line: str) -> str:
    return line.replace("%", "\\%")


def _systemd_word(word: str) -> str:
    """A word of a command as systemd reads it: quoted, without specifiers (%) and variables ($)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _in_double_quotes(text: str) -> str:
    """The text as a shell reads it between double quotes."""
    for letter in '\\"$`':
        text = text.replace(letter, f"\\{letter}")
    return text
