import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from arena.releases.models import VoteImport
from arena.releases.services.importing import run_import

STATED = {"study_name": "Crowd", "kind": "human", "source": "A paper", "licence": "CC0"}
LINES = b"voter,context,a,b,winner\nann,1,cat,dog,a\nbob,1,cat,dog,tie\nbob,2,cat,cat,a\n"


@pytest.fixture
def signed_in(client, researcher):
    client.force_login(researcher)
    return client


@pytest.fixture
def upload(signed_in):
    """Sends a file as the form does."""

    def send(content=LINES, name="votes.csv"):
        return signed_in.post(reverse("releases:imports"), {**STATED, "file": SimpleUploadedFile(name, content)})

    return send


@pytest.fixture
def checked(upload):
    """An import whose file was read."""
    upload()
    vote_import = VoteImport.objects.get()
    run_import(import_id=vote_import.pk)
    return vote_import


def take(client, vote_import, name):
    response = client.post(reverse("releases:import_step", args=[vote_import.pk, name]))
    run_import(import_id=vote_import.pk)
    vote_import.refresh_from_db()
    return response


def test_page_is_for_those_who_may_import(client, db, researcher):
    url = reverse("releases:imports")

    stranger = client.get(url)
    researcher.user_permissions.clear()
    client.force_login(researcher)

    assert (stranger.status_code, client.get(url).status_code) == (302, 403)


def test_upload_leads_to_its_page_and_leaves_nothing_half_done(upload, releases_folder):
    response = upload()

    vote_import = VoteImport.objects.get()
    assert response.url == reverse("releases:import", args=[vote_import.pk])
    assert [path.name for path in (releases_folder / "imports").iterdir()] == [f"{vote_import.sha256}.csv"]


def test_same_file_again_is_said_so_with_the_way_there(upload, checked):
    response = upload()

    assert response.status_code == 409
    assert reverse("releases:import", args=[checked.pk]) in response.content.decode()


def test_file_of_a_wrong_kind_is_refused_with_a_sentence(upload, releases_folder):
    response = upload(name="votes.xlsx")

    assert response.status_code == 422
    assert "must end in one of" in response.content.decode()
    assert not list((releases_folder / "imports").iterdir())


def test_page_shows_votes_and_rejected_lines_before_anything_is_stored(signed_in, checked):
    page = signed_in.get(reverse("releases:import", args=[checked.pk])).content.decode()

    assert "Import 2 votes" in page
    assert "Both sides are the same." in page
    assert not checked.votes.exists()


def test_report_of_rejected_lines_is_a_file(signed_in, checked):
    response = signed_in.get(reverse("releases:rejected", args=[checked.pk]))

    assert b"".join(response.streaming_content).decode().splitlines() == ["line,reason", "4,Both sides are the same."]


def test_import_is_confirmed_undone_and_brought_back(signed_in, checked):
    states = []
    for name in ("confirm", "undo", "redo"):
        take(signed_in, checked, name)
        states.append((checked.status, checked.votes.count()))

    assert states == [("done", 2), ("undone", 2), ("done", 2)]


def test_stored_votes_are_downloaded_in_the_plain_form(signed_in, checked):
    url = reverse("releases:votes", args=[checked.pk])
    before = signed_in.get(url)
    take(signed_in, checked, "confirm")

    response = signed_in.get(url)

    assert before.status_code == 404
    assert b"".join(response.streaming_content) == b"".join(LINES.splitlines(keepends=True)[:3])


def test_page_shows_the_board_of_the_study(signed_in, checked):
    from ratings.services.refreshing import refresh_leaderboard

    take(signed_in, checked, "confirm")
    refresh_leaderboard("imported-crowd")

    page = signed_in.get(reverse("releases:import", args=[checked.pk])).content.decode()

    assert "Crowd (imported)" in page
    assert '<th scope="row">cat</th>' in page


def test_fragment_polls_only_while_the_worker_is_at_it(signed_in, checked):
    url = reverse("releases:import", args=[checked.pk])
    ready = signed_in.get(url, headers={"HX-Request": "true"}).content.decode()
    VoteImport.objects.filter(pk=checked.pk).update(status="running")
    running = signed_in.get(url, headers={"HX-Request": "true"}).content.decode()

    assert ["every 1s" in page for page in (ready, running)] == [False, True]
    assert "<html" not in running


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(signed_in, checked, number, django_assert_max_num_queries):
    for position in range(number - 1):
        VoteImport.objects.create(
            study=checked.study, source="x", licence="y", file_name="z", sha256=f"{position:064}", size=1
        )

    with django_assert_max_num_queries(7):
        response = signed_in.get(reverse("releases:imports"))

    assert response.content.decode().count('<th scope="row">') == number
