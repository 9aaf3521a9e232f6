"""What can go wrong around the core: boards, their sources and settings."""

from ratings.core.errors import RatingsError


class BoardSettingsError(RatingsError):
    """A leaderboard's settings hold an unknown name or a value out of range."""


class BoardInputError(RatingsError):
    """A source handed over an input whose parts do not fit together."""


class UnknownVariantError(RatingsError):
    """An address asks for a way to compute a board that there is not."""
