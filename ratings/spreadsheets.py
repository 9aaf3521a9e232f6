"""Cells of CSV files that people open in a spreadsheet."""

# What a spreadsheet takes for a formula begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> object:
    """Return the cell so that a spreadsheet shows it and never computes it; what is no text stays as it is."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
