"""The whole library at once, for imports."""

from collections.abc import Collection

from arena.prompts.importing.judging import Known, Library, Values
from arena.prompts.models import Category, PromptRevision
from arena.prompts.selectors.similar import newest_revisions


def load_library() -> Library:
    """Return every prompt with the text in force. Two queries."""
    categories = dict(Category.objects.values_list("pk", "slug"))
    rows = newest_revisions().values_list(
        "prompt_id", "text", "author", "prompt__key", "prompt__status", "prompt__category_id", "prompt__language",
        "prompt__tags", "prompt__source", "prompt__licence", "prompt__holdout",
    )  # fmt: skip
    by_key = {}
    for pk, text, author, key, status, category, language, tags, source, licence, holdout in rows.iterator(2_000):
        by_key[key] = Known(
            pk=pk,
            status=status,
            values=Values(
                key=key,
                text=text,
                category=categories[category],
                language=language,
                tags=tags,
                source=source,
                licence=licence,
                author=author,
                holdout=holdout,
            ),
        )
    return Library(by_key, frozenset(categories.values()))


def texts_present(texts: Collection[str]) -> set[str]:
    """Return those of `texts` that a prompt has now. Two queries."""
    # First by text alone: which revision is in force is then looked up for the few that were found.
    found = list(PromptRevision.objects.filter(text__in=texts).values_list("pk", flat=True))
    return set(newest_revisions().filter(pk__in=found).values_list("text", flat=True))
