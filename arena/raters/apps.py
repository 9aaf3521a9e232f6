from django.apps import AppConfig


class RatersConfig(AppConfig):
    name = "arena.raters"
    label = "raters"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - needs the applications

        from arena.raters.accounts import ACCOUNT  # noqa: PLC0415 - as above
        from arena.raters.holdings import register  # noqa: PLC0415 - as above
        from arena.raters.second_factor import remember_new_factor  # noqa: PLC0415 - as above

        register(ACCOUNT)
        authenticator_added.connect(remember_new_factor, dispatch_uid="raters.remember_new_factor")
