"""Ready files for a nightly harvest: cron, systemd and GitHub Actions.

arXiv announces at 20:00 US Eastern, Sunday to Thursday (https://info.arxiv.org/help/availability.html): 01:00 UTC in
winter. The harvest starts some hours later, at an odd minute, when few others ask.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from shlex import quote

from harvest.polite.session import ComeBackLaterError

TRY_LATER = ComeBackLaterError.exit_code


def cron(db: Path) -> str:
    """A crontab line."""
    harvest = f"{quote(command())} --db {quote(str(db))} harvest --all --json"
    log = quote(str(db.with_name("harvest.log")))
    return f"""\
# --- cron: `crontab -e`, then this line. Mail comes only where something is broken.
PAPERFLOPS_ARXIV_CONTACT=you@example.org
17 5 * * 1-6  {harvest} >> {log} 2>&1 || [ $? -eq {TRY_LATER} ] || tail -5 {log}
"""


def systemd(db: Path) -> str:
    """A service and its timer."""
    return f"""\
# --- systemd: ~/.config/systemd/user/paperflops-harvest.service
[Unit]
Description=New papers from arXiv
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Environment=PAPERFLOPS_ARXIV_CONTACT=you@example.org
ExecStart="{command()}" --db "{db}" harvest --all --json
# {TRY_LATER}: arXiv is busy, or another harvest is at work; tomorrow's run goes on from there
SuccessExitStatus={TRY_LATER}
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


def github(db: Path) -> str:
    """A workflow that keeps the database between its runs."""
    return f"""\
# --- GitHub Actions: .github/workflows/harvest.yml
name: harvest
on:
  schedule:
    - cron: "17 5 * * 1-6"
  workflow_dispatch: {{}}
concurrency:
  group: harvest
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
      - run: pip install .
      - uses: actions/cache/restore@v4
        with:
          path: data
          key: harvest-${{{{ github.run_id }}}}
          restore-keys: harvest-
      - name: harvest
        run: |
          code=0
          paperflops --db data/{db.name} harvest --all --max 1000 --json || code=$?
          if [ $code -ne 0 ] && [ $code -ne {TRY_LATER} ]; then exit $code; fi
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: data
          key: harvest-${{{{ github.run_id }}}}
"""


def command() -> str:
    """How to start paperflops from anywhere: the program beside this Python, or the one on the path."""
    beside = Path(sys.executable).with_name("paperflops")
    return str(beside) if beside.exists() else shutil.which("paperflops") or "paperflops"
