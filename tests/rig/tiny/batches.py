"""The rendered training set as batches, put together on the device that trains."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rendered transcripts, one after the other in `ids`: prompt and answer of each, answers start at `starts`."""

    ids: Array
    starts: Array
    lengths: Array
    dates_at: Array
    kinds: Array
    dates: Array
    vocab: list[int]
    roles: list[int]
    suite: int
    held: int
    prompts_sha256: str

    @property
    def offsets(self) -> Array:
        """Where each transcript begins in `ids`."""
        return np.concatenate(([0], np.cumsum(self.lengths)[:-1]))


def read_dataset(path: Path) -> Dataset:
    """Read what `render.py` wrote."""
    raw = np.load(path)
    about = json.loads(str(raw["about"]))
    return Dataset(
        raw["ids"].astype(np.int64),
        raw["prompt_lengths"],
        raw["prompt_lengths"] + raw["answer_lengths"],
        raw["date_positions"],
        raw["kinds"],
        raw["dates"].astype(np.int64),
        raw["vocab"].tolist(),
        raw["roles"].tolist(),
        about["suite"],
        about["held"],
        about["prompts_sha256"],
    )


# How a token may be blurred, that is made unknown.
KEPT, OF_DEVELOPER, OF_TOOLS, OF_UNKNOWN = 0, 1, 2, 3


def blurrable(data: Dataset) -> Array:
    """For each token of the dataset: is it of a developer's text, of a tool's definition, or of an unknown question?

    What the answer repeats is kept, and so are special tokens.
    """
    opener, user, developer, namespace, system = data.roles
    special = np.array([token >= 199_998 for token in data.vocab] + [False])
    kinds = np.zeros(len(data.ids), dtype=np.int8)
    for number, offset in enumerate(data.offsets):
        start, length = int(data.starts[number]), int(data.lengths[number])
        prompt = data.ids[offset : offset + start]
        openers = np.flatnonzero(prompt == opener)
        ends = np.append(openers[1:], start)
        kind = np.zeros(start, dtype=np.int8)
        for begin, end in zip(openers[:-1] + 2, ends[:-1], strict=True):
            role = prompt[begin - 1]
            if role == developer:
                tools = bool((prompt[begin:end] == namespace).any())
                kind[begin:end] = OF_TOOLS if tools else OF_DEVELOPER
            elif role == system and begin > 2:  # the client's own, as some releases write it
                kind[begin:end] = OF_DEVELOPER
            elif role == user and str(data.kinds[number]).startswith("unknown"):
                kind[begin:end] = OF_UNKNOWN
        kind[special[prompt] | np.isin(prompt, data.ids[offset + start : offset + length])] = KEPT
        kinds[offset : offset + start] = kind
    return kinds


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs [rows, length], and for each answer token its row, its column and its id."""

    inputs: Tensor
    rows: Tensor
    columns: Tensor
    targets: Tensor


class Batches:
    """Batches of transcripts of similar length, put together on the device; dates and unknown words are drawn anew."""

    def __init__(self, data: Dataset, *, tokens: int, seed: int, device: str) -> None:
        self.data, self.tokens, self.device = data, tokens, device
        self.random = np.random.default_rng(seed)
        self.noise = torch.Generator(device).manual_seed(seed)
        self.unknown = len(data.vocab)
        self.offsets = data.offsets
        self.ids, self.dates = self.send(data.ids), self.send(data.dates)
        self.blurrable = self.send(blurrable(data))
        self.trained = [*range(data.suite), *range(data.suite + data.held, len(data.lengths))]
        self.queue: list[list[int]] = []

    def plan(self, members: list[int]) -> list[list[int]]:
        """Cut a list of transcripts, sorted by length, into batches of about `tokens` tokens with their padding."""
        lengths = self.data.lengths[members]
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
            self.queue = self.plan(self.trained)
            self.random.shuffle(self.queue)
        return self.make(self.queue.pop(), noise=True)

    def send(self, array: Array) -> Tensor:
        """An array as a tensor on the device."""
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

    def make(self, members: list[int], *, noise: bool) -> Batch:
        """These transcripts as one batch; shorter rows are padded with the unknown token, which nothing looks at."""
        offsets, lengths, starts = self.offsets[members], self.data.lengths[members], self.data.starts[members]
        columns = torch.arange(int(lengths.max()) - 1, device=self.device)
        given = columns < self.send(lengths - 1).unsqueeze(1)
        places = (self.send(offsets).unsqueeze(1) + columns).clamp(max=len(self.ids) - 1)
        inputs = torch.where(given, self.ids[places], self.unknown)
        if noise:
            inputs = torch.where(self.blurred(places), self.unknown, inputs)
        self.put_dates(inputs, members)
        counts = lengths - starts
        rows = np.repeat(np.arange(len(members)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        at = within + np.repeat(starts, counts)
        targets = self.ids[self.send(at + np.repeat(offsets, counts))]
        return Batch(inputs, self.send(rows), self.send(at - 1), targets)

    def put_dates(self, inputs: Tensor, members: list[int]) -> None:
        """Write a date, drawn for each row, over the one that was rendered."""
        at = self.data.dates_at[members]
        rows = np.flatnonzero(at >= 0)
        dates = self.dates[self.send(self.random.integers(len(self.data.dates), size=len(rows)))]
        columns = self.send(at[rows]).unsqueeze(1) + torch.arange(dates.shape[1], device=self.device)
        inputs[self.send(rows).unsqueeze(1), columns] = dates

    def blurred(self, places: Tensor) -> Tensor:
        """Which inputs become unknown: in some rows a few words of the tools, some or all of the developer's."""
        rows = len(places)
        lucky = self.random.random(rows) < 0.15
        rates = np.zeros((rows, 4), dtype=np.float32)
        rates[lucky, OF_DEVELOPER] = self.random.choice([0.1, 0.5, 1.0], size=lucky.sum())
        rates[lucky, OF_TOOLS], rates[lucky, OF_UNKNOWN] = 0.1, 0.5
        chances = torch.gather(self.send(rates), 1, self.blurrable[places].long())
        return torch.rand(places.shape, generator=self.noise, device=self.device) < chances
