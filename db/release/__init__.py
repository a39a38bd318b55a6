"""A data release: tables with what describes them, a data card, the changes since the last one, a page to look at."""
