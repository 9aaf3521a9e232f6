"""Comparisons in, leaderboards out. Knows nothing of votes, raters or prompts."""
