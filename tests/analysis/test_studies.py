"""Each study on the reference table: published figures reproduced, and nothing said of data that can't carry it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

from analysis.fits.projection import Conversions
from analysis.report.drawing import figure_chart
from analysis.report.findings import Section, refusals_by_need
from analysis.report.page import compose
from analysis.report.writing import columns_that_name, facts_of, figure_json, raised, render, table_html, table_latex
from analysis.rows.inputs import Inputs, Options, benchmark_name
from analysis.rows.observations import AS_FITTED, AS_PUBLISHED, CORRECTED, CURATED, complete
from analysis.rows.snapshot import Snapshot, freeze_reference
from analysis.studies import Study, load_studies, names, run_study
from analysis.studies.published import agrees, published_regressions
from analysis.studies.theory import simulate
from db.errors import UnknownNameError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return Inputs(freeze_reference(), Options(draws=200))


@pytest.fixture(scope="module")
def sections(inputs: Inputs) -> dict[str, Section]:
    found = {study.name: study.run(inputs) for study in load_studies() if study.name != "theory"}
    return {name: section for name, section in found.items() if section is not None}


def frame(section: Section, table: str) -> pd.DataFrame:
    return next(t.frame for t in section.tables if t.name == table)


def test_every_study_says_something(sections: dict[str, Section]) -> None:
    """it finds words and a table for every study that the reference table can carry."""
    assert set(sections) == set(names()) - {"theory", "uncertainty"}
    for name, section in sections.items():
        assert section.study == name
        assert all(text.strip() for text in section.summary)
        assert section.tables


# Mean and middle 95 % of four settled chains of 2,000 draws by NUTS (NumPyro 0.22.0), R-hat 1.002 at most.
DRAWN_BY_NUTS = {
    "ImageNet": (-0.0959, -0.1265, -0.0631),
    "MS COCO": (-0.0287, -0.0666, 0.0071),
    "SQuAD 1.1": (-0.1135, -0.1479, -0.0753),
    "CoNLL 2003 (English)": (-0.0154, -0.0275, -0.0031),
    "WMT14 English-German": (-0.0111, -0.0382, 0.0116),
    "WMT14 English-French": (-0.0266, -0.0440, -0.0098),
    "mean of benchmarks": (-0.0477, -0.1008, 0.0023),
}


@pytest.mark.parametrize("benchmark", DRAWN_BY_NUTS)
def test_the_pooled_slopes_are_those_that_a_sampler_draws(sections: dict[str, Section], benchmark: str) -> None:
    """it finds the means and intervals that a sampler finds, as nearly as 8,000 draws tell: 3 % of an interval."""
    slopes = frame(sections["pooling"], "pooling").query("fit == 'partially pooled'").set_index("benchmark")
    assert set(slopes.index) == set(DRAWN_BY_NUTS)
    drawn = DRAWN_BY_NUTS[benchmark]
    assert slopes.loc[benchmark, ["slope", "low", "high"]].tolist() == pytest.approx(
        drawn, rel=0, abs=0.03 * (drawn[2] - drawn[1])
    )


def test_names_of_tables_and_figures_differ(sections: dict[str, Section]) -> None:
    """it gives each table and figure a file name of its own."""
    for things in (
        [t.name for s in sections.values() for t in s.tables],
        [f.name for s in sections.values() for f in s.figures],
    ):
        assert len(things) == len(set(things))


def test_figures_are_plain_json(sections: dict[str, Section]) -> None:
    """it embeds figures as JSON without NaN and without a way out of the script element, by Vega-Lite's schema."""
    for section in sections.values():
        for figure in section.figures:
            assert figure_chart(figure).to_dict(validate=True), "a chart against the schema raises"
            text = figure_json(figure)
            assert json.loads(text)["panels"]
            assert "<" not in text and "NaN" not in text


def test_an_unknown_study_is_refused() -> None:
    """it names the studies there are."""
    with pytest.raises(UnknownNameError, match=r"the studies are .*scaling"):
        load_studies(["scalling"])


