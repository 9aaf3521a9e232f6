"""Can the stream's timing tell which side the fast model is on? A classifier tries, with pacing off and on.

    python benchmarks/pace_classifier.py

Two contestants of very different speed answer with lengths from one distribution: 200 tokens a second with little
jitter against 12 a second with stalls of a busy batch. Their text is joined as the relay joins it and shown as a page
sees it: a frame every 100 ms, when the frame came, how much each pane grew, when the turn ended. Logistic regression
and gradient boosting, cross-validated over battles, get everything that can be timed, and must name the fast side.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from arena.battles.pace import ArrivalLog, fully_released_at, released

FRAME_MS = 100
FLUSH_MS = 50.0
CHARS_A_TOKEN = 4.4
FOLDS = 5
Array = np.ndarray
Show = Callable[[Sequence[ArrivalLog], int], tuple[int, ...]]


@dataclass(frozen=True)
class Speed:
    """How a contestant writes: milliseconds to the first token and between tokens, and how often a batch stalls it."""

    first_ms: float
    token_ms: float
    jitter: float
    stall_chance: float = 0.0
    stall_ms: tuple[float, float] = (0.0, 0.0)


FAST = Speed(first_ms=120, token_ms=5, jitter=0.1)
SLOW = Speed(first_ms=700, token_ms=1000 / 12, jitter=0.25, stall_chance=0.03, stall_ms=(300, 1500))


@dataclass(frozen=True)
class Pair:
    """The two arrival logs of one battle, in milliseconds since its start."""

    fast: ArrivalLog
    slow: ArrivalLog


def write_answer(speed: Speed, chars: int, rng: np.random.Generator) -> ArrivalLog:
    """Return the log of an answer of about `chars` characters, joined to pieces as the relay does."""
    sizes = 1 + rng.poisson(CHARS_A_TOKEN - 1, size=max(1, round(chars / CHARS_A_TOKEN)))
    gaps = speed.token_ms * rng.lognormal(0.0, speed.jitter, size=len(sizes) + 1)
    gaps += (rng.random(len(gaps)) < speed.stall_chance) * rng.uniform(*speed.stall_ms, size=len(gaps))
    gaps[0] += speed.first_ms * rng.lognormal(0.0, 0.2)
    moments = np.cumsum(gaps)
    times, lengths, flushed, length = [], [], -FLUSH_MS, 0
    for moment, size in zip(moments[:-1], sizes, strict=True):
        length += int(size)
        if moment - flushed >= FLUSH_MS:
            times.append(int(moment))
            lengths.append(length)
            flushed = moment
    if lengths[-1] < length:
        times.append(int(moments[-1]))
        lengths.append(length)
    return ArrivalLog(tuple(times), tuple(lengths), int(moments[-1]))


def simulate_pairs(count: int, seed: int) -> list[Pair]:
    """Return battles of the fast and the slow contestant; the length of an answer says nothing about its writer."""
    rng = np.random.default_rng(seed)
    chars = np.clip(rng.lognormal(np.log(400), 0.7, size=(count, 2)), 12, 2500).astype(int)
    return [Pair(write_answer(FAST, fast, rng), write_answer(SLOW, slow, rng)) for fast, slow in chars]


def unpaced(logs: Sequence[ArrivalLog], now: int) -> tuple[int, ...]:
    """Show whatever has arrived."""
    return tuple(log.length_by(now) for log in logs)


def unpaced_end(logs: Sequence[ArrivalLog]) -> int:
    """Return when all have arrived."""
    return max(log.ended_ms or 0 for log in logs)


def watch(a: ArrivalLog, b: ArrivalLog, show: Show, end: int, rng: np.random.Generator) -> Array:
    """Return what a browser can time, (frames, 3): when a frame came, and how long both panes were; the last ends."""
    sent = np.arange(rng.integers(FRAME_MS), end + FRAME_MS, FRAME_MS)
    came = sent + rng.exponential(8.0, size=len(sent))
    return np.array([(moment, *show((a, b), int(now))) for moment, now in zip(came, sent, strict=True)])


def _summary(values: Array) -> list[float]:
    if len(values) == 0:
        return [-1.0] * 8
    quantiles = np.quantile(values, (0.1, 0.5, 0.9))
    return [len(values), values.mean(), values.std(), values.min(), values.max(), *quantiles]


def _growth(times: Array, lengths: Array) -> list[float]:
    """Describe how one pane grew: sizes, gaps, bursts, straightness and change of pace."""
    steps = np.diff(lengths, prepend=0.0)
    grew = steps > 0
    moments, sizes = times[grew], steps[grew]
    gaps = np.diff(moments)
    if len(moments) < 3:
        return [*_summary(sizes), *_summary(gaps), *[-1.0] * 9]
    reached = np.cumsum(sizes)
    slope, offset = np.polyfit(moments, reached, 1)
    residual = reached - slope * moments - offset
    halves = np.array_split(sizes, 2)
    middle = len(moments) // 2
    return [
        *_summary(sizes),
        *_summary(gaps),
        slope,
        residual.std(),
        residual.std() / reached[-1],
        np.abs(np.diff(sizes)).mean(),
        halves[0].sum() / (moments[middle] - moments[0] + 1),
        halves[1].sum() / (moments[-1] - moments[middle - 1] + 1),
        sizes[0],
        sizes[-1],
        gaps[-1],
    ]


def features(frames: Array) -> Array:
    """Return everything timed about a battle, with the pane of the longer answer first.

    Which side that pane stands on is left out: the pace treats both sides alike, so it could only blur the question.
    """
    times, panes = frames[:, 0], frames[:, 1:]
    longer, shorter = (panes[:, 0], panes[:, 1]) if panes[-1, 0] >= panes[-1, 1] else (panes[:, 1], panes[:, 0])
    total, common = longer[-1], shorter[-1]
    complete = int(np.argmax(shorter >= common))
    tail = slice(complete, None)
    rest = longer[tail] - longer[complete]
    whole, first, later = (
        _growth(times, longer),
        _growth(times[: complete + 1], shorter[: complete + 1]),
        _growth(times[tail], rest),
    )
    started = times[np.argmax(longer > 0)], times[np.argmax(shorter > 0)]
    finished = times[np.argmax(longer >= total)]
    resumed = times[tail][np.argmax(rest > 0)] if rest[-1] else times[complete]
    facts = [
        total,
        common,
        *started,
        started[0] - started[1],
        times[complete],
        finished,
        times[-1] - finished,
        resumed - times[complete],
        longer[complete] - common,
        (total - common) / (finished - times[complete] + 1),
        common / (times[complete] - started[1] + 1),
        (total - common) / (finished - times[complete] + 1) / ((common + 30) / (times[complete] - started[1] + 1000)),
        later[2] / (first[2] + 1),
        later[16] / (abs(first[16]) + 1e-6),
    ]
    return np.array([*facts, *whole, *first, *later])


@dataclass(frozen=True)
class Verdict:
    """How often each classifier named the fast side, over battles that it had not seen."""

    logistic: float
    boosting: float

    @property
    def best(self) -> float:
        return max(self.logistic, self.boosting)


def classify(rows: Array, longer_is_fast: Array, seed: int) -> Verdict:
    """Return the cross-validated accuracies."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    logistic = make_pipeline(
        QuantileTransformer(n_quantiles=100, output_distribution="normal"), LogisticRegression(C=0.1, max_iter=2000)
    )
    boosting = HistGradientBoostingClassifier(max_iter=80, learning_rate=0.08, random_state=seed)
    return Verdict(
        *(float(cross_val_score(model, rows, longer_is_fast, cv=folds).mean()) for model in (logistic, boosting))
    )


