"""Whose result a row is."""

from __future__ import annotations

import pytest

from extract.cells.roles import marked_roles
from tests.extract.written_tables import table_paper

TEXT = (
    "We propose QuickDet, a detector. QuickDet is compared with OtherDet [7] and FarDet [9].\n\nWe call ours QuickDet. "
    "OtherDet [7] was the best so far. We measure on COCO."
)


def roles(lines: str, caption: str) -> dict[str | None, str]:
    paper = table_paper(lines, caption=caption, text=TEXT, title="QuickDet: detection in no time")
    return {r.model: r.role for r in paper.cells if r.quantity == "score"}


def test_marks_that_the_caption_explains() -> None:
    """it gives a marked row the role that the caption gives its mark"""
    caption = "Detection on COCO test-dev. † denotes numbers taken from the original papers."
    found = roles("Method | AP\nWideDet † | 35.0\nTallDet | 36.1\nQuickDet | 37.1", caption)
    assert found == {"WideDet": "prior", "TallDet": "ablation", "QuickDet": "own"}


@pytest.mark.parametrize(
    ("caption", "marks"),
    [
        ("*: reported by [3]. AP on COCO.", {"*": "prior"}),
        ("Rows marked with ‡ are copied from their papers", {"‡": "prior"}),
        ("† indicates our re-implementation.", {"†": "ablation"}),
        ("† represents originally reported scores in [3].", {"†": "prior"}),
        ("Rows marked by † are quoted from [3], all others were trained by us.", {"†": "prior"}),
        ("† denotes test-time augmentation.", {}),
        ("Ours: ∗. Errors on ImageNet.", {"∗": "own"}),
        ("Our models: †.", {"†": "own"}),
        ("‡ denotes our models.", {"‡": "own"}),
        ("‡ denotes our augmentation.", {}),
        ("A * B is a product.", {}),
    ],
)
def test_explained_marks(caption: str, marks: dict[str, str]) -> None:
    """it reads what a caption says of a mark, where that is whose the rows are"""
    assert marked_roles(caption) == marks


def test_others_models_run_again() -> None:
    """it takes a cited model that was run again for another paper's, and the own one run again for a variant"""
    found = roles(
        "Method | AP\nOtherDet (our impl.) | 35.0\n0.5x OtherDet | 33.0\nQuickDet | 37.1",
        "Results on COCO test-dev.",
    )
    assert found == {"OtherDet (our impl.)": "prior", "0.5x OtherDet": "prior", "QuickDet": "own"}


@pytest.mark.parametrize(
    ("lines", "caption", "wanted"),
    [
        (
            "Method | AP\nDETR R50 | 42.0\nDeformable DETR R50 | 43.8\nPlumbDet R50 | 44.9",
            "Comparison on COCO val2017.",
            {"DETR R50": "prior", "Deformable DETR R50": "prior", "PlumbDet R50": "own"},
        ),
        (
            "Method | reported AP | our AP\nRetinaNet | 36.5 | 37.0\nFCOS | 38.7 | 38.9",
            "Detection on COCO val2017.",
            {
                "RetinaNet reported": "prior",
                "FCOS reported": "prior",
                "RetinaNet our": "ablation",
                "FCOS our": "ablation",
            },
        ),
        (
            "Model | AP\nRetinaNet | 36.5\nFCOS | 38.7",
            "AP on COCO val2017 with the released weights.",
            {"RetinaNet": "prior", "FCOS": "prior"},
        ),
        (
            "Model | AP\nRetinaNet | 36.5\nRetinaNet + QuickDet | 38.7",
            "Results on COCO val2017 with and without QuickDet.",
            {"RetinaNet": "ablation", "RetinaNet + QuickDet": "own"},
        ),
        (
            "Head | AP\nOur strong baseline | 36.5\nsum instead of ours | 37.1\nQuickDet | 38.7",
            "Results on COCO val2017.",
            {"Our strong baseline": "ablation", "QuickDet sum instead of ours": "ablation", "QuickDet": "own"},
        ),
    ],
    ids=["rivals in a comparison", "reported beside run", "released networks", "a part added", "no part of ours"],
)
def test_whose_rows(lines: str, caption: str, wanted: dict[str, str]) -> None:
    """it tells others' results from the paper's own and from its variants by what stands around them"""
    assert roles(lines, caption) == wanted


