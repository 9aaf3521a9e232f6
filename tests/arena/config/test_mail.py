import stat
from email import message_from_bytes
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from arena.config.mail import Mail, is_mail_address, mail_from_url
from arena.config.mail_folder import FolderBackend

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FOLDER = Path("mail")

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("", Mail("arena.config.mail_folder.FolderBackend", FOLDER)),
        ("smtp://mail.example.org", Mail(SMTP, None, "mail.example.org", 25)),
        (
            "smtp+tls://ada%40example.org:p%3Aw@mail.example.org",
            Mail(SMTP, None, "mail.example.org", 587, "ada@example.org", "p:w", starttls=True),
        ),
        ("smtps://mail.example.org:4465", Mail(SMTP, None, "mail.example.org", 4465, tls=True)),
    ],
)
def test_mail_address_says_how_mail_leaves(url, mail):
    assert mail_from_url(url, folder=FOLDER) == mail


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:many"])
def test_mail_address_of_another_form_is_refused(url):
    assert not is_mail_address(url)


def test_mails_in_the_folder_are_for_the_operator_only(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    mails = [EmailMessage("Code", "1234-5678", to=["ada@example.org"]) for _ in range(2)]

    sent = FolderBackend().send_messages(mails)

    files = sorted((tmp_path / "mail").iterdir())
    assert (sent, len(files)) == (2, 2)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "mail", files[0])] == [0o700, 0o600]
    assert message_from_bytes(files[0].read_bytes())["To"] == "ada@example.org"
