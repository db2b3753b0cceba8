"""Stand-ins in child processes, one for each way of starting it that several tests share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest

from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import RunningStandin, start_standin


@contextmanager
def _running(directory: Path, **options: object) -> Iterator[httpx.Client]:
    made = StandinOptions(**options)  # type: ignore[arg-type] # the names and types are those that each fixture gives
    with (
        start_standin(options=made, log=directory / "standin.log", timeout=120) as running,
        httpx.Client(base_url=running.url, timeout=120, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """vLLM 0.32.0 under the mandated arguments, with the context length of the recordings."""
    with _running(tmp_path_factory.mktemp("plain"), max_model_len=16384) as client:
        yield client


@pytest.fixture(scope="session")
def flags(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """vLLM 0.32.0 with the tool flags."""
    with _running(tmp_path_factory.mktemp("flags"), max_model_len=16384, tool_flags=True) as client:
        yield client


@pytest.fixture(scope="session")
def of_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., httpx.Client]]:
    """A release under the mandated arguments, with or without the tool flags, started when first asked for."""
    with ExitStack() as stack:

        @cache
        def started(release: str, *, tool_flags: bool = False) -> httpx.Client:
            directory = tmp_path_factory.mktemp(release)
            return stack.enter_context(_running(directory, vllm_version=release, tool_flags=tool_flags))

        yield started


@pytest.fixture(scope="session")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """vLLM 0.10.1.1, of the pinned image."""
    with _running(tmp_path_factory.mktemp("pinned"), vllm_version="0.10.1.1") as client:
        yield client


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningStandin]:
    """A stand-in of its own, for a test that ends it."""
    with start_standin(options=StandinOptions(), log=tmp_path / "standin.log", timeout=120) as running:
        yield running
