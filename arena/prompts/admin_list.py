"""The list of prompts in the administration."""

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from arena.prompts.selectors.similar import newest_texts


class PromptList(ChangeList):
    """A page of prompts, each with its `newest_text`: looked up for those on the page only, not for all before it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        prompts = list(self.result_list)
        texts = newest_texts([prompt.pk for prompt in prompts])
        for prompt in prompts:
            prompt.newest_text = texts.get(prompt.pk, "")
        self.result_list = prompts  # what the page goes through
