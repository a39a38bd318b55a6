"""The report: sections laid out as one self-contained page, with tables and figures as files beside it."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.report.drawing import SUPERSCRIPTS, draw, legend_of, page_panels
from analysis.report.findings import Figure, Section, Table, refusals_by_need, with_minus
from analysis.rows.observations import records
from db.release.quotes import short_quote
from db.untyped import Row

HERE = Path(__file__).parent
MOST_ROWS = 600  # of one table on the page and in LaTeX; the CSV holds them all
MOST_NAMING, WIDEST_NAME = 4, 30  # columns that make a row's name, and characters of one
BOLD = 1.15  # of a plain character's width, for headers


@dataclass(frozen=True)
class Card:
    """One headline figure at the top of the page."""

    name: str
    value: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    title: str
    subtitle: str
    opening: Sequence[str]
    cards: Sequence[Card]
    cards_title: str
    sections: Sequence[Section]
    provenance: Sequence[tuple[str, str]]
    provenance_tables: Sequence[Table] = ()


def write_report(report: Report, folder: Path, *, say: Callable[[str], None] = lambda _: None) -> Path:
    """Writes `report.html`, `tables/*.csv`, `tables/*.tex`, `figures/*.png` and `.svg`; returns the page's path."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for table in [t for s in report.sections for t in s.tables] + list(report.provenance_tables):
        write_table(table, folder / "tables")
    figures = [f for s in report.sections for f in s.figures]
    if figures:
        for figure in figures:
            say(figure.title)
            draw(figure, folder / "figures")
    page = folder / "report.html"
    page.write_text(render(report), encoding="utf-8")
    return page


def render(report: Report) -> str:
    """The page as HTML: styles, script and figures' values inside, nothing fetched."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["raised"] = raised
    said_first = _said_first(report.sections)
    sections = [
        {
            "study": s.study,
            "title": s.title,
            "summary": s.summary,
            "method": s.method,
            "formula": s.formula,
            "refusals": refusals_by_need([replace(s, refusals=said_first[s.study])]),
            "tables": [Markup(table_html(t)) for t in s.tables],
            "figures": [
                {"name": f.name, "title": f.title, "caption": f.caption, "data": Markup(figure_json(f))}
                for f in s.figures
            ],
        }
        for s in report.sections
    ]
    return environment.get_template("report.html.j2").render(
        keys=[s.key for s in report.sections if s.key],
        title=report.title,
        subtitle=report.subtitle,
        opening=report.opening,
        cards=report.cards,
        cards_title=report.cards_title,
        sections=sections,
        provenance=report.provenance,
        provenance_tables=[Markup(table_html(t)) for t in report.provenance_tables],
        css=Markup((HERE / "report.css").read_text(encoding="utf-8")),
        vega=Markup(vega_script() if any(s.figures for s in report.sections) else ""),
        js=Markup((HERE / "report.js").read_text(encoding="utf-8")),
    )


def _said_first(sections: Sequence[Section]) -> dict[str, dict[str, str]]:
    """Each section's refusals without those that a section before it has told."""
    out: dict[str, dict[str, str]] = {}
    told: set[str] = set()
    for section in sections:
        out[section.study] = {key: why for key, why in section.refusals.items() if why not in told}
        told |= set(section.refusals.values())
    return out


def raised(text: str) -> Any:
    """The text, escaped, with powers raised: "10^21" and "Performance^8"."""
    from markupsafe import Markup, escape

    spaced = re.sub(r"(\d) ?%", "\\1\N{NARROW NO-BREAK SPACE}%", str(escape(text)))
    return Markup(re.sub(r"\^([−-]?\d+(?:\.\d+)?)", lambda m: f"<sup>{with_minus(m[1])}</sup>", spaced))


# --- tables -----------------------------------------------------------------------------------------------------


