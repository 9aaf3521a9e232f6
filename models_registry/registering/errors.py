"""What can go wrong when curators work on the registry; every message says what to do."""


class RegistryError(Exception):
    """A step that cannot be done, in words for the curator."""