def test_every_published_regression_that_departs_has_a_reason(sections: dict[str, Section]) -> None:
    """it gives a reason wherever a coefficient lies more than a standard error from the published one."""
    cells = frame(sections["published"], "published")
    far = cells[pd.to_numeric(cells["s.e. apart"]).abs() > 1]
    reasons = {(e.table, e.benchmark) for e in published_regressions() if e.reason}
    assert set(far["benchmark"]) <= {"ImageNet", "MS COCO", "SQuAD 1.1", "CoNLL 2003 (English)"}
    assert {b for _, b in reasons} == {"imagenet", "coco", "squad11", "conll2003"}


@pytest.mark.parametrize(
    "table, benchmark, response, figure, most",
    [
        ("Table 1", "ImageNet", "log10 error", "constant", 0.005),
        ("Table 1", "ImageNet", "log10 error", "log10 computing", 0.01),
        ("Table 1", "ImageNet", "log10 error", "R²", 0.02),
        ("Table 1", "ImageNet", "error", "constant", 0.005),
        ("Table 3", "ImageNet", "log10 error", "log10 computing", 0.011),
        ("Table 3", "ImageNet", "log10 error", "constant", 0.05),
        ("Table 4", "ImageNet", "1/error", "log10 computing", 0.2),
    ],
)
def test_the_closest_selection_is_close(
    sections: dict[str, Section], table: str, benchmark: str, response: str, figure: str, most: float
) -> None:
    """it comes this near to the published figure with the selection that it names."""
    cells = frame(sections["published"], "published")
    cell = cells[
        (cells["table"] == table) & (cells["benchmark"] == benchmark) & (cells["response"] == response)
        & (cells["figure"] == figure)
    ].iloc[0]  # fmt: skip
    assert abs(cell["ours, closest"] - float(cell["published"])) <= most


def test_figure_4_of_wmt_en_fr(sections: dict[str, Section]) -> None:
    """it gives the study's powers of ten for WMT14 En-Fr: all but one, which is 0.05 of a power off."""
    rows = frame(sections["projections"], "projections")
    rows = rows[(rows["benchmark"] == "WMT14 English-French") & (rows["data"] == AS_PUBLISHED)]
    pairs = (("GFLOPs", "published GFLOPs"), ("lbs CO2", "published CO2"), ("US$", "published US$"))
    agree = [math.floor(r[ours]) == r[theirs] for r in rows.to_dict("records") for ours, theirs in pairs]
    assert len(agree) == 18
    assert sum(agree) == 17


def test_conversions_can_be_set(inputs: Inputs) -> None:
    """it moves the cost by the price that is given, and the computing not at all."""
    study = load_studies(["projections"])[0]
    section, dear = study.run(inputs), study.run(inputs.with_options(conversions=Conversions(usd_per_hour=7.4)))
    assert section is not None and dear is not None
    one, other = frame(section, "projections"), frame(dear, "projections")
    np.testing.assert_allclose(other["US$"] - one["US$"], 1.0)
    np.testing.assert_allclose(other["GFLOPs"], one["GFLOPs"])


def test_figure_6_of_the_reference_table(sections: dict[str, Section]) -> None:
    """it counts parameters where the study says computation: equal on each benchmark, but for the swapped pairs."""
    counts = frame(sections["flow"], "figure6").set_index("benchmark")
    ours, printed = counts["with parameters"], counts["with computation, printed"]
    for name in ("ImageNet", "MS COCO", "CoNLL 2003 (English)", "SQuAD 1.1"):
        assert ours[name] == printed[name]
    assert ours["WMT14 English-French"] == printed["WMT14 English-German"] == 4
    assert ours["WMT14 English-German"] == printed["WMT14 English-French"] == 9


PRINTED = [
    (e.table, e.benchmark, figure, printed)
    for e in published_regressions()
    if not e.closest
    for term, (value, se) in e.printed.items()
    if term not in e.recounted
    for figure, printed in ((term, value), (f"{term}, s.e.", se), *([("n", str(e.n))] if term == "R²" else []))
    if printed is not None
]


