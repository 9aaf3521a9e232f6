"""What the test of an endpoint found, in plain words for an administrator."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from models_registry.endpoint_tests import EndpointTest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WAITING_SECONDS = 15.0
LOST_SECONDS = 200.0

EXPLANATIONS: Mapping[str, "StrOrPromise"] = {
    "unavailable": _("It cannot be reached, or fails. Check that it runs, and where base_url points."),
    "timeout": _("It was silent for too long. It may be overloaded, or still loading its model."),
    "rate_limited": _("It takes no more requests now. Lower requests_per_minute or concurrency, or try later."),
    "refused": _("It refused the request. It may not know a parameter: the option parameters leaves one out."),
    "malformed": _("What it sent is not the OpenAI chat protocol. Check that base_url ends as its manual says."),
    "truncated": _("It stopped in the middle of the answer."),
    "endless": _("It sent far more than it was asked for: it does not keep to the longest answer."),
    "empty": _("Its answer has no visible text."),
    "too_long": _("Its context is too small, even for the short question of this test."),
    "misconfigured": _("Something is not set up: read on below."),
    "forbidden_address": _("Its address is one that requests may not go to."),
    "engine_failed": _("The engine failed. The log of the generation worker says why."),
    "crashed": _("Something went wrong in the worker. Its log says what."),
}
OTHERWISE = _("It failed.")


def is_lost(test: EndpointTest) -> bool:
    """Tell whether nothing more is to be expected of a test that has not ended."""
    return not test.is_over and time.time() - test.asked_at > LOST_SECONDS


def finding(test: EndpointTest, *, queue: str) -> "StrOrPromise":
    """Return one sentence or two on where a test stands, and on what to do."""
    if test.state == "failed":
        return EXPLANATIONS.get(test.failure, OTHERWISE)
    if test.state == "answered":
        return _("It answers.")
    if is_lost(test):
        return _("The worker has not reported back. Try again.")
    if test.state == "running":
        return _("A worker is asking it. A local model that is not loaded yet takes a while.")
    if time.time() - test.asked_at > WAITING_SECONDS:
        return _(
            "No worker has taken the test yet. Is one running that serves the queue %(queue)s, and is it free?"
        ) % {"queue": queue}
    return _("Waiting for a worker.")
