"""Keep to the rate limits at the doors where a rater gives something: prompts and votes."""

from django.http import HttpRequest, HttpResponse

from arena.battles.errors import BattleError, TooManyRequestsError
from arena.raters.callers import caller_of_request
from arena.safety.rate_limits import Activity, seconds_to_wait


def keep_to_rate(request: HttpRequest, activity: Activity) -> None:
    """Count one more for whoever sends the request.

    Raises
    ------
    TooManyRequestsError
        When that is more than the settings allow; it says how long to wait.
    """
    seconds = seconds_to_wait(activity, caller_of_request(request))
    if seconds:
        raise TooManyRequestsError(seconds)


def say_when(response: HttpResponse, error: BattleError | None) -> HttpResponse:
    """Return the response, with the time after which to come back where that is what was wrong."""
    if error is not None and error.seconds:
        response.headers["Retry-After"] = str(error.seconds)
    return response