@pytest.mark.parametrize("table, benchmark, figure, printed", PRINTED, ids=lambda v: str(v).replace(" ", "_"))
def test_each_printed_cell_stands(
    sections: dict[str, Section], table: str, benchmark: str, figure: str, printed: str
) -> None:
    """it gives the figure to the printed digit on the rows as fitted, but for one F, which is 0.02 off."""
    cells = frame(sections["published"], "published")
    cell = cells[
        (cells["table"] == table) & (cells["benchmark"] == benchmark_name(benchmark)) & (cells["figure"] == figure)
    ].iloc[0]  # fmt: skip
    assert cell["published"] == printed and cell["recounted"] == ""
    if (benchmark, figure) == ("squad11", "F"):
        assert printed == "30.00" and cell["ours, as fitted"] == pytest.approx(29.98, abs=0.005)
    else:
        assert agrees(cell["ours, as fitted"], printed)


def test_printed_and_recounted_cells_are_told_apart(sections: dict[str, Section]) -> None:
    """it counts 61 printed cells of four benchmarks, 8 that only a recount tells of, and none of ImageNet as fitted."""
    cells = frame(sections["published"], "published")
    known = cells[cells["agrees, as fitted"] != ""]
    assert len(PRINTED) == int((known["recounted"] == "").sum()) == 61
    assert int((known["recounted"] == "yes").sum()) == 8
    assert set(cells.loc[cells["agrees, as fitted"] == "", "benchmark"]) == {"ImageNet"}
    assert sections["published"].summary[0].startswith("On the rows as the paper fitted them, 60 of the 61 figures")
    scaled = frame(sections["scaling"], "scaling")
    fitted = set(scaled.loc[scaled["data"] == AS_FITTED, "benchmark"])
    assert fitted == {"MS COCO", "SQuAD 1.1", "CoNLL 2003 (English)", "WMT14 English-French"}


def test_the_first_columns_name_a_row(sections: dict[str, Section]) -> None:
    """it keeps benchmark and row set together as a row's name, and stops before a column of long text."""
    table = next(t for t in sections["scaling"].tables if t.name == "scaling")
    assert '<div class="names"><span>MS COCO</span><span>as fitted</span></div>' in table_html(table)
    assert columns_that_name([["a", "x"], ["a", "y"]], ["short", "short", "number"]) == 2
    assert columns_that_name([["a", "x"], ["a", "y"]], ["short", "text", "number"]) == 1
    assert columns_that_name([["a", "x"], ["b", "x"]], ["short", "short"]) == 1


def test_growth_that_cannot_be_told_is_not_told(sections: dict[str, Section]) -> None:
    """it quotes no pooled growth whose interval is wider than a factor of 100."""
    said = " ".join(sections["growth"].summary)
    assert "operations per network pass: growth across benchmarks can't be told" in said
    assert "hardware burden grew 2.5-fold a year (95 %: 1.5 to 4.4; n = 99)" in said


def test_intervals_by_paper_are_wider(sections: dict[str, Section]) -> None:
    """it finds wider intervals when papers, not models, are counted as independent."""
    rows = frame(sections["inference"], "inference")
    wide = rows.assign(width=rows["high"] - rows["low"]).pivot(index="benchmark", columns="interval", values="width")
    assert (wide["CR2, Satterthwaite"] > wide["classical (the study's)"]).all()
    errors = rows.pivot(index="benchmark", columns="interval", values="s.e.")
    assert np.allclose(errors["classical (the study's)"].loc["WMT14 English-French"], 0.0066, atol=1e-4)
    degrees = rows[rows["interval"] == "CR2, Satterthwaite"].set_index("benchmark")["degrees of freedom"]
    assert degrees["ImageNet"] == pytest.approx(1.6, abs=0.1)
    assert degrees.between(1.5, 3.4).all()


