"""What is fitted: observations, the snapshot that freezes them, and what a study is given."""
