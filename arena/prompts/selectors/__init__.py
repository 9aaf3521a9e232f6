"""Reads of the prompt library."""

from arena.prompts.selectors.drawing import draw_prompt, in_languages
from arena.prompts.selectors.similar import SimilarPrompt, has_text, similar_prompts

__all__ = ["SimilarPrompt", "draw_prompt", "has_text", "in_languages", "similar_prompts"]
