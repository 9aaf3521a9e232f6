from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from arena.prompts.models import Category, Prompt, PromptRevision
from arena.prompts.services import UnusableTextError, revise_prompt, screened_text
from arena.safety.screen import MAX_PROMPT_CHARS
from models_registry.read_only_admin import ReadOnlyInline


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "prompt_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        categories: QuerySet[Category] = super().get_queryset(request)
        return categories.annotate(prompt_count=Count("prompts"))

    @admin.display(description=_("prompts"), ordering="prompt_count")
    def prompt_count(self, obj: Category) -> int:
        return int(obj.prompt_count)  # type: ignore[attr-defined]  # annotated above


class PromptForm(forms.ModelForm):
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_PROMPT_CHARS,
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text=_("Another text becomes another revision; battles keep the one that they used."),
    )

    class Meta:
        model = Prompt
        fields = ("key", "category", "status", "language", "source", "licence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        newest = self.instance.revisions.order_by("-number").first() if self.instance.pk else None
        self.initial.setdefault("text", newest.text if newest else "")

    def clean_text(self) -> str:
        try:
            return screened_text(self.cleaned_data["text"])
        except UnusableTextError as error:
            raise forms.ValidationError(str(error)) from error


class RevisionInline(ReadOnlyInline):
    model = PromptRevision
    fields = ("number", "text", "author", "created_at")
    readonly_fields = fields
    show_change_link = False


@admin.register(Prompt)
class PromptAdmin(admin.ModelAdmin):
    form = PromptForm
    list_display = ("key", "category", "language", "status", "newest_text")
    list_filter = ("status", "language", "category", "licence")
    list_select_related = ("category",)
    search_fields = ("key", "revisions__text")
    date_hierarchy = "created_at"
    fields = ("key", "category", "language", "text", "status", "source", "licence")
    actions = ("approve", "retire")

    def get_inlines(self, request: HttpRequest, obj: Prompt | None) -> tuple[type[RevisionInline], ...]:
        """A prompt that is not saved yet has no revisions to list."""
        return () if obj is None else (RevisionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prompt]:
        newest = PromptRevision.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("text")[:1]
        prompts: QuerySet[Prompt] = super().get_queryset(request)
        return prompts.annotate(newest_text=Subquery(newest))

    @admin.display(description=_("text"))
    def newest_text(self, obj: Prompt) -> str:
        return Truncator(obj.newest_text).chars(80)  # type: ignore[attr-defined]  # annotated above

    def save_model(self, request: HttpRequest, obj: Prompt, form: PromptForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        revise_prompt(prompt=obj, text=form.cleaned_data["text"], author=request.user.get_username())

    @admin.action(description=_("Approve: may be drawn by “surprise me”"))
    def approve(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> None:
        self._set_status(request, queryset, Prompt.Status.APPROVED)

    @admin.action(description=_("Retire: is not drawn any more"))
    def retire(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> None:
        self._set_status(request, queryset, Prompt.Status.RETIRED)

    def _set_status(self, request: HttpRequest, queryset: QuerySet[Prompt], status: Prompt.Status) -> None:
        for prompt in queryset.exclude(status=status):
            prompt.status = status
            prompt.save(update_fields=["status"])
            self.log_change(request, prompt, [{"changed": {"fields": ["status"]}}])
