"""NVML as a GB10, another GPU and a machine without one answer it: the library's module is played."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.adapters.host.nvml import look_at_gpus


class Refused(Exception):
    """NVMLError of the double."""


class Library:
    """The part of pynvml that is used; a value that is an exception is raised."""

    NVMLError = Refused
    NVML_CLOCK_SM, NVML_TEMPERATURE_GPU = 1, 0

    def __init__(self, *, init: Exception | None = None, count: int = 1, **values: Any) -> None:
        self.init, self.count, self.values, self.closed = init, count, values, False

    def __getattr__(self, name: str) -> Any:
        own = {
            "nvmlInit": self._begin,
            "nvmlShutdown": self._end,
            "nvmlDeviceGetCount": lambda: self.count,
            "nvmlDeviceGetHandleByIndex": lambda index: index,
        }
        if name in own:
            return own[name]
        if not name.startswith("nvmlDeviceGet"):
            raise AttributeError(name)
        return lambda *_: self._value(name.removeprefix("nvmlDeviceGet"))

    def _begin(self) -> None:
        if self.init:
            raise self.init

    def _end(self) -> None:
        self.closed = True

    def _value(self, name: str) -> Any:
        if name not in self.values:
            raise Refused("Not Supported")
        return self.values[name]


@pytest.fixture
def library(monkeypatch):
    def install(**values: Any) -> Library:
        made = Library(**values)
        monkeypatch.setitem(sys.modules, "pynvml", made)
        return made

    return install


def test_a_gb10(library):
    """Clocks, power, temperature, state, reasons and tenants are read; what a GB10 does not support is not known."""
    made = library(
        Name="NVIDIA GB10",
        ClockInfo=2405,
        PowerUsage=38_500,
        UtilizationRates=SimpleNamespace(gpu=96, memory=0),
        Temperature=61,
        PerformanceState=0,
        CurrentClocksEventReasons=0x44,
        ComputeRunningProcesses=[SimpleNamespace(pid=2**22 + 1, usedGpuMemory=2**33)],
    )

    (gpu,) = look_at_gpus().gpus

    assert (gpu.name, gpu.sm_mhz, gpu.watts, gpu.utilisation, gpu.celsius, gpu.pstate) == (
        "NVIDIA GB10",
        2405,
        38.5,
        96,
        61,
        0,
    )
    assert gpu.most_mhz is None
    assert gpu.reasons == ("software power cap", "hardware thermal slowdown")
    assert [(each.name, each.memory) for each in gpu.tenants] == [("a process that this user may not see", 2**33)]
    assert made.closed


def test_a_gpu_that_tells_nothing(library):
    """A GPU that supports no question has a name and no figures, and nothing is raised."""
    library(Name=b"NVIDIA GB10")

    (gpu,) = look_at_gpus().gpus

    assert (gpu.name, gpu.sentence()) == ("NVIDIA GB10", "NVIDIA GB10")


def test_no_driver(library):
    """A library that cannot be initialised is quoted."""
    library(init=Refused("Driver/library version mismatch"))

    assert look_at_gpus().problem == "NVML: Driver/library version mismatch"


def test_several(library):
    """Every GPU is looked at."""
    library(count=2, Name="NVIDIA H100")

    assert [gpu.name for gpu in look_at_gpus().gpus] == ["NVIDIA H100"] * 2


def test_without_the_module(monkeypatch):
    """Where nvidia-ml-py is not installed, that is the problem, and the remedy is named."""
    monkeypatch.setitem(sys.modules, "pynvml", None)

    assert "nvidia-ml-py is not installed" in look_at_gpus().problem


def test_the_real_module():
    """The names that are used are those of nvidia-ml-py, where it is installed; without a driver it is a problem told."""
    pynvml = pytest.importorskip("pynvml")

    for name in ("ClockInfo", "MaxClockInfo", "PowerUsage", "UtilizationRates", "Temperature", "PerformanceState"):
        assert hasattr(pynvml, f"nvmlDeviceGet{name}")
    assert hasattr(pynvml, "nvmlDeviceGetCurrentClocksEventReasons")
    seen = look_at_gpus()
    assert seen.gpus or seen.problem