@pytest.mark.parametrize(
    ("lines", "caption", "wanted"),
    [
        (
            "Method | AP\nOtherDet R-50 | 35.0\nSlowDet R-50 | 36.1\nQuickDet | 37.1",
            "AP on COCO. Results of OtherDet and of NearDet are taken from [7].",
            {"OtherDet R-50": "prior", "SlowDet R-50": "ablation", "QuickDet": "own"},
        ),
        (
            "Backbone | AP\nTallNet-B | 35.0\nTallNet-L | 36.1\nQuickDet-L | 37.1",
            "AP on COCO val2017. TallNets' numbers are from [9].",
            {"TallNet-B": "prior", "TallNet-L": "prior", "QuickDet-L": "own"},
        ),
        (
            "Method | AP\nTallDet | 35.0\nQuickDet | 37.1",
            "AP on COCO. Results of TallDet are given for its large net [7].",
            {"TallDet": "ablation", "QuickDet": "own"},
        ),
        (
            "Norm | AP\nNoneDet | 35.0\nGroupFoo [3] | 36.1\nBatchFoo [4] | 36.4\nQuickDet | 37.1",
            "Ablation of the normalisation on COCO val2017.",
            {"NoneDet": "ablation", "GroupFoo": "ablation", "BatchFoo": "ablation", "QuickDet": "ablation"},
        ),
        (
            "Method | AP\nSlowDet | 35.0\nGroupFoo [3] | 36.1\nQuickDet | 37.1",
            "Effect of the head on COCO val2017.",
            {"SlowDet": "ablation", "GroupFoo": "prior", "QuickDet": "ablation"},
        ),
        (
            "Backbone | AP\nOtherDet [7] | 35.0\nFarDet [9] | 36.1\nQuickDet | 37.1",
            "AP on COCO val2017. All models are trained for 36 epochs.",
            {"OtherDet": "prior", "FarDet": "prior", "QuickDet": "own"},
        ),
        (
            "Method | AP\nRetinaNet QuickDet | 38.0\nRetinaNet plain loss | 36.0\nRetinaNet SlowLoss [7] | 36.4\n"
            "FCOS wide | 36.9",
            "AP on COCO val2017.",
            {
                "RetinaNet QuickDet": "own",
                "RetinaNet plain loss": "ablation",
                "RetinaNet SlowLoss": "prior",
                "FCOS wide": "prior",
            },
        ),
        (
            "Rate | AP\nrate=2 | 36.5\nGroupnorm | 36.4\nOtherDet | 36.9\nQuickDet | 38.7",
            "Comparison with other samplings on COCO val2017.",
            {"QuickDet rate=2": "ablation", "Groupnorm": "ablation", "OtherDet": "prior", "QuickDet": "own"},
        ),
        (
            "Method | Foo [3] | AP\nQuickDet-S | ✓ | 36.5\nQuickDet-L | | 36.4",
            "AP on COCO val2017.",
            {"QuickDet-S Foo": "own", "QuickDet-L": "own"},
        ),
    ],
    ids=[
        "rows named as quoted", "rows named by their family", "named, and not quoted", "parts in an ablation",
        "a rival in an analysis", "rivals of one schedule", "one base network",
        "settings in a comparison", "a column of a cited part",
    ],
)  # fmt: skip
def test_who_ran_a_row(lines: str, caption: str, wanted: dict[str, str]) -> None:
    """it tells results that the authors got with their own runs from those that others printed"""
    assert roles(lines, caption) == wanted


