"""Changes to the prompt library. A prompt's text is never edited in place: it gets another revision."""

from django.db import transaction

from arena.prompts.models import Category, Prompt, PromptRevision
from arena.prompts.starter import StarterPrompt, read_categories, read_prompts
from arena.safety.screen import screen_prompt


class PromptError(Exception):
    """Base of what can go wrong in the prompt library."""


class UnusableTextError(PromptError):
    """The text was refused by the screening; the message says why and may be shown to its author."""


def screened_text(text: str) -> str:
    """Return the normalised text.

    Raises
    ------
    UnusableTextError
        When the screening refuses it.
    """
    screening = screen_prompt(text)
    if screening.reason is not None:
        raise UnusableTextError(str(screening.reason.label))
    return screening.text


@transaction.atomic
def revise_prompt(*, prompt: Prompt, text: str, author: str = "") -> PromptRevision:
    """Return the newest revision of `prompt`, added now unless it already has this text.

    Battles keep the revision that they used, so earlier texts stay as they are. Revisions of one prompt are numbered
    under a lock on it: two curators who save at once get two numbers.

    Raises
    ------
    UnusableTextError
        When the text is empty, too long or unreadable.
    """
    wanted = screened_text(text)
    locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
    newest = locked.revisions.order_by("-number").first()
    if newest is not None and newest.text == wanted:
        return newest
    number = newest.number + 1 if newest else 1
    return PromptRevision.objects.create(prompt=locked, number=number, text=wanted, author=author)


@transaction.atomic
def install_starter_library() -> int:
    """Add the starter prompts whose key is not there yet, approved, and return how many were added.

    What exists is left alone, so that edits and retirements by curators survive. One query when there is nothing to do.
    """
    present = set(Prompt.objects.values_list("key", flat=True))
    missing = [prompt for prompt in read_prompts() if prompt.key not in present]
    if missing:
        _insert(missing, _ensure_categories())
    return len(missing)


def _ensure_categories() -> dict[str, Category]:
    Category.objects.bulk_create(
        [Category(slug=row.slug, name=row.name, description=row.description) for row in read_categories()],
        ignore_conflicts=True,
    )
    return Category.objects.in_bulk(field_name="slug")


def _insert(missing: list[StarterPrompt], categories: dict[str, Category]) -> None:
    prompts = Prompt.objects.bulk_create(
        Prompt(
            key=row.key,
            category=categories[row.category],
            language=row.language,
            source=row.source,
            licence=row.licence,
            status=Prompt.Status.APPROVED,
        )
        for row in missing
    )
    PromptRevision.objects.bulk_create(
        PromptRevision(prompt=prompt, number=1, text=screened_text(row.text), author=row.author)
        for prompt, row in zip(prompts, missing, strict=True)
    )
