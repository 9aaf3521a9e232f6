"""What can be wrong with an export or an import. Each says what to do next."""


class ReleaseError(Exception):
    """Base of all; its text is shown to the person who asked."""


class JobTakenError(ReleaseError):
    """The job was cancelled, or another run has it: this one ends without a word."""


class FilterError(ReleaseError):
    """The filters of an export cannot be used."""


class FileRefusedError(ReleaseError):
    """The file as a whole cannot be imported; the text says why."""


class ImportExistsError(ReleaseError):
    """The same file was imported before."""

    def __init__(self, sentence: str, *, import_id: int) -> None:
        super().__init__(sentence)
        self.import_id = import_id
