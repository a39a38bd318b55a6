"""What a study hands over, and how it becomes one page with tables and figures beside it."""
