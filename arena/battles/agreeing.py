"""At the doors: whoever gives something has agreed to the terms that are in force, before or with the request."""

from dataclasses import dataclass

from django.urls import reverse

from arena.battles.errors import ConsentNeededError
from arena.battles.models import Battle
from arena.raters.middleware import RaterRequest
from arena.raters.models import Rater
from arena.studies.models import ConsentRevision, Study
from arena.studies.selectors import consent_in_force, terms_standing
from arena.studies.services.deciding import StaleTextError, agree

# The field of a form that names the terms that stood beside its button.
FIELD = "consent"


@dataclass(frozen=True, slots=True)
class AskAgain:
    """What a page needs to ask for agreement in one step: sending `action` again with the terms as they are now."""

    terms: ConsentRevision
    action: str


def agreed_terms(request: RaterRequest, *, rater: Rater, study: Study) -> ConsentRevision:
    """Return the terms in force that the rater agreed to: earlier, or with this request, which is then stored.

    Raises
    ------
    ConsentNeededError
        When neither is so: the page that sent the request showed other terms, or none.
    """
    standing = terms_standing(study_id=study.pk, rater_id=rater.pk)
    if standing.agreed is not None:
        return standing.agreed
    terms = consent_in_force(study=study)
    if request.POST.get(FIELD) != str(terms.pk):
        raise ConsentNeededError
    try:
        return agree(rater=rater, revision=terms).revision
    except StaleTextError as error:
        raise ConsentNeededError from error


def is_stale(battle: Battle) -> bool:
    """Tell whether an open battle stands under terms that its rater has not agreed to. No query in the usual case."""
    if battle.status != Battle.Status.OPEN or battle.consent_revision.is_in_force:
        return False
    return terms_standing(study_id=battle.study_id, rater_id=battle.rater_id).agreed is None


def ask_again(request: RaterRequest, battle: Battle) -> AskAgain | None:
    """Return what to ask the rater of a battle before it can go on; None when there is nothing to ask."""
    if not is_stale(battle):
        return None
    action = request.path if request.method == "POST" else reverse("battles:agree", args=[battle.pk])
    return AskAgain(consent_in_force(study=battle.study), action)
