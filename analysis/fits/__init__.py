"""The statistics: regressions, their intervals, and what a slope means. Nothing here knows a benchmark or a report."""
