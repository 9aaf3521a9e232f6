"""The review queue: one prompt at a time, by button or by key."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.prompts.accounts import account_of
from arena.prompts.errors import PromptError, ReasonMissingError
from arena.prompts.forms import ReviewEditForm
from arena.prompts.models import Prompt, PromptEvent
from arena.prompts.selectors.reviewing import ReviewItem, next_in_review, review_item, waiting_for_review
from arena.prompts.services.editing import save_prompt
from arena.prompts.services.reviewing import review_prompt, undo_review
from arena.prompts.states import Action
from arena.raters.posted import posted_key
from arena.raters.staff import staff_page

TEMPLATE = "prompts/review.html"
DECISIONS = {Action.APPROVED, Action.SENT_BACK, Action.RETIRED}


@require_safe
@staff_page("prompts.review_prompt")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the next prompt, or the one that the address names: `after` is the last that was skipped."""
    after = posted_key(request.GET.get("after"))
    asked = request.GET.get("at")
    item = review_item(posted_key(asked)) if asked else next_in_review(after=after)
    done = PromptEvent.objects.filter(pk=posted_key(request.GET.get("done")), actor=account_of(request))
    return _page(request, item, after=after, done=done.select_related("prompt").first())


@require_POST
@staff_page("prompts.review_prompt")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    after = posted_key(request.POST.get("after"))
    action = request.POST.get("action", "")
    if action not in DECISIONS:
        return _page(request, review_item(pk), after=after, status=HTTPStatus.BAD_REQUEST)
    try:
        done = review_prompt(
            prompt_id=pk,
            revision=posted_key(request.POST.get("revision")),
            action=action,
            actor=account_of(request),
            reason=request.POST.get("reason", "")[:500],
        )
    except PromptError as error:
        return _refusal(request, pk, error, after=after)
    except Prompt.DoesNotExist as error:
        raise Http404 from error
    if not request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return redirect(f"{reverse('prompts:review')}?after={after}&done={done.pk}")
    return _page(request, next_in_review(after=after), after=after, done=done)


@require_POST
@staff_page("prompts.review_prompt")
def undo(request: HttpRequest, event: int) -> HttpResponse:
    after = posted_key(request.POST.get("after"))
    try:
        prompt = undo_review(event_id=event, actor=account_of(request))
    except PromptError as error:
        return _page(
            request, next_in_review(after=after), after=after, error=str(error.message), status=HTTPStatus.CONFLICT
        )
    if not request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return redirect(f"{reverse('prompts:review')}?at={prompt.pk}&after={after}")
    return _page(request, review_item(prompt.pk), after=after)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("prompts.review_prompt")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the prompt that is being looked at; it stays in the queue, with its new text as another revision."""
    item = review_item(pk)
    if item is None:
        return redirect("prompts:review")
    form = ReviewEditForm(request.POST or None, instance=item.prompt, text=item.revision.text)
    if request.method == "POST" and form.is_valid():
        save_prompt(
            prompt=form.save(commit=False),
            text=form.cleaned_data["text"],
            actor=account_of(request),
            changed=form.changed_data,
        )
        return redirect(f"{reverse('prompts:review')}?at={pk}&after={posted_key(request.GET.get('after'))}")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "item": item, "after": posted_key(request.GET.get("after"))}
    return render(request, "prompts/review_edit.html", context, status=status)


def _refusal(request: HttpRequest, pk: int, error: PromptError, *, after: int) -> HttpResponse:
    """Say what was wrong; the prompt stays in view unless somebody else decided about it."""
    item = review_item(pk) or next_in_review(after=after)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, ReasonMissingError) else HTTPStatus.CONFLICT
    return _page(request, item, after=after, error=str(error.message), status=status)


def _page(
    request: HttpRequest, item: ReviewItem | None, *, after: int, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:  # Any: what else the template shows
    context = {"item": item, "after": after, "waiting": waiting_for_review(), **more}
    part = "#queue" if request.htmx else ""  # type: ignore[attr-defined]  # set by django-htmx
    return render(request, f"{TEMPLATE}{part}", context, status=status)
