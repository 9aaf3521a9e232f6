"""Changes to studies, to what people are asked to agree to, and what they decide."""
