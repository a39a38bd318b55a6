"""The sample papers under tests/samples say what their gold files claim. Needs no LaTeX."""

import json
import re
from pathlib import Path

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

SAMPLES = Path(__file__).parent / "samples"
PAPERS = sorted((SAMPLES / "pdf").glob("*.pdf"))
GOLD = sorted((SAMPLES / "gold").glob("*.json"))
BROKEN = SAMPLES / "broken"
LARGEST_BYTES = 150_000

STAMP = re.compile(r"arXiv:(?P<id>\d{4}\.\d{5}|[a-z-]+/\d{7})v(?P<version>\d+) \[[a-zA-Z.-]+\] \d+ [A-Z][a-z]{2} \d{4}")
PURPOSES = {"training", "pretraining", "finetuning", "search", "inference"}
TIME_RULES = {None, "stated", "midpoint", "device_time/count", "per_epoch*epochs", "per_step*steps"}
ROLES = {"own", "ablation", "prior"}


def page_texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as paper:
        return [page.get_textpage().get_text_range() for page in paper]


def squeezed(text: str) -> str:
    """Returns the text without white space and hyphens: a quote may run over a line's end (pdfium marks it U+FFFE)."""
    return re.sub(r"[\s\-\u2010-\u2014\u00ad\ufffe\x02]+", "", text)


def stamp_of(path: Path) -> re.Match:
    stamp = STAMP.search(page_texts(path)[0])
    assert stamp, f"{path.name} carries no arXiv stamp on page 1"
    return stamp


PAPER_OF_ID = {stamp_of(path)["id"]: path for path in PAPERS}


@pytest.fixture(scope="module", params=GOLD, ids=lambda path: path.stem)
def gold(request) -> dict:
    return json.loads(request.param.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pages(gold) -> list[str]:
    """The squeezed text of each page of the paper that `gold` is about."""
    return [squeezed(text) for text in page_texts(PAPER_OF_ID[gold["arxiv_id"]])]


def test_each_paper_has_one_source_and_one_gold_file():
    """it keeps sources, papers and gold files in step, with no identifier used twice."""
    assert {path.stem for path in PAPERS} == {path.stem for path in (SAMPLES / "tex").glob("*.tex")}
    assert len(PAPER_OF_ID) == len(PAPERS)
    assert {path.stem for path in GOLD} == {paper_id.replace("/", "_") for paper_id in PAPER_OF_ID}


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
class TestPaper:
    def test_is_small(self, path):
        """it fits a repository."""
        assert path.stat().st_size < LARGEST_BYTES

    def test_embeds_its_fonts(self, path):
        """it looks the same wherever it is opened."""
        for page in pypdf.PdfReader(path).pages:
            for font in page["/Resources"]["/Font"].values():
                assert "/FontFile" in font["/FontDescriptor"]

    def test_stamp_stands_upright_in_the_left_margin(self, path):
        """it carries arXiv's stamp turned by 90 degrees, left of all other text."""
        with pypdfium2.PdfDocument(path) as paper:
            words = paper[0].get_textpage()
            first = words.search("arXiv:").get_next()[0]
            angle = pdfium.FPDFText_GetCharAngle(words, first)
            left, _, right, _ = words.get_charbox(first)
        assert abs(angle % 3.1416 - 1.5708) < 0.01
        assert 0 < left < right < 45

    def test_name_is_its_identifier_but_for_one(self, path):
        """it is named as arXiv names its files, save the one that only its stamp identifies."""
        stamp = stamp_of(path)
        assert path.stem in (f"{stamp['id']}v{stamp['version']}".replace("/", "_"), "wide-residual-note")

    def test_says_that_it_is_a_sample(self, path):
        """it cannot be taken for a paper."""
        assert "Samplearticleofthepaperflopsproject." in squeezed(page_texts(path)[0])


class TestGold:
    def test_names_its_paper(self, gold, pages):
        """it gives the version and the title that the paper bears."""
        assert int(stamp_of(PAPER_OF_ID[gold["arxiv_id"]])["version"]) == gold["version"]
        assert squeezed(gold["title"]) in pages[0]

    def test_reports_results_unless_it_is_empty(self, gold):
        """it is empty for the off-topic paper alone."""
        assert gold["reports_results"] == bool(gold["training_runs"] or gold["models"] or gold["results"])

    def test_quotes_are_on_their_page(self, gold, pages):
        """it quotes words that stand on the page named, at most 200 characters of them."""
        for run in gold["training_runs"]:
            assert len(run["quote"]) <= 200
            assert squeezed(run["quote"]) in pages[run["page"] - 1], run["quote"]

    def test_scores_are_printed_on_their_page(self, gold, pages):
        """it gives no score that the page does not print."""
        for row in gold["results"]:
            printed = {f"{row['value']}", f"{row['value']:.1f}", f"{row['value']:.2f}"}
            assert any(text in pages[row["page"] - 1] for text in printed), row

    def test_tables_are_on_their_page(self, gold, pages):
        """it names a table whose caption, or continuation, is on that page."""
        for row in gold["results"] + gold["models"]:
            if row["where"] != "text":
                page = pages[row["page"] - 1]
                assert any(squeezed(row["where"]) + mark in page for mark in ":,"), row

    def test_values_are_of_the_known_kinds(self, gold):
        """it keeps to the agreed words for purpose, rule and role, and to numbers that can be."""
        for run in gold["training_runs"]:
            assert run["purpose"] in PURPOSES and run["time_rule"] in TIME_RULES
            assert (run["time_rule"] is None) == (run["time_seconds"] is None)
            assert run["count"] is None or run["count"] >= 1
        for model in gold["models"]:
            counts = [model[kind] for kind in ("params", "flops", "multiply_adds", "training_flops")]
            assert any(counts) and all(count is None or count > 0 for count in counts)
        for row in gold["results"]:
            assert row["role"] in ROLES and row["value"] > 0

    def test_says_nothing_twice(self, gold):
        """it lists no model or score a second time for one place."""
        for rows in (gold["models"], gold["results"]):
            lines = [json.dumps(row, sort_keys=True) for row in rows]
            assert len(lines) == len(set(lines))


class TestBroken:
    def test_truncated_paper_has_lost_its_end(self):
        """it starts like a PDF and never ends."""
        content = (BROKEN / "truncated.pdf").read_bytes()
        assert content.startswith(b"%PDF-") and b"%%EOF" not in content

    def test_password_is_asked_for(self):
        """it opens with its password and not without."""
        path = BROKEN / "encrypted_user_password.pdf"
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(path)
        with pypdfium2.PdfDocument(path, password="reader") as paper:
            assert "Identity Shortcuts" in paper[0].get_textpage().get_text_range()

    def test_empty_password_opens(self):
        """it is encrypted, and any reader opens it without asking."""
        path = BROKEN / "encrypted_empty_password.pdf"
        assert pypdf.PdfReader(path).is_encrypted
        assert "Identity Shortcuts" in page_texts(path)[0]

    def test_web_page_is_no_pdf(self):
        """it is HTML under a PDF's name."""
        assert (BROKEN / "html_named_pdf.pdf").read_bytes().startswith(b"<!DOCTYPE html>")

    def test_scan_has_no_text(self):
        """it shows a page on which no character can be read."""
        path = BROKEN / "image_only.pdf"
        assert path.stat().st_size < LARGEST_BYTES
        assert page_texts(path) == [""]
