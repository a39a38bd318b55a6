"""Reference tables and their loaders: benchmarks, hardware, data sets that are not tracked, the study's own rows."""
