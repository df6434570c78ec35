"""The sheet as data: its plan, the one writer, the one reader, styles, the add-in."""
