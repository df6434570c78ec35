"""A table file -> its model, or every mistake in it; the standard rates; the bundled tables and their worked examples."""
