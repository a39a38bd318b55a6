"""A data release: the tables with what describes them, a data card, the changes since the last one, and a page to look."""
