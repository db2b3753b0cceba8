"""Two runs side by side: `python -m reports.compare A B`, from their records alone."""
