"""Changes to surveys, answers, and how answers are sorted."""
