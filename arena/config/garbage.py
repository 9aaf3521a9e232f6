"""Spare the garbage collector what a process keeps for as long as it runs."""

import gc


def keep_what_is_loaded() -> None:
    """Leave out of all later collections what is in memory now: call it when everything has been imported.

    A full collection stops all threads. Over everything that a web server imports it takes over a tenth of a second,
    again and again while people vote, and finds nothing there.
    """
    gc.collect()
    gc.freeze()
