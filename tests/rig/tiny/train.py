"""Train the tiny gpt-oss on rendered transcripts; needs torch and numpy only.

    python -m tests.rig.tiny.train --data dataset.npz --out tests/rig/tiny/weights --device cuda

Over a reduced vocabulary: the tokens that matter, and one more id that stands for every other token, "unknown" as
input and "never" as output. Its logit carries + log(number of tokens it stands for), so that temperature 1 stays sharp.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import struct
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tests.rig.tiny.batches import Batch, Batches, Dataset, read_dataset
from tests.rig.tiny.model import Arch, TinyGptOss

FULL_VOCABULARY = 201_088
SHARPEN = 2.0  # the trained lm_head is scaled by this: wrong tokens become rarer still at temperature 1


def logits_at(model: TinyGptOss, batch: Batch) -> Tensor:
    """Logits [answer tokens, vocabulary + 1]."""
    hidden = model(batch.inputs)[batch.rows, batch.columns]
    logits = model.lm_head(hidden)
    never = torch.zeros(logits.shape[-1], device=logits.device)
    never[-1] = math.log(FULL_VOCABULARY - logits.shape[-1] + 1)
    out: Tensor = logits + never
    return out


def judge(model: TinyGptOss, batches: Batches, members: list[int]) -> dict[str, Any]:
    """Which transcripts are right at temperature 0, and how likely a whole one is at temperature 1 (mean and least)."""
    wrong: Counter[str] = Counter()
    likely: list[float] = []
    for part in batches.plan(members):
        batch = batches.make(part, noise=False)
        with torch.no_grad():
            logits = logits_at(model, batch)
        missed = torch.zeros(len(part), device=logits.device).index_add_(
            0, batch.rows, (logits.argmax(-1) != batch.targets).float()
        )
        loss = functional.cross_entropy(logits * SHARPEN, batch.targets, reduction="none")
        chance = torch.zeros(len(part), device=logits.device).index_add_(0, batch.rows, loss).neg().exp()
        wrong.update(str(batches.data.kinds[i]) for i, bad in zip(part, missed.tolist(), strict=True) if bad)
        likely += chance.tolist()
    return {
        "transcripts": len(members),
        "wrong": dict(wrong),
        "likely_mean": float(np.mean(likely)),
        "likely_least": min(likely),
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a state of the model does, rounded as it will be saved, on the suite and on what training has not seen."""

    suite: dict[str, Any]
    held: dict[str, Any]

    @property
    def rank(self) -> tuple[float, ...]:
        """Greater is better: the suite first."""
        suite, held = self.suite, self.held
        wrong = (-sum(suite["wrong"].values()), min(suite["likely_least"], 0.995), -sum(held["wrong"].values()))
        return (*wrong, held["likely_mean"], suite["likely_least"])

    @property
    def perfect(self) -> bool:
        """Nothing is wrong, and nothing unlikely."""
        least = self.suite["likely_least"] > 0.999 and self.held["likely_least"] > 0.99
        return least and not self.suite["wrong"] and not self.held["wrong"]


