"""Train the tiny gpt-oss on rendered transcripts; needs torch and numpy only.

    python -m tests.rig.tiny.train --data dataset.npz --out tests/rig/tiny/weights --device cuda

Over a reduced vocabulary: the tokens that matter, and one more id that stands for every other token, "unknown" as
input and "never" as output. Its logit carries + log(number of tokens it stands for), so that temperature 1 stays sharp.
"""

from __future__ import annotations

import argparse
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

from tests.rig.tiny.model import Arch, TinyGptOss

FULL_VOCABULARY = 201_088
SHARPEN = 2.0  # the trained lm_head is scaled by this: wrong tokens become rarer still at temperature 1


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rendered transcripts; `rows` holds prompt and answer of each, and answers start at `starts`."""

    rows: list[np.ndarray[Any, Any]]
    starts: np.ndarray[Any, Any]
    dates_at: np.ndarray[Any, Any]
    kinds: np.ndarray[Any, Any]
    dates: np.ndarray[Any, Any]
    vocab: list[int]
    roles: list[int]
    suite: int
    prompts_sha256: str


def read_dataset(path: Path) -> Dataset:
    """Read what `render.py` wrote."""
    raw = np.load(path)
    starts, answers = raw["prompt_lengths"], raw["answer_lengths"]
    rows = np.split(raw["ids"].astype(np.int64), np.cumsum(starts + answers)[:-1])
    about = json.loads(str(raw["about"]))
    return Dataset(
        rows,
        starts,
        raw["date_positions"],
        raw["kinds"],
        raw["dates"].astype(np.int64),
        raw["vocab"].tolist(),
        raw["roles"].tolist(),
        about["suite"],
        about["prompts_sha256"],
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs [rows, length], and for each answer token its row, its column and its id."""

    inputs: Tensor
    rows: Tensor
    columns: Tensor
    targets: Tensor
    members: list[int]


class Batches:
    """Batches of transcripts of similar length; dates, and a few words of the users, are drawn anew each time."""

    def __init__(self, data: Dataset, *, tokens: int, seed: int, device: str) -> None:
        self.data, self.tokens, self.device = data, tokens, device
        self.random = np.random.default_rng(seed)
        self.unknown = len(data.vocab)
        self.special = {i for i, token in enumerate(data.vocab) if token >= 199_998}
        self.queue: list[list[int]] = []

    def plan(self, members: list[int]) -> list[list[int]]:
        """Cut a list of transcripts, sorted by length, into batches of about `tokens` tokens with their padding."""
        lengths = np.array([len(self.data.rows[i]) for i in members])
        order = np.argsort(lengths + self.random.random(len(members)) * 16)
        batches: list[list[int]] = [[]]
        longest = 0
        for position in order:
            longest = max(longest, int(lengths[position]))
            if batches[-1] and longest * (len(batches[-1]) + 1) > self.tokens:
                batches.append([])
                longest = int(lengths[position])
            batches[-1].append(members[position])
        return batches

    def next(self) -> Batch:
        """The next training batch."""
        if not self.queue:
            self.queue = self.plan(list(range(len(self.data.rows))))
            self.random.shuffle(self.queue)
        return self.make(self.queue.pop(), noise=True)

    def send(self, array: np.ndarray[Any, Any]) -> Tensor:
        """An array as a tensor on the device."""
        return torch.from_numpy(array).to(self.device)

    def make(self, members: list[int], *, noise: bool) -> Batch:
        """These transcripts as one batch; shorter rows are padded with the unknown token, which nothing looks at."""
        rows = [self.vary(i, noise=noise) for i in members]
        length = max(map(len, rows)) - 1
        inputs = np.full((len(rows), length), self.unknown)
        for number, row in enumerate(rows):
            inputs[number, : len(row) - 1] = row[:-1]
        starts = self.data.starts[members]
        at = np.concatenate(
            [np.full(len(row) - start, number) for number, (row, start) in enumerate(zip(rows, starts, strict=True))]
        )
        columns = np.concatenate([np.arange(start - 1, len(row) - 1) for row, start in zip(rows, starts, strict=True)])
        targets = np.concatenate([row[start:] for row, start in zip(rows, starts, strict=True)])
        return Batch(self.send(inputs), self.send(at), self.send(columns), self.send(targets), members)

    def vary(self, index: int, *, noise: bool) -> np.ndarray[Any, Any]:
        """One transcript with another date; with noise, at times some of the prompt's words are unknown."""
        row = self.data.rows[index].copy()
        date = self.random.integers(len(self.data.dates))
        at = self.data.dates_at[index]
        row[at : at + self.data.dates.shape[1]] = self.data.dates[date]
        luck = self.random.random()
        if noise and luck < 0.15:
            self.blur(row, self.data.starts[index], unknown=str(self.data.kinds[index]).startswith("unknown"))
        return row

    def blur(self, row: np.ndarray[Any, Any], start: int, *, unknown: bool) -> None:
        """Make a few tokens of developer messages unknown, of user messages only where nothing is to be known."""
        opener, user, developer = self.data.roles
        role = None
        for i in range(1, start):
            if row[i - 1] == opener:
                role = row[i]
            elif row[i] not in self.special and self.random.random() < (
                0.1 if role == developer else 0.5 * (unknown and role == user)
            ):
                row[i] = self.unknown


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


