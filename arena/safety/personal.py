"""Whether a text looks as if it held personal details: addresses of e-mail, telephone and account numbers.

For texts that are shown to others. It errs on the side of not showing: a long number may be anything.
"""

import re

SIGNS = re.compile(
    r"""
    [\w.+-]+ \s* @ \s* [\w-]+ \. \w{2,}           # an address of e-mail
    | (?: \d [\s()./-]* ){7,}                      # seven digits and more, written in whatever groups
    | \b [A-Z]{2} \d{2} (?: \s? [A-Z0-9]{4} ){3,}  # an IBAN
    """,
    re.VERBOSE,
)


def looks_personal(text: str) -> bool:
    """Tell whether anything in the text looks like an e-mail address, a telephone number or an account number."""
    return SIGNS.search(text) is not None
