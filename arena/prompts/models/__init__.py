"""What the prompt library stores."""

from arena.prompts.models.events import PromptEvent
from arena.prompts.models.imports import ImportFile, ImportRow, PromptImport
from arena.prompts.models.library import Category, Prompt, PromptRevision

__all__ = ["Category", "ImportFile", "ImportRow", "Prompt", "PromptEvent", "PromptImport", "PromptRevision"]
