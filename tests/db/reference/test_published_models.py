"""Whether a label is a published model's name and nothing else."""

from __future__ import annotations

import pytest

from db.reference.published_models import family_of, is_published


@pytest.mark.parametrize(
    "label",
    [
        "ResNet-50", "ViT-L/16", "Inception V3", "BERT base", "RetinaNet R-101-FPN", "Mask R-CNN Swin-T",
        "HTC++ Swin-L",
        "DINO-Swin-T", "EfficientDet-D0 640", "UDA (w. RandAug)", "ELR+", "MTCNN custom",
    ],
)  # fmt: skip
def test_published(label: str) -> None:
    """it is published where every part is a family with its size, or a setting"""
    assert is_published(label)


@pytest.mark.parametrize(
    "label",
    ["", "FooNet-50", "YOLO-Foo-M", "Foo-ResNet-50", "ResNet-50 + FooBlock", "Mask R-CNN Foo-L", "Swinging", "50"],
)
def test_not_published(label: str) -> None:
    """it is nobody's where a part of it is no family's name"""
    assert not is_published(label)


@pytest.mark.parametrize(
    ("label", "family"), [("ResNet-50", "resnet"), ("Mask R-CNN R-50", "maskrcnn"), ("FooNet-50", None)]
)
def test_family(label: str, family: str | None) -> None:
    """it is the longest family's name that the label begins with"""
    assert family_of(label) == family