@pytest.mark.parametrize(
    ("label", "own"),
    [
        ("FooDenseNet-121", True),
        ("Foo-ResNet-50", True),
        ("SlowDet FooSlowNet-9", True),
        ("FooBar-50", False),
        ("DenseNet-121", False),
        ("Wide Foos", False),
        ("Bar V2-L", True),
        ("Bar V3-L", False),
        ("GN+BFN", True),
        ("BFN", True),
        ("FooNet-18", True),
        ("QuickBar-W8", True),
        ("QuickBar-X8", False),
        ("B1-W8", False),
        ("ResNet-34", False),
        ("WLN", True),
        ("ViT", False),
    ],
)
def test_names_made_with_an_own_name(label: str, own: bool) -> None:
    """it takes another's name behind the stem of the paper's own, a size or a sum of parts, for the paper's own"""
    text = (
        "We propose FooNet. We call ours FooNet. SlowNet [3] is slow. We introduce Bar V2, and call it Bar V2. We "
        "propose Batch Foo Normalization (BFN). Our method is called Batch Foo Normalization. We call it "
        "QuickBar-W32, and our QuickBar-W32 is large. We call ours B2-W4, the net named B2-W4. "
        " We introduce Wide Loop Network (WLN), and call it Wide Loop. "
        "The Vision Transformer (ViT) is old. Our Transformer, called Transformer, is new."
    )
    names = table_paper("A | B\nc | 1", caption="None.", text=text, title="FooNet: nets that foo").context.names
    assert names.is_own(label) == own


NETWORKS = "Network | {} | {}\nResNet-50 [2] | 23.1 | 22.4\nVGG-16 [5] | 26.9 | 26.2\nDenseNet-121 | 24.2 | 23.9"


@pytest.mark.parametrize(
    ("heads", "wanted"),
    [
        (("Baseline", "QuickDet (ours)"), ("ablation", "own")),
        (("plain", "QuickDet-S"), ("ablation", "own")),
        (("lazy updates", "prompt updates"), ("ablation", "ablation")),
        (("SAM", "QuickDet"), ("prior", "own")),
        (("reported", "QuickDet"), ("prior", "own")),
        (("wide nets", "narrow nets"), ("prior", "prior")),
        (("origin", "QuickDet"), ("prior", "own")),
        (("Original", "re-run"), ("prior", "ablation")),
    ],
    ids=[
        "a baseline",
        "two trainings",
        "words of the title",
        "another's method",
        "as reported",
        "neither is ours",
        "as at the origin",
        "run again",
    ],
)
def test_columns_tell_what_was_done(heads: tuple[str, str], wanted: tuple[str, str]) -> None:
    """it takes well-known networks that the authors treated with something of theirs for their own runs"""
    caption = "Top-1 error (%) on the ImageNet validation set."
    paper = table_paper(NETWORKS.format(*heads), caption=caption, text=TEXT, title="QuickDet: lazy updates for all")
    cited = [r for r in paper.cells if r.quantity == "score" and r.row_path.startswith(("ResNet", "VGG"))]
    assert [(r.role, r.value) for r in cited] == [
        (role, value) for role, pair in zip(wanted, ((23.1, 26.9), (22.4, 26.2)), strict=True) for value in pair
    ]


