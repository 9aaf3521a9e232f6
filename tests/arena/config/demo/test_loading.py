import pytest

from arena.config.demo.loading import DemoReport, load_demo
from arena.config.demo.registry import read_registry
from arena.prompts.models import Prompt
from arena.studies.selectors import consent_in_force, default_study
from models_registry.inference.protocol import SamplingParameters
from models_registry.inference.registry import open_backend
from models_registry.local_weights import with_local_path
from models_registry.models import Contestant, Endpoint, LanguageModel, Organisation
from ratings.models import Leaderboard

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

NOTHING = DemoReport(prompts=0, contestants=0, leaderboards=0)


def test_load_demo_registers_contestants_that_can_be_drawn():
    load_demo()

    registry = read_registry()
    drawable = Contestant.objects.in_draw().select_related("language_model__organisation", "endpoint").order_by("pk")
    assert [row.slug for row in drawable] == [row.slug for row in registry.contestants]
    assert {row.system_prompt for row in drawable} == {registry.system_prompt}
    assert {row.endpoint.queue for row in drawable} == {"generation"}
    assert {row.language_model.licence for row in drawable} == {"Apache-2.0"}
    assert all(SamplingParameters(**row.payload()["sampling"]) for row in drawable)


def test_load_demo_names_the_weights_of_each_variant_by_hash():
    load_demo()

    revisions = dict(LanguageModel.objects.values_list("slug", "revision"))
    assert len(set(revisions.values())) == len(revisions) == 3
    assert all(len(revision) == 64 for revision in revisions.values())


def test_load_demo_says_which_models_are_damaged_on_purpose():
    load_demo()

    makers = dict(LanguageModel.objects.values_list("slug", "organisation__name"))
    assert makers == {
        "smollm2-135m-instruct": "Hugging Face",
        "smollm2-135m-drop2": "Parallax demo (deliberately damaged)",
        "smollm2-135m-w3": "Parallax demo (deliberately damaged)",
    }


def test_load_demo_opens_the_arena_with_prompts_and_boards():
    report = load_demo()

    assert report == DemoReport(prompts=Prompt.objects.count(), contestants=4, leaderboards=2)
    assert consent_in_force(study=default_study()).number == 1
    assert list(Leaderboard.objects.values_list("slug", "kind", "is_public")) == [
        ("open-arena", "human", True),
        ("simulated-raters", "simulated", True),
    ]


def test_load_demo_changes_nothing_the_second_time(django_assert_max_num_queries):
    load_demo()

    with django_assert_max_num_queries(20):
        report = load_demo()

    assert report == NOTHING


def test_load_demo_never_overwrites_what_an_operator_changed():
    load_demo()
    Contestant.objects.filter(slug="smollm2-135m-hot").update(name="Hot", status=Contestant.Status.RETIRED, weight=0.5)
    Organisation.objects.filter(slug="hugging-face").update(name="HF")
    Endpoint.objects.update(enabled=False, options={"device": "cuda"})
    Leaderboard.objects.update(title="Board")

    report = load_demo()

    hot = Contestant.objects.get(slug="smollm2-135m-hot")
    assert report == NOTHING
    assert (hot.name, hot.status, hot.weight) == ("Hot", "retired", 0.5)
    assert Organisation.objects.get(slug="hugging-face").name == "HF"
    assert set(Endpoint.objects.values_list("enabled", flat=True)) == {False}
    assert set(Leaderboard.objects.values_list("title", flat=True)) == {"Board"}


def test_load_demo_serves_every_variant_from_the_same_folder():
    load_demo()

    options = dict(Endpoint.objects.values_list("slug", "options"))
    common = {"model_path": "smollm2-135m-instruct", "device": "cpu", "dtype": "int8", "max_context": 1536}
    assert options == {
        "smollm2-135m-instruct": {**common, "variant": "base"},
        "smollm2-135m-drop2": {**common, "variant": "drop2"},
        "smollm2-135m-w3": {**common, "variant": "w3"},
    }


def test_load_demo_adds_what_is_missing_only():
    load_demo()
    Contestant.objects.filter(slug="smollm2-135m-hot").delete()
    Leaderboard.objects.filter(slug="simulated-raters").delete()

    report = load_demo()

    assert report == DemoReport(prompts=0, contestants=1, leaderboards=1)
    assert Contestant.objects.filter(slug="smollm2-135m-hot").exists()


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["smollm2-135m-instruct", "smollm2-135m-drop2"])
def test_load_demo_records_the_revision_that_the_backend_reports(slug):
    load_demo()
    endpoint = Endpoint.objects.get(slug=slug)
    backend = open_backend(endpoint.backend, with_local_path(endpoint.options))

    backend.start()
    try:
        backend.wait_until_ready(120)

        assert backend.revision == LanguageModel.objects.get(slug=slug).revision
    finally:
        backend.close()
