"""A record as a point of a fit."""

from __future__ import annotations

import pytest

from curate.queue.points import fit_line, point_of


@pytest.mark.parametrize(
    ("metric", "score"), [("top1_error", 25.0), ("top1_accuracy", 75.0)], ids=["error", "accuracy"]
)
def test_error(metric: str, score: float) -> None:
    """it takes an accuracy for the error rate that it means."""
    point = point_of("imagenet", [("score", metric, score), ("parameters", None, 1e7)])
    assert point is not None
    assert point.log_error == pytest.approx(-0.60206, abs=1e-5)
    assert point.log_computing == {"parameters": 7.0}


def test_burden() -> None:
    """it makes the hardware burden of device, count and time."""
    run = [("device", None, "Tesla P100"), ("device_count", None, 8.0), ("training_time", None, 3600.0)]
    point = point_of("imagenet", [("score", "top1_error", 25.0), *run])
    assert point is not None
    assert 10 ** point.log_computing["hardware burden"] == pytest.approx(8 * 3600 * 9.5e3, rel=0.15)


def test_line() -> None:
    """it finds a planted slope, and none where there is none to find."""
    line = fit_line([1, 2, 3, 4], [1.1, 0.9, 0.7, 0.5])
    assert line is not None
    assert (line.slope, line.standard_error) == (pytest.approx(-0.2), pytest.approx(0, abs=1e-9))
    assert fit_line([1, 1, 1], [1, 2, 3]) is None
    assert fit_line([1, 2], [1, 2]) is None