def test_squad_rests_on_the_pre_trained_models(sections: dict[str, Section]) -> None:
    """it says that SQuAD's slope turns from below zero to +0.12 without the three papers that pre-train."""
    rows = frame(sections["influence"], "influence").set_index(["benchmark", "left out"])
    squad = rows.loc[("SQuAD 1.1", "pre-training")]
    assert squad["without"] == pytest.approx(0.12, abs=0.01)
    assert squad["the sign turns"] and squad["slope"] < 0
    assert "SQuAD 1.1: without 4 rows of pre-training" in sections["influence"].key


def test_reporting_intervals_are_clustered(sections: dict[str, Section]) -> None:
    """it gives reporters' slope the clustered interval that the first study gives it."""
    rows = frame(sections["reporting"], "reporting_slopes")
    alone = rows[rows["remedy"].str.startswith("none")].set_index("benchmark")
    quoted = frame(sections["scaling"], "scaling")
    quoted = quoted[quoted["data"] == CORRECTED].set_index("benchmark")
    assert len(alone)
    for benchmark in alone.index:
        assert alone.loc[benchmark, "low"] == pytest.approx(quoted.loc[benchmark, "low"])


def test_growth_is_fitted_by_benchmark(sections: dict[str, Section]) -> None:
    """it gives each benchmark a trend of its own and a pooled one that lies between them."""
    rows = frame(sections["growth"], "growth")
    burden = rows[rows["what"] == "models: hardware burden"]
    own = burden[burden["benchmark"] != "all benchmarks (mixed model)"]["times a year"]
    pooled = burden[burden["benchmark"] == "all benchmarks (mixed model)"]["times a year"]
    assert len(own) >= 3 and len(pooled) == 1
    assert own.min() < pooled.iloc[0] < own.max()


def test_bullets_do_not_contradict_each_other(sections: dict[str, Section]) -> None:
    """it says how many slopes lie below zero in one place, by the clustered interval first."""
    keys = [s.key for s in sections.values() if s.key]
    assert sum("below zero" in key for key in keys) == 1


def test_theory_reproduces_the_study() -> None:
    """it finds that 1,500 observations bring the flexible learner to where 15 bring the oracle."""
    rng = np.random.default_rng(0)
    few, many = simulate(15, rng), simulate(1500, rng)
    assert many["flexible"].performance >= few["oracle"].performance - 0.1
    assert simulate(900, rng)["flexible"].performance < few["oracle"].performance
    assert simulate(175, rng)["regularised"].performance >= few["oracle"].performance
    assert many["expert"].performance < few["oracle"].performance, "the expert's missing parameter bounds it"
    assert many["flexible"].log10_operations - many["oracle"].log10_operations == pytest.approx(4)


def test_filters_apply_to_every_study(inputs: Inputs) -> None:
    """it speaks only of the benchmark asked for."""
    only = inputs.with_options(benchmarks=("squad11",), since=2016.0, max_models_per_paper=1)
    for study in load_studies():
        if study.name == "theory":
            continue
        section = study.run(only)
        for table in section.tables if section else ():
            if "benchmark" in table.frame:
                assert set(table.frame["benchmark"]) <= {"SQuAD 1.1", "squad11", ""}, study.name


@pytest.mark.parametrize("rows", [0, 1, 6])
def test_studies_refuse_what_they_cannot_fit(rows: int) -> None:
    """it draws nothing from no row, from one, and from six, and says what it takes."""
    few = complete(
        pd.DataFrame(
            {
                "row_key": [f"r{i}" for i in range(rows)], "data": CURATED, "source": "review", "role": "own",
                "benchmark": "imagenet", "metric": "top1_error", "score": [20.0 + i for i in range(rows)],
                "model": [f"m{i}" for i in range(rows)], "arxiv_id": [f"1801.0000{i}" for i in range(rows)],
                "device": "NVIDIA Tesla P100", "device_count": 8.0, "year": [2015.0 + i for i in range(rows)],
                "training_seconds": [1e5 * (i + 1) for i in range(rows)],
            }
        )
    )  # fmt: skip
    inputs = Inputs(Snapshot(few, "a test"))
    for study in load_studies():
        if study.name == "theory":
            continue
        section = study.run(inputs)
        if section is not None and study.name in ("scaling", "inference"):
            assert not section.fits
            if rows:
                assert any("at least 10 rows from 5 papers" in why for why in section.refusals.values())


