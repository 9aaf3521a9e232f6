"""The page on which the staff sees how the arena does, and what needs somebody."""
