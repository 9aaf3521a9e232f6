from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arena.prompts import admin_actions
from arena.prompts.accounts import account_of
from arena.prompts.admin_filters import CategoryFilter, ImportFilter, TagFilter
from arena.prompts.admin_list import PromptList
from arena.prompts.errors import UnusableTextError
from arena.prompts.models import Category, Prompt, PromptEvent, PromptRevision
from arena.prompts.selectors.categories import category_paths
from arena.prompts.selectors.searching import prompts_with
from arena.prompts.services.editing import REVIEW, save_prompt
from arena.prompts.states import Action
from arena.prompts.tags import clean_tags
from arena.prompts.texts import screened_text
from arena.safety.screen import MAX_PROMPT_CHARS
from models_registry.read_only_admin import ReadOnlyInline


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "parent", "slug", "prompt_count")
    list_select_related = ("parent",)
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
        fields = ("key", "category", "language", "tags", "source", "licence", "holdout")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        newest = self.instance.revisions.order_by("-number").first() if self.instance.pk else None
        self.initial.setdefault("text", newest.text if newest else "")
        if "category" in self.fields:
            self.fields["category"].choices = [("", "…"), *category_paths().items()]  # type: ignore[attr-defined]  # a choice field

    def clean_text(self) -> str:
        try:
            return screened_text(self.cleaned_data["text"])
        except UnusableTextError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_tags(self) -> list[str]:
        return clean_tags(self.cleaned_data["tags"])


class RevisionInline(ReadOnlyInline):
    model = PromptRevision
    fields = ("number", "text", "author", "created_at")
    readonly_fields = fields
    show_change_link = False


class EventInline(ReadOnlyInline):
    model = PromptEvent
    verbose_name_plural = _("history")
    fields = ("created_at", "action", "actor_name", "reason", "status")
    readonly_fields = fields
    ordering = ("-id",)
    show_change_link = False


@admin.register(Prompt)
class PromptAdmin(admin.ModelAdmin):
    form = PromptForm
    change_list_template = "prompts/admin_change_list.html"
    list_display = ("key", "status", "newest_text", "category", "language", "holdout")
    list_filter = ("status", CategoryFilter, "language", TagFilter, "holdout", ImportFilter)
    list_select_related = ("category",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("key",)
    fields = (
        "key", "category", "language", "text", "tags", "source", "licence", "holdout",
        "status", "reason", "reviewer", "reviewed_at", "proposed_by",
    )  # fmt: skip
    readonly_fields = ("status", "reason", "reviewer", "reviewed_at", "proposed_by")
    actions = ("submit", "approve", "send_back", "retire", "restore", "tag", "sort")

    def get_inlines(self, request: HttpRequest, obj: Prompt | None) -> tuple[type[ReadOnlyInline], ...]:
        """A prompt that is not saved yet has no revisions to list."""
        return () if obj is None else (EventInline, RevisionInline)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PromptList]:  # Any: handed through to Django
        return PromptList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Prompt], search_term: str
    ) -> tuple[QuerySet[Prompt], bool]:
        return (prompts_with(search_term, queryset) if search_term.strip() else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        """What was in the library leaves it by being retired, with a reason."""
        return False

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(REVIEW)

    @admin.display(description=_("text"))
    def newest_text(self, obj: Prompt) -> str:
        return Truncator(obj.newest_text).chars(80)  # type: ignore[attr-defined]  # PromptList adds it

    def save_model(self, request: HttpRequest, obj: Prompt, form: PromptForm, change: bool) -> None:
        save_prompt(prompt=obj, text=form.cleaned_data["text"], actor=account_of(request), changed=form.changed_data)

    @admin.action(description=_("Submit for review"), permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.act(request, queryset, Action.SUBMITTED, "")

    @admin.action(description=_("Approve: may be drawn by “surprise me”"), permissions=["review"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.act(request, queryset, Action.APPROVED, "")

    @admin.action(description=_("Send back to the drafts, with a reason"), permissions=["review"])
    def send_back(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.act(request, queryset, Action.SENT_BACK, gettext("Send back"))

    @admin.action(description=_("Retire, with a reason: is not drawn any more"), permissions=["review"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.act(request, queryset, Action.RETIRED, gettext("Retire"))

    @admin.action(description=_("Put back into review"), permissions=["review"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.act(request, queryset, Action.RESTORED, "")

    @admin.action(description=_("Add tags"), permissions=["change"])
    def tag(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.tag(request, queryset, gettext("Add tags"))

    @admin.action(description=_("Set the category"), permissions=["change"])
    def sort(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> HttpResponse | None:
        return admin_actions.sort(request, queryset, gettext("Set the category"))
