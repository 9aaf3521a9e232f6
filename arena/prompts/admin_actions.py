"""What can be done with many prompts at once in their list, and how it is reported."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arena.prompts.accounts import account_of
from arena.prompts.models import Category, Prompt
from arena.prompts.selectors.categories import category_paths
from arena.prompts.services.editing import add_tags, set_category
from arena.prompts.services.reviewing import Decided, decide
from arena.prompts.states import STEPS, Action
from arena.prompts.tags import split_tags

TEMPLATE = "prompts/admin_act.html"
# Why a prompt is left alone: what each action needs.
NEEDS: Mapping[str, object] = {
    Action.SUBMITTED: gettext_lazy("Only drafts can be submitted for review."),
    Action.APPROVED: gettext_lazy("Only prompts in review can be approved."),
    Action.SENT_BACK: gettext_lazy("Only prompts in review can be sent back."),
    Action.RETIRED: gettext_lazy("Retired prompts keep the reason that they have."),
    Action.RESTORED: gettext_lazy("Only retired prompts can be put back into review."),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class TagsForm(forms.Form):
    tags = forms.CharField(label=gettext_lazy("Tags, with commas between them"), max_length=500)

    def clean_tags(self) -> list[str]:
        tags = split_tags(self.cleaned_data["tags"])
        if not tags:
            raise ValidationError(_("There is no tag in this."))
        return tags


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(Category.objects.all(), label=gettext_lazy("Category"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through to Django
        self.fields["category"].choices = [("", "…"), *category_paths().items()]  # type: ignore[attr-defined]  # a choice field


def act(request: HttpRequest, prompts: QuerySet[Prompt], action: str, title: str) -> HttpResponse | None:
    """Decide about all of `prompts`, once there is a reason where one is needed, and say what was done and why not."""
    reason = ""
    if STEPS[action].needs_reason:
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return _ask(request, prompts, title, form)
        reason = form.cleaned_data["reason"]
    decided = decide(prompts=prompts, action=action, actor=account_of(request), reason=reason)
    _report(request, decided, action)
    return None


def tag(request: HttpRequest, prompts: QuerySet[Prompt], title: str) -> HttpResponse | None:
    form = TagsForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        return _ask(request, prompts, title, form)
    total = prompts.count()
    try:
        done = add_tags(prompts=prompts, tags=form.cleaned_data["tags"], actor=account_of(request))
    except ValidationError as error:
        form.add_error("tags", error)
        return _ask(request, prompts, title, form)
    _count(request, done, total - done, _("had these tags already."))
    return None


def sort(request: HttpRequest, prompts: QuerySet[Prompt], title: str) -> HttpResponse | None:
    form = CategoryForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        return _ask(request, prompts, title, form)
    total = prompts.count()
    done = set_category(prompts=prompts, category=form.cleaned_data["category"], actor=account_of(request))
    _count(request, done, total - done, _("were in this category already."))
    return None


def _ask(request: HttpRequest, prompts: QuerySet[Prompt], title: str, form: forms.Form) -> HttpResponse:
    """Ask for what the action needs. Of a choice across all pages the page carries the choice, not its thousands."""
    context = {
        **_site(request),
        "title": title,
        "form": form,
        "count": prompts.count(),
        "opts": Prompt._meta,  # noqa: SLF001 - documented by Django
        "action": request.POST["action"],
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox": ACTION_CHECKBOX_NAME,
        "across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, TEMPLATE, context)


def _site(request: HttpRequest) -> dict[str, object]:
    from django.contrib import admin  # noqa: PLC0415 - the site exists when requests come

    return dict(admin.site.each_context(request))


def _report(request: HttpRequest, decided: Decided, action: str) -> None:
    labels = dict(Prompt.Status.choices)
    left = ", ".join(f"{count} {labels[status]}" for status, count in sorted(decided.left.items()))
    done = ngettext("%(count)d prompt: %(action)s.", "%(count)d prompts: %(action)s.", decided.moved)
    text = done % {"count": decided.moved, "action": Action(action).label}
    if left:
        text = f"{text} {_('Left alone: %(what)s.') % {'what': left}} {NEEDS[action]}"
    messages.add_message(request, messages.WARNING if left else messages.SUCCESS, text)


def _count(request: HttpRequest, done: int, left: int, why: str) -> None:
    text = ngettext("%(count)d prompt changed.", "%(count)d prompts changed.", done) % {"count": done}
    if left:
        text = f"{text} {left} {why}"
    messages.add_message(request, messages.WARNING if left else messages.SUCCESS, text)
