"""Staff upload margins, look at them, use them and stop."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from arena.profiles.models import Margins
from arena.profiles.services.installing import install_default_survey
from tests.factories import make_study

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

ADD, LIST = "admin:profiles_margins_add", "admin:profiles_margins_changelist"
GOOD = "age,count\n18-24,30\n25-34|35-44,70\n"


@pytest.fixture(autouse=True)
def study():
    study = make_study()
    install_default_survey(study)
    return study


def upload(client, text, **fields):
    file = SimpleUploadedFile("margins.csv", text if isinstance(text, bytes) else text.encode())
    usual = {"title": "Town", "slug": "town", "source": "Register, CC0", "file": file}
    return client.post(reverse(ADD), {**usual, **fields})


def act(client, margins, action):
    response = client.post(reverse(LIST), {"action": action, "_selected_action": [margins.pk]})
    return [str(message) for message in get_messages(response.wsgi_request)][-1]


def test_upload_is_shown_before_it_is_used_and_can_be_taken_back(admin_client):
    upload(admin_client, GOOD)
    margins = Margins.objects.get()
    page = admin_client.get(reverse("admin:profiles_margins_change", args=[margins.pk])).content.decode()

    assert "<td>25-34|35-44</td><td>70.00 %</td>" in page
    assert margins.in_use_since is None
    assert act(admin_client, margins, "use") == "Town: in use."
    margins.refresh_from_db()
    assert margins.in_use_since is not None
    assert act(admin_client, margins, "stop_using") == "Town: not in use any more."
    margins.refresh_from_db()
    assert margins.in_use_since is None


@pytest.mark.parametrize(
    ("text", "fields", "said"),
    [
        ("age,count\n18-24,none\n", {}, "is not a number above 0"),
        (b"\xff\xfe\x00", {}, "not a text in UTF-8"),
        (GOOD, {"among_field": "income", "among_value": "high"}, "Nobody is asked for: income"),
        (GOOD, {"among_field": "age"}, "margins_among_whole"),
    ],
)
def test_upload_says_what_is_wrong_beside_the_file(admin_client, text, fields, said):
    page = upload(admin_client, text, **fields).content.decode()

    assert said in page
    assert not Margins.objects.exists()


def test_margins_are_never_edited(admin_client):
    upload(admin_client, GOOD)
    address = reverse("admin:profiles_margins_change", args=[Margins.objects.get().pk])

    assert admin_client.post(address, {"title": "Else"}).status_code == 403
