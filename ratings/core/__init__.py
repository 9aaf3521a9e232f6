"""The mathematics of ratings: pure functions over arrays, on numpy, scipy and a few loops compiled by Numba."""