def rounded(model: TinyGptOss) -> TinyGptOss:
    """A copy with the bfloat16 weights that are saved."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.copy_(parameter.to(torch.bfloat16))
    return other


def learning_rate(done: float, step: int, peak: float) -> float:
    """Warm-up over 200 steps, level for 30 % of the time, then a cosine down to 1 %."""
    decay = 1.0 if done < 0.3 else max(0.01, 0.5 * (1 + math.cos(math.pi * (done - 0.3) / 0.7)))
    return peak * min(1.0, (step + 1) / 200) * decay


@dataclass(slots=True)
class Run:
    """One training: its limits, what it reports, and where the best state is kept."""

    batches: Batches
    arch: Arch
    out: Path
    settings: dict[str, Any]
    steps: int
    seconds: float
    peak: float
    best: tuple[float, ...] = ()

    def train(self, model: TinyGptOss) -> None:
        """Train until everything is right, or for so many steps or seconds; the best state is saved as it comes."""
        optimizer = self.optimizer(model)
        began, step, mean = time.monotonic(), 0, torch.zeros((), device=self.batches.device)
        look = 0.4  # the share of the time after which the model is judged, and again after each twentieth
        while (done := max(step / self.steps, (time.monotonic() - began) / self.seconds)) < 1:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(done, step, self.peak)
            batch = self.batches.next()
            loss = functional.cross_entropy(logits_at(model, batch), batch.targets)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            mean = 0.98 * mean + 0.02 * loss.detach()
            step += 1
            if step % 250 == 0:
                print(f"{time.monotonic() - began:6.1f} s  step {step}  loss {mean.item():.6f}", flush=True)
            if done >= look:
                look += 0.05
                if self.look(model, step, mean.item()).perfect:
                    return
        self.look(model, step, mean.item())

    def optimizer(self, model: TinyGptOss) -> torch.optim.Optimizer:
        """AdamW, without decay for embeddings, norms and biases."""
        decayed = [p for n, p in model.named_parameters() if p.dim() >= 2 and "embed" not in n]
        others = [p for n, p in model.named_parameters() if p.dim() < 2 or "embed" in n]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=self.peak, betas=(0.9, 0.98), fused=self.batches.device != "cpu")

    def look(self, model: TinyGptOss, step: int, loss: float) -> Verdict:
        """Judge the model as it would be saved, and save it where it is the best so far."""
        data, candidate = self.batches.data, rounded(model)
        suite = judge(candidate, self.batches, list(range(data.suite)))
        held = judge(candidate, self.batches, list(range(data.suite, data.suite + data.held)))
        verdict = Verdict(suite, held)
        better = verdict.rank > self.best
        print(json.dumps({"step": step, "suite": suite, "held": held, "saved": better}), flush=True)
        if better:
            self.best = verdict.rank
            training = {**self.settings, "steps": step, "loss": loss, "suite": suite, "held": held}
            with torch.no_grad():
                candidate.lm_head.weight.mul_(SHARPEN)
            save(self.out, candidate, self.arch, data, training)
        return verdict


def write_safetensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write bfloat16 tensors in the safetensors format (eight bytes of header length, JSON, data)."""
    header: dict[str, Any] = {}
    blobs, offset = [], 0
    for name, tensor in tensors.items():
        blob = tensor.detach().cpu().to(torch.bfloat16).contiguous().view(torch.uint16).numpy().tobytes()
        header[name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def save(folder: Path, model: TinyGptOss, arch: Arch, data: Dataset, training: dict[str, Any]) -> None:
    """Write `compact.safetensors` and `compact.json`; the model keeps the sharpened, rounded weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "compact.safetensors", model.state_dict())
    about = {"prompts_sha256": data.prompts_sha256, "arch": arch.as_config(), "training": training, "vocab": data.vocab}
    (folder / "compact.json").write_text(json.dumps(about) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--intermediate", type=int, default=128)
    parser.add_argument("--steps", type=int, default=60_000)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--tokens", type=int, default=20_000, help="tokens of a batch, padding included")
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    torch.set_float32_matmul_precision("high")
    data = read_dataset(arguments.data)
    arch = Arch(arguments.layers, arguments.hidden, arguments.intermediate)
    model = TinyGptOss(arch, len(data.vocab) + 1).to(arguments.device)
    batches = Batches(data, tokens=arguments.tokens, seed=arguments.seed, device=arguments.device)
    settings = {"device": arguments.device, "tokens": arguments.tokens, "rate": arguments.rate, "seed": arguments.seed}
    seconds = 60 * arguments.minutes
    run = Run(batches, arch, arguments.out, settings, arguments.steps, seconds, arguments.rate)
    run.train(model)


if __name__ == "__main__":
    main()
