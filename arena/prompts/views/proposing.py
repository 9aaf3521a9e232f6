"""The page on which raters propose prompts."""

from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from arena.prompts.errors import PromptError
from arena.prompts.forms import ProposalForm
from arena.prompts.selectors.proposals import proposals_of
from arena.prompts.services.proposing import Proposal, propose_prompt
from arena.raters.callers import caller_of_request
from arena.raters.middleware import RaterRequest
from arena.safety.rate_limits import Activity, seconds_to_wait
from arena.safety.waiting import wait_sentence

PAGE_SIZE = 10
TEMPLATE = "prompts/propose.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: RaterRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ProposalForm())
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    wait = seconds_to_wait(Activity.PROPOSAL, caller_of_request(request))
    if wait:
        return _too_many(request, form, wait)
    fields = form.cleaned_data
    proposal = Proposal(fields["text"], fields["language"], fields["category"])
    try:
        propose_prompt(rater=request.rater_access.ensure(), proposal=proposal)
    except PromptError as error:
        form.add_error("text", str(error.message))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{request.path}?sent=1")


def _page(request: RaterRequest, form: ProposalForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    page = Paginator(proposals_of(request.rater_access.id), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "sent": "sent" in request.GET}
    return render(request, TEMPLATE, context, status=status)


def _too_many(request: RaterRequest, form: ProposalForm, seconds: int) -> HttpResponse:
    form.add_error(None, wait_sentence(seconds))
    response = _page(request, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response
