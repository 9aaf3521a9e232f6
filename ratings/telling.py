"""Which covariates votes can say anything about."""

import numpy as np

from ratings.core.comparisons import Comparisons

# Where fewer comparisons differ in a covariate, one rater's whim or nothing at all would decide its coefficient.
FEWEST = 30


def telling_covariates(comparisons: Comparisons) -> tuple[str, ...]:
    """Return the names of the covariates that are not zero in at least `FEWEST` comparisons."""
    if comparisons.covariates is None:
        return ()
    differing = np.count_nonzero(comparisons.covariates, axis=0)
    return tuple(name for name, count in zip(comparisons.covariate_names, differing, strict=True) if count >= FEWEST)
