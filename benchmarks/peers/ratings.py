"""Time one rating library on the votes of benchmarks/ratings_speed.py, in a process of its own.

    python benchmarks/peers/ratings.py PEER VOTES.npz

Prints JSON: seconds from a data frame to ratings (`fit`), for one bootstrap replicate (`replicate`, and
`replicate_rater` by rater), with four covariates (`style`), to prepare (`prepare`), and the fitted strengths, centred.
What a library cannot do is left out. Slow things are done once or twice; a thousand replicates are a thousand times
one.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

REPEATS = 2
WINNERS = np.array(["model_b", "tie", "model_a"])
POINTS = 400 / np.log(10)
COVARIATES = ["w", "x", "y", "z"]


def timed(work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, object]:
    """Return the least seconds and the last result."""
    least, result = np.inf, None
    for _ in range(repeats):
        started = time.perf_counter()
        result = work()
        least = min(least, time.perf_counter() - started)
    return least, result


def centred(strengths: np.ndarray) -> list[float]:
    return (strengths - np.mean(strengths)).tolist()


def fastchat(votes: pd.DataFrame) -> dict[str, object]:
    """Logistic regression of pairs with weights, as FastChat's notebooks fit it; resampled rows for the bootstrap."""
    from sklearn.linear_model import LogisticRegression

    def fit(frame: pd.DataFrame) -> np.ndarray:
        tables = []
        for winner, weight in (("model_a", 2), ("model_b", 2), ("tie", 1)):
            chosen = frame[frame.winner == winner]
            counts = weight * pd.pivot_table(
                chosen, index="model_a", columns="model_b", aggfunc="size", fill_value=0, observed=False
            )
            tables.append((winner, counts.reindex(index=MODELS, columns=MODELS, fill_value=0).to_numpy()))
        wins = np.zeros((len(MODELS), len(MODELS)))
        for winner, counts in tables:
            wins += counts if winner == "model_a" else counts.T if winner == "model_b" else counts + counts.T
        a, b = np.nonzero(wins + wins.T)
        upper = a < b
        a, b = a[upper], b[upper]
        rows = np.zeros((2 * len(a), len(MODELS)))
        place = np.arange(len(a))
        for half in (0, len(a)):
            rows[place + half, a], rows[place + half, b] = np.log(10), -np.log(10)
        target = np.repeat([1, 0], len(a))
        weight = np.concatenate([wins[a, b], wins[b, a]])
        model = LogisticRegression(fit_intercept=False, C=np.inf, tol=1e-6, max_iter=1000)
        return model.fit(rows, target, sample_weight=weight).coef_[0] * np.log(10)

    def style(frame: pd.DataFrame) -> np.ndarray:
        rows = np.zeros((len(frame), len(MODELS) + 4))
        place = np.arange(len(frame))
        rows[place, codes(frame.model_a)], rows[place, codes(frame.model_b)] = np.log(10), -np.log(10)
        features = frame[COVARIATES].to_numpy()
        rows[:, len(MODELS) :] = features / features.std(axis=0)
        tied = (frame.winner == "tie").to_numpy()
        target = (frame.winner == "model_a").to_numpy().astype(int)
        target[np.flatnonzero(tied)[::2]] = 1
        return LogisticRegression(fit_intercept=False, C=np.inf, tol=1e-6).fit(rows, target).coef_[0]

    seconds, strengths = timed(lambda: fit(votes))
    replicate, _ = timed(lambda: fit(votes.sample(frac=1, replace=True)))
    styled, _ = timed(lambda: style(votes), 1)
    return {"fit": seconds, "replicate": replicate, "style": styled, "strengths": centred(strengths)}


def arena_rank(votes: pd.DataFrame) -> dict[str, object]:
    """Its sandwich intervals; replicates as its bootstrap makes them, without its pool of processes."""
    import jax.numpy as jnp
    from arena_rank.models.bradley_terry import BradleyTerry, fit_single_bootstrap_sample
    from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
    from arena_rank.utils.data_utils import ContextualPairDataset, PairDataset

    def fit() -> object:
        dataset = PairDataset.from_pandas(votes)
        model = BradleyTerry(n_competitors=len(dataset.competitors))
        return dataset, model, model.compute_ratings_and_cis(dataset)

    def style() -> object:
        dataset = ContextualPairDataset.from_pandas(votes, feature_cols=COVARIATES, reweighted=False)
        model = ContextualBradleyTerry(n_competitors=len(dataset.competitors), n_features=4, reg=0.0)
        return model.compute_ratings_and_cis(dataset)

    seconds, (dataset, model, result) = timed(fit)
    counts = np.asarray(dataset.counts)
    drawn = jnp.asarray(np.random.default_rng(1).multinomial(int(counts.sum()), counts / counts.sum()), dtype=float)
    replicate, _ = timed(lambda: fit_single_bootstrap_sample(drawn, model, dataset), 1)
    styled, _ = timed(style, 1)
    order = [
        dataset.competitors.index(name)
        if isinstance(dataset.competitors, list)
        else list(dataset.competitors).index(name)
        for name in MODELS
    ]
    strengths = np.asarray(result["ratings"])[order] / POINTS
    return {"fit": seconds, "replicate": replicate, "style": styled, "strengths": centred(strengths)}