@pytest.mark.parametrize(
    "selection",
    [{"since": 2019.0}, {"since": 2030.0}, {"benchmarks": ("cifar10",)}, {"since": 2017.0, "max_models_per_paper": 1}],
    ids=["late", "future", "not the study's", "one a paper"],
)
@pytest.mark.filterwarnings("error")
def test_studies_bear_any_selection(inputs: Inputs, selection: dict[str, Any]) -> None:
    """it makes a section of whatever rows the options leave, and nothing that can't be drawn."""
    some = inputs.with_options(**selection)
    for study in load_studies():
        if study.name != "theory":
            section = study.run(some)
            for figure in section.figures if section else ():
                figure_json(figure)


def test_refused_once(inputs: Inputs) -> None:
    """it names a benchmark and data set that several studies could not fit once, under what a fit needs."""
    late = inputs.with_options(since=2019.0)
    sections = [study.run(late) for study in load_studies(["scaling", "inference", "projections"])]
    by_need = refusals_by_need([s for s in sections if s is not None])
    assert [need for need in by_need if "at least 10 rows from 5 papers" in need] == list(by_need)
    told = [what.split(": ")[0] for refused in by_need.values() for what in refused]
    assert "SQuAD 1.1 (corrected)" in told and "ImageNet (corrected)" in told
    assert len(told) == len(set(told))


def test_tables_are_escaped() -> None:
    """it shows markup in a model's name as text, on the page and in LaTeX, and raises powers."""
    from analysis.report.findings import Table

    table = Table("t", "a & b", pd.DataFrame({"model": ["<b>50%_net</b>"], "slope": [-0.5]}), {"slope": ".2f"})
    assert "&lt;b&gt;50" in table_html(table) and "<b>50" not in table_html(table)
    assert r"50\%\_net" in table_latex(table)
    assert str(raised("10^21 & 5%")) == "10<sup>21</sup> &amp; 5\N{NARROW NO-BREAK SPACE}%"


def test_a_failing_study_takes_no_other_with_it(inputs: Inputs) -> None:
    """it reports where a study failed, as a section of its own."""

    def broken(_: Inputs) -> Section:
        raise KeyError("no such column")

    section = run_study(Study("broken", "A broken study", "fails", 1, broken), inputs)
    assert section is not None and "KeyError" in section.failure and "test_studies.py" in section.failure
    page = render(compose(inputs, [section]))
    assert "A broken study" in page and "This study failed on this data" in page


def test_the_template_is_a_study(inputs: Inputs) -> None:
    """it runs as a study would, once it is copied; with its underscore it is none."""
    from analysis.studies import _template

    section = _template.run(inputs)
    assert section is not None and section.tables and section.figures
    figure_json(section.figures[0])
    assert "_template" not in names()


def test_the_example_notebook_runs(tmp_path: Path) -> None:
    """it runs from its first cell to its last in a fresh kernel."""
    notebook = nbformat.read(ROOT / "docs" / "example.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in shown if output.output_type == "error"]
    assert any("Exponent" in str(output) for output in shown)


def test_words_of_a_mark() -> None:
    """it shows of a mark the words that print its value, cut around it, and of a person's statement that it is one."""
    long = "ResNet-50 " + "x " * 150 + "20.74 " + "y " * 150
    shown = facts_of({"model": "ResNet-50", "score": 20.74, "quote": long})["quote"]
    assert len(shown) <= 200
    assert "20.74" in shown
    stated = "about " * 40 + "26M (stated by ann@example.org, not found in the paper)"
    shown = facts_of({"model": "ResNet-50", "score": 20.74, "quote": stated})["quote"]
    assert shown.endswith("(stated by a reviewer, not found in the paper)")
    assert "ann@" not in shown
