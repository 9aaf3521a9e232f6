"""How simulated raters are drawn, what they like, and how they vote: numbers only, no database."""
