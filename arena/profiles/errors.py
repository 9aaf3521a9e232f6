"""What can go wrong with surveys and answers."""


class ProfileError(Exception):
    """Base of all."""


class NotAllowedError(ProfileError):
    """The person has not agreed to a profile, or no more."""


class NotAskedError(ProfileError):
    """The question belongs to a survey that is not in force."""


class SurveyPublishedError(ProfileError):
    """The survey is published and stays as it is. Make a new draft from it."""


class SurveyIncompleteError(ProfileError):
    """The draft cannot be published yet; the message says why."""


class CodingError(ProfileError):
    """The group does not exist, or it is not this person's turn."""