def evalica(votes: pd.DataFrame) -> dict[str, object]:
    import evalica as library

    kinds = {"model_a": library.Winner.X, "tie": library.Winner.Draw, "model_b": library.Winner.Y}

    def fit(frame: pd.DataFrame) -> pd.Series:
        return library.bradley_terry(frame.model_a, frame.model_b, frame.winner.map(kinds)).scores

    votes = votes.astype({"model_a": str, "model_b": str, "winner": str})
    seconds, scores = timed(lambda: fit(votes))
    replicate, _ = timed(lambda: fit(votes.sample(frac=1, replace=True)), 1)
    return {"fit": seconds, "replicate": replicate, "strengths": centred(np.log(scores.reindex(MODELS).to_numpy()))}


def arenakit(votes: pd.DataFrame) -> dict[str, object]:
    import arenakit as library
    from arenakit.boot import bootstrap
    from arenakit.bt import fit_bt
    from arenakit.schema import Battle

    short = {"model_a": "a", "model_b": "b", "tie": "tie"}

    def prepare() -> object:
        columns = (votes.model_a, votes.model_b, votes.winner, votes.rater)
        return library.Arena(
            [
                Battle(model_a=a, model_b=b, winner=short[winner], voter_id=str(rater))
                for a, b, winner, rater in zip(*columns, strict=True)
            ]
        )

    prepared, arena = timed(prepare, 1)
    seconds, fit = timed(lambda: fit_bt(arena.counts()))
    by_vote, _ = timed(lambda: bootstrap(arena, n_resamples=10, cluster="battle"), 1)
    by_rater, _ = timed(lambda: bootstrap(arena, n_resamples=10, cluster="voter"), 1)
    order = [arena.models.index(name) for name in MODELS]
    return {
        "fit": prepared + seconds,
        "prepare": prepared,
        "replicate": by_vote / 10,
        "replicate_rater": by_rater / 10,
        "strengths": centred(np.asarray(fit.scores)[order]),
    }


def choix(votes: pd.DataFrame) -> dict[str, object]:
    """Only the fit of a matrix of wins, which it is given; replicates resample the matrix."""
    import choix as library

    outcome = votes.winner.map({"model_a": 1.0, "tie": 0.5, "model_b": 0.0}).to_numpy(dtype=float)
    a, b = codes(votes.model_a), codes(votes.model_b)
    wins = np.zeros((len(MODELS), len(MODELS)))
    np.add.at(wins, (a, b), outcome)
    np.add.at(wins, (b, a), 1.0 - outcome)
    seconds, strengths = timed(lambda: library.ilsr_pairwise_dense(wins))
    rng = np.random.default_rng(1)
    replicate, _ = timed(lambda: library.ilsr_pairwise_dense(rng.poisson(wins).astype(float)))
    return {"fit": seconds, "replicate": replicate, "strengths": centred(strengths)}


def codes(labels: pd.Series) -> np.ndarray:
    return pd.Categorical(labels, categories=MODELS).codes.astype(int)


PEERS = {"fastchat": fastchat, "arena-rank": arena_rank, "evalica": evalica, "arenakit": arenakit, "choix": choix}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with np.load(sys.argv[2]) as arrays:
        MODELS = [f"m{index:03d}" for index in range(int(arrays["models"]))]
        names = np.array(MODELS)
        frame = pd.DataFrame(
            {
                "model_a": names[arrays["a"]],
                "model_b": names[arrays["b"]],
                "winner": WINNERS[np.rint(2 * arrays["outcome"]).astype(int)],
                "rater": arrays["rater"],
                **{name: arrays["covariates"][:, place] for place, name in enumerate(COVARIATES)},
            }
        )
    print(json.dumps(PEERS[sys.argv[1]](frame)))
