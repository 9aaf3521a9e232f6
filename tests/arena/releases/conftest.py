import pytest

# Django's models are imported where they are used: this file is read before the settings are.


@pytest.fixture(autouse=True)
def releases_folder(settings, tmp_path):
    settings.RELEASES_DIR = tmp_path / "releases"
    return settings.RELEASES_DIR


@pytest.fixture
def arena(db):
    from tests.factories import make_arena

    return make_arena()


@pytest.fixture
def cast(arena):
    """Makes a battle with a vote."""
    from django.utils import timezone

    from arena.battles.models import Battle, Vote
    from tests.factories import make_ready_battle

    def make(winner="model_a", *, strength=None, justification="", **fields):
        battle = make_ready_battle(arena, **fields)
        Battle.objects.filter(pk=battle.pk).update(status=Battle.Status.VOTED, ended_at=timezone.now())
        return Vote.objects.create(
            battle=battle,
            rater=battle.rater,
            kind=battle.kind,
            winner=winner,
            strength=strength,
            justification=justification,
            consent_revision=arena.consent,
            seconds_to_vote=7.5,
        )

    return make


@pytest.fixture
def name_model():
    """Marks the answer of one side as naming its model."""
    from arena.battles.models import AnswerFinding, Completion

    def mark(vote, side):
        answer = Completion.objects.get(turn__battle=vote.battle, side=side)
        return AnswerFinding.objects.create(completion=answer, code="identity", start=0, end=2)

    return mark


@pytest.fixture
def simulated(db):
    from arena.raters.models import Rater

    return Rater.objects.create(kind=Rater.Kind.SIMULATED)


@pytest.fixture
def researcher(db):
    """Staff with the permissions of this app."""
    from django.contrib.auth.models import Permission, User

    user = User.objects.create(username="researcher", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["export_battles", "import_votes"]))
    return user