def verdict(pairs: Sequence[Pair], *, paced: bool, seed: int) -> Verdict:
    """Return how well the fast side is found in these battles, with pacing or without."""
    rng = np.random.default_rng(seed)
    show, end_of = (released, fully_released_at) if paced else (unpaced, unpaced_end)
    rows = [features(watch(pair.fast, pair.slow, show, end_of((pair.fast, pair.slow)), rng)) for pair in pairs]
    return classify(np.array(rows), np.array([pair.fast.total >= pair.slow.total for pair in pairs]), seed)


def waiting(pairs: Iterable[Pair]) -> Array:
    """Return seconds, (battles, 4).

    First text after both sides had some, and after one had; both in full after both had ended; when they had ended.
    """
    rows = []
    for pair in pairs:
        a, b = pair.fast, pair.slow
        ended = unpaced_end((a, b))
        paced_end = fully_released_at((a, b))
        first = next(now for now in range(max(a.times[0], b.times[0]), paced_end + 1) if min(released((a, b), now)))
        rows.append((first - max(a.times[0], b.times[0]), first - a.times[0], paced_end - ended, ended))
    return np.array(rows) / 1000


def report(pairs: Sequence[Pair], seed: int) -> None:
    """Print the table."""
    print(f"{len(pairs)} battles, {FOLDS}-fold; the fast side named by   logistic regression   gradient boosting")
    for name, paced in (("pacing off", False), ("pacing on", True)):
        found = verdict(pairs, paced=paced, seed=seed)
        print(f"  {name:42s} {found.logistic:19.1%} {found.boosting:19.1%}")
    costs = waiting(pairs)
    for name, column in (
        ("first text, after both sides had some", 0),
        ("first text, after the quicker side had some", 1),
        ("both answers in full, after both had ended", 2),
        ("(both answers had ended after)", 3),
    ):
        low, middle, high = np.quantile(costs[:, column], (0.1, 0.5, 0.9))
        print(f"  {name:46s} 10 % {low:6.2f} s   median {middle:6.2f} s   90 % {high:6.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--battles", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    report(simulate_pairs(arguments.battles, arguments.seed), arguments.seed)
