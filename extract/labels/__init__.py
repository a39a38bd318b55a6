"""Labelled papers: facts with pages and short quotes, the checksums of their PDFs, a data card, and the scorer."""

from pathlib import Path

FOLDER = Path(__file__).parent
