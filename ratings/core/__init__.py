"""The mathematics of ratings: pure functions over arrays, on numpy and scipy alone."""
