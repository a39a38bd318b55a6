"""What one file may take: more ends in an outcome, and costs no other file anything."""

from __future__ import annotations

TIME_LIMIT_SECONDS = 60.0
MEMORY_LIMIT_MB = 1024