@pytest.mark.parametrize(
    ("lines", "caption", "wanted"),
    [
        (
            "Method | AP\nYOLOv3 | 33.0\nSSD | 30.2\nSSD+MobileNet | 28.1\nquick head | 35.1\nQuickDet | 37.1",
            "AP on COCO val2017.",
            {
                "YOLOv3": "prior", "SSD": "prior", "SSD+MobileNet": "ablation", "QuickDet quick head": "ablation",
                "QuickDet": "own",
            },
        ),
        (
            "Method | AP\nslowdet-1.5-wide | 33.0\nfar2det-large-12e | 35.1\nfar-det | 35.3\nQuickDet | 37.1",
            "AP on COCO val2017.",
            {"slowdet-1.5-wide": "prior", "far2det-large-12e": "prior", "far-det": "ablation", "QuickDet": "own"},
        ),
        (
            "Method | AP\nFarDet [9] | 32.1\nOtherDet [7] | 33.0\n+ soft masks | 35.1\n+ TallLoss [4] | 35.3\n"
            "QuickDet | 37.1",
            "AP on COCO val2017.",
            {
                "FarDet": "prior", "OtherDet": "prior", "OtherDet + soft masks": "prior",
                "OtherDet + TallLoss": "prior", "QuickDet": "own",
            },
        ),
        (
            "Method | AP\nOtherDet [7] | 33.0\n+ QuickDet | 35.1\n+ soft masks | 35.3",
            "AP on COCO val2017.",
            {"OtherDet": "prior", "OtherDet + QuickDet": "ablation", "OtherDet + soft masks": "ablation"},
        ),
        (
            "Fusion | AP\nadding | 36.1\nweighted adding | 36.4\nSlowDet | 35.9\nQuickDet | 37.1",
            "Comparison of different fusions on COCO val2017.",
            {
                "QuickDet adding": "ablation", "QuickDet weighted adding": "ablation", "SlowDet": "prior",
                "QuickDet": "own",
            },
        ),
        (
            "Method | AP\nSpecialist SOTA | 36.1\nQuickDet | 37.1",
            "AP on COCO val2017.",
            {"Specialist SOTA": "prior", "QuickDet": "own"},
        ),
        (
            "Method | AP\nLongDet [HO+21] | 36.1\nTallDet [HSV^+22] | 36.4\nQuickDet | 37.1",
            "AP on COCO val2017.",
            {"LongDet": "prior", "TallDet": "prior", "QuickDet": "own"},
        ),
    ],
    ids=[
        "two that everybody knows", "checkpoints", "steps of another's", "steps of ours", "ways and a rival",
        "the best of others", "initials of authors",
    ],
)  # fmt: skip
def test_rivals_without_marks(lines: str, caption: str, wanted: dict[str, str]) -> None:
    """it tells others' models from the paper's variants where no mark does"""
    assert roles(lines, caption) == wanted


@pytest.mark.parametrize(
    ("text", "name", "own"),
    [
        ("Our method beats FCOS. Here our small network outperforms FCOS by far.", "FCOS", False),
        ("We train our ResNet-50 for long. Our ResNet-50 is wide.", "ResNet-50", False),
        ("We propose a net with RetinaNet. We propose a detector based on RetinaNet.", "RetinaNet", False),
        ("Our baseline, FCOS, is slow. Our baseline, FCOS, is weak.", "FCOS", False),
        ("Our largest model, BERT-L, is slow. Our largest model, BERT-L, is good.", "BERT-L", True),
        ("We call it RetinaNet. We propose a detector for small things, called RetinaNet.", "RetinaNet", True),
        ("Our SOLO is fast, and our SOLO is small.", "SOLO", True),
        ("We call our nets Foo-Small and Foo-Medium. We call them Foo-Medium.", "Foo-Large", True),
        ("We call our net Foo-Small. We call it Foo-Small.", "Foo-Large", False),
    ],
)  # fmt: skip
def test_whose_a_name_is(text: str, name: str, own: bool) -> None:
    """it takes a name that everybody knows for the paper's own only where the paper says that it made it"""
    names = table_paper("A | B\nc | 1", caption="None.", text=text, title="On nets").context.names
    assert names.is_own(name) == own


def test_a_surveys_table() -> None:
    """it takes the rows of a survey for other papers'"""
    paper = table_paper(
        "Model | AP\nRetinaNet | 36.5\nSlowDet | 38.7",
        caption="Detectors on COCO test-dev.", title="Deep object detection: a survey", text="We review detectors.",
    )  # fmt: skip
    assert {r.role for r in paper.cells if r.quantity == "score"} == {"prior"}


def test_original_data_are_no_originals() -> None:
    """it takes "original" over a column for others' results only where another column holds the authors' own"""
    paper = table_paper(
        "Step | Original | Corrected\nwide | 91.1 | 92.3\nnarrow | 91.4 | 92.5",
        caption="F1 on CoNLL-2003 with steps of QuickTag.", title="QuickTag", text="We propose QuickTag.",
    )  # fmt: skip
    assert {r.role for r in paper.cells if r.quantity == "score"} <= {"own", "ablation"}
