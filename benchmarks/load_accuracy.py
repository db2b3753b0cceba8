"""How far is the load client from the truth, and what does it cost? Run: python -m benchmarks.load_accuracy --help

Every figure is held against the truth server's own stamps of the same requests. Two waves per level, as in the peers'
runs: half of the requests start together. Columns, in ms unless said:

    dTTFT p50, p99   percentile of the client's TTFTs minus the same percentile of the true ones
    out p50          from the client's start of a request to the server's having read it: in a burst, mostly the time that
                     this server (Python, one core) takes to read the requests before it
    in p50, p99      from the server's write of an event to the client's stamp of it: the client's own error
    gap p99          p99 of the client's gaps between tokens minus the true one
    TPOT p50 %       median over the requests of |client / truth - 1|, in percent; p99 alike
    us/chunk         CPU of the client's thread per token event, timers and HTTP included
    lag p99          the client's own self check (less the 1 ms that loop timers are coarse by)
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.httpx_peer import run_httpx
from benchmarks.truth_server import Served, Truth, TruthServer, body, truth_server
from fixtures.adapters.load import LoadPlan, run_load
from fixtures.core.figures import level_figures, percentiles_ms, tpot, ttft
from fixtures.core.samples import RequestSample

HEADER = (
    "client   c    requests  dTTFT p50    p99  out p50  in p50     p99  gap p99  TPOT p50 %   p99 %  us/chunk  lag p99"
)
TRAPS = {
    "plain": Truth(),
    "early role event (1 ms)": Truth(role_ms=1.0),
    "4 tokens per event": Truth(per_event=4),
    "4 tokens per event, no usage": Truth(per_event=4, usage_per_event=False),
    "30 of 60 tokens reasoning": Truth(reasoning=30),
    "3 hidden tokens first": Truth(hidden=3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One client at one level."""

    samples: Sequence[RequestSample]
    cpu_s: float
    zero: float = 0.0  # of the samples' times, on the monotonic clock
    lag_p99_ms: float | None = None


Client = Callable[[TruthServer, Sequence[bytes], int], Measured]


def ours(server: TruthServer, bodies: Sequence[bytes], concurrency: int) -> Measured:
    plan = LoadPlan(
        host="127.0.0.1", port=server.port, bodies=bodies, concurrency=concurrency,
        request_deadline_s=60, total_deadline_s=120,
    )  # fmt: skip
    run = run_load(plan)
    return Measured(samples=run.samples, cpu_s=run.client.cpu_s, zero=run.zero, lag_p99_ms=run.client.lag_p99_ms)


def peer(server: TruthServer, bodies: Sequence[bytes], concurrency: int) -> Measured:
    samples, cpu = run_httpx(server.port, bodies, concurrency)
    return Measured(samples=samples, cpu_s=cpu)


def row(name: str, concurrency: int, measured: Measured, served: dict[int, Served]) -> str:
    """One line of the table. Raises RuntimeError if a request failed: an error is no accuracy."""
    failed = [s.error for s in measured.samples if not s.ok]
    if failed:
        raise RuntimeError(f"{name} at {concurrency}: {len(failed)} requests failed: {failed[:3]}")
    pairs = [(s, served[s.index]) for s in measured.samples]
    seen, true = [ttft(s) for s, _ in pairs], [t.writes[0] - t.received for _, t in pairs]
    gaps = _p99([g for s, _ in pairs for g in _gaps(s.event_times)])
    true_gaps = _p99([g for _, t in pairs for g in _gaps(t.writes)])
    out = [t.received - s.started - measured.zero for s, t in pairs]
    late = [b + measured.zero - a for s, t in pairs for a, b in zip(t.writes, s.event_times, strict=True)]
    off = sorted(100 * abs((tpot(s) or 0) / _true_tpot(t) - 1) for s, t in pairs)
    chunks = sum(len(t.writes) for _, t in pairs)
    return (
        f"{name:7s} {concurrency:3d} {len(pairs):9d} {_p50(seen) - _p50(true):10.2f} {_p99(seen) - _p99(true):6.2f}"
        f" {_p50(out):8.2f} {_p50(late):7.2f} {_p99(late):7.2f} {gaps - true_gaps:8.2f}"
        f" {statistics.median(off):11.3f} {off[int(0.99 * (len(off) - 1))]:7.3f} {measured.cpu_s / chunks * 1e6:9.1f}"
        + (f" {measured.lag_p99_ms:8.2f}" if measured.lag_p99_ms is not None else "        -")
    )


def accuracy(server: TruthServer, levels: Sequence[int], tokens: int, repetitions: int, *, with_peer: bool) -> None:
    clients: dict[str, Client] = {"ours": ours}
    if with_peer:
        clients["httpx"] = peer
    print(HEADER)
    for concurrency in levels:
        bodies = [body(Truth(id=i, tokens=tokens)) for i in range(max(4, 2 * concurrency))]
        for _ in range(repetitions):
            for name, client in clients.items():  # interleaved, so that a busy machine hits both
                server.stats()
                measured = client(server, bodies, concurrency)
                print(row(name, concurrency, measured, server.stats()), flush=True)


def traps(server: TruthServer) -> None:
    print("\ntrap (true: TTFT 200, TPOT 20, ITL 20)  TTFT   first event   TPOT    ITL p50   p99    tokens")
    for name, truth in TRAPS.items():
        found = level_figures(ours(server, [body(truth)] * 2, 1).samples, concurrency=1)
        tpot_ms, itl_ms = found.tpot, found.itl
        if tpot_ms is None or itl_ms is None:
            raise RuntimeError(f"trap {name!r}: no time per token")
        print(
            f"{name:36s} {found.ttft.p50:8.2f} {found.ttft_event.p50:10.2f} {tpot_ms.p50:10.2f} {itl_ms.p50:9.2f}"
            f" {itl_ms.p99:7.2f} {found.output_tokens // 2:5d} of {truth.tokens + truth.hidden} by {found.weighting}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", type=int, nargs="+", default=[1, 8, 64], help="concurrency levels (default 1 8 64)")
    parser.add_argument("--tokens", type=int, default=100, help="tokens per answer (default 100)")
    parser.add_argument("--repetitions", type=int, default=1, help="runs per level and client (default 1)")
    parser.add_argument("--no-peer", action="store_true", help="leave httpx out")
    parser.add_argument("--no-traps", action="store_true", help="leave the planted traps out")
    options = parser.parse_args()
    with truth_server() as server:
        accuracy(server, options.levels, options.tokens, options.repetitions, with_peer=not options.no_peer)
        if not options.no_traps:
            traps(server)
    return 0


def _gaps(times: Sequence[float]) -> list[float]:
    return [b - a for a, b in pairwise(times)]


def _true_tpot(served: Served) -> float:
    return (served.writes[-1] - served.writes[0]) / (len(served.writes) - 1)


def _p50(seconds: Sequence[float]) -> float:
    found = percentiles_ms(seconds)
    return found.p50 if found else float("nan")


def _p99(seconds: Sequence[float]) -> float:
    found = percentiles_ms(seconds)
    return found.p99 if found else float("nan")


if __name__ == "__main__":
    sys.exit(main())
