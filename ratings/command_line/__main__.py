"""`python -m ratings.command_line`, for a checkout that is not installed."""

import sys

from ratings.command_line.main import main

sys.exit(main())
