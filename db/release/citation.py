"""How a release is cited: `CITATION.cff`, and a sentence for forms that have room for one."""

from __future__ import annotations

import json

from db.release.contents import About

CITATION = "CITATION.cff"


def sentence(about: About) -> str:
    """The citation in words."""
    return f"{about.author}: {about.title}. Data release {about.version}, {about.date.isoformat()}."


def citation_cff(about: About) -> str:
    """The citation file (citation-file-format.github.io, version 1.2.0). Its texts are JSON strings, as YAML allows."""
    lines = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them, and the papers whose values you use.",
        "type": "dataset",
        "title": about.title,
        "version": about.version,
        "date-released": about.date.isoformat(),
        "license": about.license,
        "abstract": about.description,
    }
    head = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in lines.items()]
    return "\n".join(
        [
            *head,
            "authors:",
            f"  - name: {json.dumps(about.author)}",
            "keywords:",
            *(f"  - {json.dumps(word)}" for word in about.keywords),
            "references:",
            "  - type: article",
            '    title: "The Computational Limits of Deep Learning"',
            "    year: 2020",
            "    authors:",
            *(
                f"      - family-names: {family}\n        given-names: {given}"
                for family, given in (
                    ("Thompson", "Neil C."), ("Greenewald", "Kristjan"), ("Lee", "Keeheon"), ("Manso", "Gabriel F."),
                )
            ),
            "    identifiers:",
            "      - type: other",
            '        value: "arXiv:2007.05558"',
            "",
        ]
    )  # fmt: skip
