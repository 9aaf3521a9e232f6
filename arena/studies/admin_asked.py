"""What can be asked beside a choice, in the administration: words are never changed, new ones are added."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.forms import BaseInlineFormSet, ModelForm, models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.studies.models import Attribute, AttributeRevision, Reason, ReasonRevision
from arena.studies.services.wording import add_wording


class NextWording(BaseInlineFormSet):
    """Offers the words in force to be worded anew; they are stored once more only when somebody changes them."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # Any: handed through to Django
        asked: Attribute | Reason = named["instance"]
        newest = asked.revisions.order_by("-number").first() if asked.pk else None
        if newest is not None:
            named["initial"] = [models.model_to_dict(newest, fields=[*newest.WORDS, "translations"])]
        super().__init__(*arguments, **named)


class WordingInline(admin.StackedInline):
    formset = NextWording
    can_delete = False
    ordering = ("number",)

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **_named: object) -> int:
        return 1 if obj else 0

    def get_min_num(self, request: HttpRequest, obj: Model | None = None, **_named: object) -> int:
        """Something new comes with its words."""
        return 0 if obj else 1

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AttributeWordingInline(WordingInline):
    model = AttributeRevision
    fields = (*AttributeRevision.WORDS, "translations")


class ReasonWordingInline(WordingInline):
    model = ReasonRevision
    fields = (*ReasonRevision.WORDS, "translations")


class AskedAdmin(admin.ModelAdmin):
    """What was asked once keeps its key, and is retired instead of deleted."""

    newest_words: QuerySet[Any]  # Any: the words in force, by attribute or by reason
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:  # Any: attributes or reasons
        words = Subquery(self.newest_words[:1])
        rows: QuerySet[Any] = super().get_queryset(request).annotate(in_force=words)  # Any: as above
        return rows

    @admin.display(description=_("words"))
    def in_words(self, obj: Model) -> str:
        return getattr(obj, "in_force", None) or ""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        for revision in formset.save(commit=False):
            add_wording(revision=revision)


class AttributeAdmin(AskedAdmin):
    list_display = ("key", "in_words", "scale", "position", "is_active")
    list_filter = ("scale", "is_active")
    search_fields = ("key", "revisions__label")
    inlines = (AttributeWordingInline,)
    newest_words = AttributeRevision.objects.filter(attribute=OuterRef("pk")).order_by("-number").values("label")


class ReasonAdmin(AskedAdmin):
    list_display = ("key", "in_words", "sign", "position", "is_active")
    list_filter = ("sign", "is_active")
    search_fields = ("key", "revisions__text")
    inlines = (ReasonWordingInline,)
    newest_words = ReasonRevision.objects.filter(reason=OuterRef("pk")).order_by("-number").values("text")


admin.site.register(Attribute, AttributeAdmin)
admin.site.register(Reason, ReasonAdmin)
