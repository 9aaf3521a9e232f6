"""A model in this process, loaded in the background and shared by all who serve the same one."""

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

import torch

from models_registry.inference.engine import EngineLimits, SlotEngine
from models_registry.inference.errors import BackendUnavailableError, InferenceError
from models_registry.inference.library import LoadedModel, ModelLibrary, resolve_placement
from models_registry.inference.protocol import Delta, Finished, SamplingParameters
from models_registry.inference.request import Generation

logger = logging.getLogger(__name__)

_PREFILL_TOKENS_CPU = 128  # about a tenth of a second of other people's time on a small processor
_PREFILL_TOKENS_GPU = 2048


@dataclass(frozen=True, slots=True)
class TransformersConfig:
    """A local model to be served.

    Parameters
    ----------
    model_path
        A folder in the form of `save_pretrained`, with a Llama-like chat model.
    variant
        A name in `recipes.VARIANTS`.
    device
        "auto", "cpu", "cuda" or "cuda:1".
    dtype
        "auto", "int8" (processors only), "float32", "bfloat16" or "float16".
    slots
        Requests in one batch; further ones wait.
    max_context
        Tokens of conversation and answer together.
    prefill_tokens
        Prompt tokens read between two tokens of the others; 0 chooses by device.
    threads
        Of torch on a processor, for the whole process. One is right: more help little and collapse on a busy machine.
    """

    model_path: str
    variant: str = "base"
    device: str = "auto"
    dtype: str = "auto"
    slots: int = 16
    max_context: int = 1024
    prefill_tokens: int = 0
    threads: int = 1


class EngineHost:
    """One engine and the thread that loads its model."""

    def __init__(self, config: TransformersConfig, library: ModelLibrary) -> None:
        self._config = config
        self._library = library
        self._settled = Event()
        self._lock = Lock()
        self._closed = False
        self.error: InferenceError | None = None
        self.loaded: LoadedModel | None = None
        self.engine: SlotEngine | None = None

    def start(self) -> None:
        """Begin to load, in the background."""
        self._library.expect()
        Thread(target=self._load, name=f"load-{self._config.variant}", daemon=True).start()

    def close(self) -> None:
        """Stop the engine, now or as soon as it is loaded."""
        with self._lock:
            self._closed = True
            engine = self.engine
        if engine is not None:
            engine.close()

    @property
    def is_settled(self) -> bool:
        """Whether loading is over, well or not."""
        return self._settled.is_set()

    @property
    def ready(self) -> bool:
        return self.is_settled and self.engine is not None and self.engine.ready

    def wait_until_ready(self, timeout: float | None = None) -> None:
        """Block until the model answers.

        Raises
        ------
        BackendUnavailableError
            If it does not within `timeout` seconds.
        InferenceError
            Why it could not be loaded.
        """
        if not self._settled.wait(timeout):
            raise BackendUnavailableError(f"The model was not ready within {timeout} seconds.")
        self.require()

    def require(self) -> tuple[SlotEngine, LoadedModel]:
        """Return engine and model, or raise why there are none."""
        if self.error is not None:
            raise self.error
        if self.engine is None or self.loaded is None:
            raise BackendUnavailableError("The model is still being loaded.")
        return self.engine, self.loaded

    def _load(self) -> None:
        try:
            self._open()
        except InferenceError as error:
            logger.exception("model_not_loaded", extra={"path": self._config.model_path})
            self.error = error
        except Exception as error:  # a damaged file may raise anything, and whoever waits must be told
            logger.exception("model_not_loaded", extra={"path": self._config.model_path})
            self.error = BackendUnavailableError(f"The model could not be loaded: {error!r}")
        finally:
            self._settled.set()

    def _open(self) -> None:
        config = self._config
        placement = resolve_placement(config.device, config.dtype)
        if placement.device == "cpu":
            torch.set_num_threads(config.threads)
        self.loaded = self._library.load(Path(config.model_path), config.variant, placement)
        chunk = _PREFILL_TOKENS_CPU if placement.device == "cpu" else _PREFILL_TOKENS_GPU
        limits = EngineLimits(
            slots=config.slots, max_context=config.max_context, prefill_tokens=config.prefill_tokens or chunk
        )
        engine = SlotEngine(self.loaded.model, limits=limits, name=self.loaded.name)
        engine.start()
        _warm_up(engine, self.loaded)
        with self._lock:
            self.engine = engine
            closed = self._closed
        if closed:
            engine.close()


def _warm_up(engine: SlotEngine, loaded: LoadedModel) -> None:
    """Answer something once: the first pass allocates and compiles, which no rater should wait for."""
    done = Event()
    failures: list[InferenceError] = []

    def listen(event: Delta | Finished | InferenceError) -> None:
        if isinstance(event, InferenceError):
            failures.append(event)
        if not isinstance(event, Delta):
            done.set()

    engine.submit(
        Generation(
            request_id="warm-up",
            prompt_ids=[0, 1],
            sampling=SamplingParameters(max_new_tokens=2),
            seed=0,
            stop_ids=frozenset(),
            text=loaded.tokenizer.new_text(),
            sink=listen,
        )
    )
    done.wait()
    if failures:
        engine.close()
        raise failures[0]


class HostRoster:
    """Hosts in use: whoever asks for the same configuration shares one engine, and so one batch."""

    def __init__(self) -> None:
        self._library = ModelLibrary()
        self._lock = Lock()
        self._in_use: dict[TransformersConfig, tuple[EngineHost, int]] = {}

    def take(self, config: TransformersConfig) -> EngineHost:
        """Return the host of a configuration, starting it if it is the first time."""
        with self._lock:
            host, users = self._in_use.get(config, (None, 0))
            if host is None:
                host = EngineHost(config, self._library)
                host.start()
            self._in_use[config] = (host, users + 1)
            return host

    def give_back(self, config: TransformersConfig) -> None:
        """Close the host when nobody else uses it."""
        with self._lock:
            host, users = self._in_use.pop(config)
            if users > 1:
                self._in_use[config] = (host, users - 1)
                return
        host.close()


HOSTS = HostRoster()
