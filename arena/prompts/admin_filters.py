"""By what the list of prompts can be narrowed."""

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.prompts.models import ImportRow, Prompt, PromptImport
from arena.prompts.selectors.categories import category_family, category_paths
from arena.prompts.selectors.tags import tags_in_use

MOST_IMPORTS = 10

Choices = list[tuple[str, str]]


class CategoryFilter(admin.SimpleListFilter):
    """A category with everything below it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [(str(pk), path) for pk, path in category_paths().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> QuerySet[Prompt]:
        value = self.value() or ""
        return queryset.filter(category__in=category_family(int(value))) if value.isdigit() else queryset


class TagFilter(admin.SimpleListFilter):
    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [(tag, tag) for tag in tags_in_use()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> QuerySet[Prompt]:
        return queryset.filter(tags__contains=[self.value()]) if self.value() else queryset


class ImportFilter(admin.SimpleListFilter):
    """What one of the newest imports added or changed."""

    title = _("import")
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        newest = PromptImport.objects.filter(applied_at__isnull=False).order_by("-pk")[:MOST_IMPORTS]
        return [(str(pk), f"{name} ({pk})") for pk, name in newest.values_list("pk", "file_name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> QuerySet[Prompt]:
        value = self.value() or ""
        if not value.isdigit():
            return queryset
        # Of the rows, not joined: a prompt is listed once, however often it was in the file.
        rows = ImportRow.objects.filter(batch=int(value), applied=True)
        return queryset.filter(pk__in=rows.values("prompt"))
