import pytest
from django.test import Client


@pytest.fixture
def staff(admin_user) -> Client:
    """The browser of somebody of the staff who may do everything."""
    client = Client()
    client.force_login(admin_user)
    return client
