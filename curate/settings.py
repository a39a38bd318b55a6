"""What the commands of curate offer before anything of curate is loaded."""

from __future__ import annotations

STRATEGY_NAMES = ("worth", "records", "uncertainty", "newest", "benchmark")  # of curate/queue/order.py
DEFAULT_STRATEGY = STRATEGY_NAMES[0]

AUDIT_SHARE = 0.05  # of what is taken without asking, looked at all the same
PRECISION = 0.97  # the share of right values among it that is promised

SEEDS = 10  # of a simulation: draws of a random order, of mistakes, and of halves of the papers

URL_VARIABLE = "LABEL_STUDIO_URL"
KEY_VARIABLE = "LABEL_STUDIO_API_KEY"
SECRET_VARIABLE = "PAPERFLOPS_WEBHOOK_SECRET"
