"""Labelled papers: facts with pages and short quotes, the checksums of their PDFs, and a data card."""
