"""The tree of categories."""

from arena.prompts.models import Category

SEPARATOR = " / "


def category_paths() -> dict[int, str]:
    """Return each category as the way to it, such as “Code / Python”, in the order of these ways. One query."""
    rows = {row.pk: row for row in Category.objects.all()}

    def path(row: Category) -> str:
        return f"{path(rows[row.parent_id])}{SEPARATOR}{row.name}" if row.parent_id else row.name

    return dict(sorted(((pk, path(row)) for pk, row in rows.items()), key=lambda item: item[1].casefold()))


def category_family(category: int) -> list[int]:
    """Return the category and everything below it. One query."""
    parents = dict(Category.objects.values_list("pk", "parent"))
    family = [category]
    for member in family:
        family += [pk for pk, parent in parents.items() if parent == member]
    return family
