"""Tags that prompts have."""

from django.db.models import CharField, F, Func

from arena.prompts.models import Prompt

MOST_TAGS = 60


def tags_in_use() -> list[str]:
    """Return the tags of the library by name, the first 60 of them. One query."""
    each = Func(F("tags"), function="unnest", output_field=CharField())
    return list(Prompt.objects.annotate(tag=each).order_by("tag").values_list("tag", flat=True).distinct()[:MOST_TAGS])
