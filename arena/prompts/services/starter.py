"""Put the starter library in."""

from django.db import transaction

from arena.prompts.models import Category, Prompt, PromptRevision
from arena.prompts.similarity import text_bands
from arena.prompts.starter import StarterPrompt, read_categories, read_prompts
from arena.prompts.texts import screened_text


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
        PromptRevision(
            prompt=prompt,
            number=1,
            text=screened_text(row.text),
            author=row.author,
            bands=text_bands(screened_text(row.text)),
        )
        for prompt, row in zip(prompts, missing, strict=True)
    )
