"""Commands that only look: show, status, export."""