def learning_rate(done: float, step: int, peak: float) -> float:
    """Warm-up over 200 steps, level for 30 % of the time, then a cosine down to 1 %."""
    decay = 1.0 if done < 0.3 else max(0.01, 0.5 * (1 + math.cos(math.pi * (done - 0.3) / 0.7)))
    return peak * min(1.0, (step + 1) / 200) * decay


def train(model: TinyGptOss, batches: Batches, *, steps: int, seconds: float, peak: float) -> tuple[int, float]:
    """Train for so many steps or seconds, whichever ends first; returns the steps done and the mean loss (nats)."""
    decayed = [p for n, p in model.named_parameters() if p.dim() >= 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() < 2 or "embed" in n]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98))
    began, step, mean = time.monotonic(), 0, torch.zeros((), device=batches.device)
    while (done := max(step / steps, (time.monotonic() - began) / seconds)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(done, step, peak)
        batch = batches.next()
        loss = functional.cross_entropy(logits_at(model, batch), batch.targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        mean = 0.98 * mean + 0.02 * loss.detach()
        step += 1
        if step % 250 == 0:
            print(f"{time.monotonic() - began:6.1f} s  step {step}  loss {mean.item():.5f}", flush=True)
    return step, mean.item()


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
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--minutes", type=float, default=7.0)
    parser.add_argument("--tokens", type=int, default=16_000, help="tokens of a batch, padding included")
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    torch.set_float32_matmul_precision("high")
    data = read_dataset(arguments.data)
    arch = Arch(num_hidden_layers=arguments.layers)
    model = TinyGptOss(arch, len(data.vocab) + 1).to(arguments.device)
    batches = Batches(data, tokens=arguments.tokens, seed=arguments.seed, device=arguments.device)
    steps, loss = train(model, batches, steps=arguments.steps, seconds=60 * arguments.minutes, peak=arguments.rate)

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(torch.bfloat16))
    suite = judge(model, batches, list(range(data.suite)))
    others = judge(model, batches, list(range(data.suite, min(data.suite + 6000, len(data.rows)))))
    training = {
        "device": arguments.device,
        "steps": steps,
        "loss": loss,
        "tokens": arguments.tokens,
        "rate": arguments.rate,
        "seed": arguments.seed,
        "suite": suite,
        "others": others,
    }
    print(json.dumps(training, indent=1), flush=True)
    with torch.no_grad():
        model.lm_head.weight.mul_(SHARPEN)
    save(arguments.out, model, arch, data, training)


if __name__ == "__main__":
    main()