def write_table(table: Table, folder: Path) -> None:
    """Writes `NAME.csv` (full precision) and `NAME.tex` (as printed)."""
    frame = table.frame.copy()
    for column, spec in table.formats.items():
        if spec == "link":
            frame[f"{column} link"] = [v[1] if isinstance(v, tuple) else None for v in frame[column]]
            frame[column] = [v[0] if isinstance(v, tuple) else v for v in frame[column]]
    frame.to_csv(folder / f"{table.name}.csv", index=False, float_format="%.10g", lineterminator="\n")
    (folder / f"{table.name}.tex").write_text(table_latex(table), encoding="utf-8")


def table_html(table: Table) -> str:
    """The table as HTML, wide ones in their own scroller."""
    frame = _shown(table)
    columns = [str(c) for c in frame.columns]
    kinds = [_kind_of_column(frame[c]) for c in frame.columns]
    rows = [
        [_cell(value, table.formats.get(column, "")) for column, value in zip(columns, row, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    named, strong = columns_that_name(rows, kinds), ' class="strong"'
    head = _row([html.escape(c) for c in columns], kinds, named, "col")
    body = [
        f"<tr{strong if place in table.emphasis else ''}>{_row(cells, kinds, named, 'row')}</tr>"
        for place, cells in enumerate(rows)
    ]
    cut = f"The first {len(frame):,} of {len(table.frame):,} rows; all are in tables/{table.name}.csv."
    said = " ".join(([table.note] if table.note else []) + ([cut] if len(frame) < len(table.frame) else []))
    note = f'<p class="note">{raised(said)}</p>' if said else ""
    widths = " ".join(f"{0.3 + 0.6 * _widest(frame, table, place):.1f}em" for place in range(named))
    grid = (
        f'<div class="scroll"><table style="--names: {widths}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
    title = html.escape(table.title)
    if table.folded:
        return f'<details data-print="no"><summary>{title} ({len(table.frame):,} rows)</summary>{grid}{note}</details>'
    return f'<div class="table-title">{title}</div>{grid}{note}'


def columns_that_name(rows: Sequence[Sequence[str]], kinds: Sequence[str]) -> int:
    """How many of the first columns make a row's name: until no two rows share it, or a column of long text comes."""
    for many in range(1, min(MOST_NAMING, len(kinds)) + 1):
        if many == len(kinds) or kinds[many] == "text" or len({tuple(r[:many]) for r in rows}) == len(rows):
            return many
    return min(MOST_NAMING, len(kinds))


def _row(cells: Sequence[str], kinds: Sequence[str], named: int, scope: str) -> str:
    """A row of cells, the first ones together as its name, which stays in sight while the rest scrolls."""
    name = "".join(f"<span>{cell}</span>" for cell in cells[:named])
    tag = "th" if scope == "col" else "td"
    attribute = ' scope="col"' if scope == "col" else ""
    rest = (
        f'<{tag}{attribute} class="{kind}">{cell}</{tag}>'
        for cell, kind in zip(cells[named:], kinds[named:], strict=True)
    )
    return f'<th scope="{scope}"><div class="names">{name}</div></th>{"".join(rest)}'


def _cell(value: Any, spec: str) -> str:
    """A value as the page prints it, with its link."""
    if spec == "link" and isinstance(value, tuple) and value[1]:
        return f'<a href="{html.escape(value[1])}">{html.escape(value[0])}</a>'
    return html.escape(_printed(value, spec))


def _widest(frame: pd.DataFrame, table: Table, place: int) -> int:
    """Characters of a naming column's width."""
    column = str(frame.columns[place])
    printed = [_printed(v, table.formats.get(column, "")) for v in frame.iloc[:, place]]
    return min(WIDEST_NAME, max([math.ceil(BOLD * len(column)), *(len(text) for text in printed)]))


def _shown(table: Table) -> pd.DataFrame:
    """The part of the table that is printed."""
    return table.frame[[c for c in table.frame.columns if c not in table.file_only]].head(MOST_ROWS)


def table_latex(table: Table) -> str:
    """The table as LaTeX with booktabs rules."""
    frame = _shown(table)
    columns = [str(c) for c in frame.columns]
    align = "".join("r" if _is_number_column(frame[c]) else "l" for c in frame.columns)
    lines = [
        f"% {table.title}",
        f"\\begin{{tabular}}{{{align}}}",
        "\\toprule",
        " & ".join(_tex(c) for c in columns) + r" \\",
        "\\midrule",
    ]
    for row in frame.itertuples(index=False):
        lines.append(
            " & ".join(_tex(_printed(v, table.formats.get(c, ""))) for c, v in zip(columns, row, strict=True)) + r" \\"
        )
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}", ""])


def _printed(value: Any, spec: str) -> str:
    if isinstance(value, tuple):
        return str(value[0])
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else ""
    if isinstance(value, int | float | np.integer | np.floating) and spec not in ("", "link"):
        text = format(float(value) if not spec.endswith("d") else int(value), spec)
        return _with_power(with_minus(text)).replace("%", "\N{NARROW NO-BREAK SPACE}%")
    if isinstance(value, float | np.floating):
        return with_minus(f"{value:.4g}")
    return str(value)


def _with_power(text: str) -> str:
    """A figure such as "4.6e+14" as 4.6×10¹⁴."""
    mantissa, _, power = text.partition("e")
    return f"{mantissa}×10{str(int(power)).translate(SUPERSCRIPTS)}" if power else text


def _kind_of_column(values: pd.Series) -> str:
    """How a column is set: "number", "short" (kept on one line) or "text"."""
    if _is_number_column(values):
        return "number"
    longest = max((len(_printed(v, "")) for v in values), default=0)
    return "short" if longest <= 30 else "text"


def _is_number_column(values: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(values):
        return False
    if pd.api.types.is_numeric_dtype(values):
        return True
    shown = [str(v) for v in values if v is not None and not (isinstance(v, float) and math.isnan(v)) and v != ""]
    # "0.10 (0.26)**" and "9.1 (7.0 to 13.9)" are set like numbers
    return bool(shown) and all(re.match(r"^[-−<]?\d[\d.,]*( ?\(.*\))?[*%]*$", v) for v in shown)


_TEX = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "\N{MINUS SIGN}": "$-$",
    "²": "$^2$",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    "×": r"$\times$",
    "∞": r"$\infty$",
    **{chr(int(raised)): f"$^{{{chr(plain)}}}$" for plain, raised in SUPERSCRIPTS.items()},
}


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in text)


# --- figures ----------------------------------------------------------------------------------------------------


def figure_json(figure: Figure) -> str:
    """The figure's charts for the page's script, safe inside a script element."""
    data = {
        "title": figure.title,
        "columns": figure.columns,
        "log_switch": figure.log_switch,
        "legend": legend_of(figure),
        "panels": page_panels(figure),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@lru_cache(maxsize=1)
def vega_script() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, so that the page draws its figures with nothing fetched."""
    import vl_convert

    return str(vl_convert.javascript_bundle(snippet="window.vegaEmbed = vegaEmbed;")).replace("</script", "<\\/script")


@dataclass(frozen=True)
class RowFacts(Sequence[Mapping[str, str]]):
    """The facts of each row's mark, worked out when asked for: the page shows some of 100,000 marks.

    value: what a row's mark says of it, made of the row.
    """

    rows: pd.DataFrame
    value: Callable[[Row], str] = lambda _: ""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        return self.at([place])[0] if isinstance(place, int) else self.at(list(range(len(self.rows)))[place])

    def at(self, places: Sequence[int]) -> list[dict[str, str]]:
        """The facts of the marks at these places."""
        return [facts_of(row, self.value(row)) for row in records(self.rows.iloc[list(places)])]


def facts_of(row: Row, value: str = "") -> dict[str, str]:
    """What is shown when a row's mark is pointed at: model, paper, page, quote, link."""
    year = row.get("year")
    out = {"label": str(row["model"])}
    if value:
        out["value"] = value
    paper = str(row.get("title") or row.get("arxiv_id") or "")
    if paper:
        out["paper"] = paper + (f" ({int(year)})" if year is not None and not np.isnan(year) else "")
    page = row.get("page")
    if page is not None and not np.isnan(page):
        out["where"] = f"page {int(page)}"
    if row.get("quote"):
        out["quote"] = short_quote(str(row["quote"]), row.get("score"))
    if row.get("link"):
        out["link"] = str(row["link"])
    return out
