"""What the dashboard draws: seven panels, each of a day by its hours and a week by its days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from arena.config.dashboard.charts import Bar, draw_bars
from arena.config.dashboard.figures import Figures, Times
from arena.config.dashboard.periods import Bucket, Span

Reading = Callable[[Figures], "int | Times | None"]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a panel is about; `read` takes its count or its times out of the figures of a bucket."""

    key: str
    title: str
    note: str
    read: Reading


def topics() -> tuple[Topic, ...]:
    """Return what is drawn, in its order, in the language of the page."""
    times = _("The dark part is what half of the answers took, the whole bar what nine in ten kept to.")
    return (
        Topic("votes", _("Votes"), _("By people; simulated ones are left out."), attrgetter("votes")),
        Topic("raters", _("Raters"), _("People who voted, each once."), attrgetter("raters")),
        Topic("battles", _("Battles"), _("Started by people."), attrgetter("battles")),
        Topic("failures", _("Failures"), _("Answers that failed."), attrgetter("failures")),
        Topic("skips", _("Skips"), _("Battles that were passed over."), attrgetter("skips")),
        Topic("first-text", _("Time to the first text"), times, attrgetter("first_text")),
        Topic("queue", _("Wait in the queue"), times, attrgetter("waited")),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A bucket in the table under a chart."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing with its words: what it shows, the number of now and of the time before, every bucket as text."""

    span: str
    caption: str
    now: str
    before: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One topic with its two charts."""

    key: str
    title: str
    note: str
    charts: tuple[Chart, ...]


def draw_panels(spans: Sequence[Span], figures: Mapping[str, Figures]) -> list[Panel]:
    """Return every panel, from figures that hold each bucket of `spans`."""
    return [
        Panel(topic.key, topic.title, topic.note, tuple(_chart(topic, span, figures) for span in spans))
        for topic in topics()
    ]


def _chart(topic: Topic, span: Span, figures: Mapping[str, Figures]) -> Chart:
    values = [topic.read(figures[bucket.key]) for bucket in span.buckets]
    labels = [_label(span, bucket) for bucket in span.buckets]
    caption = _("last 24 hours") if span.name == "day" else _("last 7 days")
    return Chart(
        span=span.name,
        caption=caption,
        now=_said(topic.read(figures[span.whole.key])),
        before=_said(topic.read(figures[span.before.key])),
        title=f"{topic.title}, {caption}",
        description=_describe(values, labels),
        bars=tuple(_bars(values)),
        rows=tuple(Row(label, _said(value)) for label, value in zip(labels, values, strict=True)),
    )


def _bars(values: Sequence[int | Times | None]) -> list[Bar]:
    top = max(map(_size, values)) or 1.0
    if not any(isinstance(value, Times) for value in values):
        return draw_bars([_size(value) for value in values], top=top, kind="bar", last="bar-open")
    medians = [value.median if isinstance(value, Times) else None for value in values]
    return [
        *draw_bars([_size(value) for value in values], top=top, kind="bar-high"),
        *draw_bars(medians, top=top, kind="bar"),
    ]


def _size(value: int | Times | None) -> float:
    return value.high if isinstance(value, Times) else float(value or 0)


def _label(span: Span, bucket: Bucket) -> str:
    return date_format(bucket.start, "H:i" if span.name == "day" else "D j M")


def _said(value: int | Times | None) -> str:
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, Times):
        return _("%(median)s s, 90 %% within %(high)s s") % {
            "median": f"{value.median:.1f}",
            "high": f"{value.high:.1f}",
        }
    return f"{value:,}"


def _describe(values: Sequence[int | Times | None], labels: Sequence[str]) -> str:
    most = max(range(len(values)), key=lambda place: _size(values[place]))
    if not _size(values[most]):
        return _("Nothing so far.")
    return _("Highest at %(label)s: %(value)s.") % {"label": labels[most], "value": _said(values[most])}
