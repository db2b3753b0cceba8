"""gpt-oss in plain torch: the forward pass of transformers' GptOssForCausalLM, with its parameter names.

Training needs it on machines that have torch and nothing else; `tests/unit/test_tiny_model.py` compares it with theirs.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

ROPE_THETA, YARN_FACTOR, YARN_FAST, YARN_SLOW, YARN_CONTEXT = 150_000.0, 32.0, 32.0, 1.0, 4096
SWIGLU_ALPHA, SWIGLU_LIMIT = 1.702, 7.0


@dataclass(frozen=True, slots=True)
class Arch:
    """Sizes; the names are those of a Hugging Face configuration. Even layers slide, odd ones see everything."""

    num_hidden_layers: int = 2
    hidden_size: int = 64
    intermediate_size: int = 64
    head_dim: int = 32
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    num_local_experts: int = 4
    num_experts_per_tok: int = 2
    sliding_window: int = 128
    rms_norm_eps: float = 1e-5

    def as_config(self) -> dict[str, object]:
        """The architecture's part of a `config.json`."""
        kinds = ["full_attention" if layer % 2 else "sliding_attention" for layer in range(self.num_hidden_layers)]
        return {**asdict(self), "layer_types": kinds}


def rotary_frequencies(dim: int) -> Tensor:
    """YaRN's inverse frequencies, [dim/2], without truncation of the correction range (as gpt-oss has it)."""
    inverse = 1.0 / (ROPE_THETA ** (torch.arange(0, dim, 2, dtype=torch.float32) / dim))

    def correction(rotations: float) -> float:
        return dim * math.log(YARN_CONTEXT / (rotations * 2 * math.pi)) / (2 * math.log(ROPE_THETA))

    low, high = max(correction(YARN_FAST), 0), min(correction(YARN_SLOW), dim - 1)
    keep = 1 - ((torch.arange(dim // 2, dtype=torch.float32) - low) / (high - low)).clamp(0, 1)
    return inverse / YARN_FACTOR * (1 - keep) + inverse * keep


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x [batch, heads, length, dim]; the two halves of dim turn against each other."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Norm(nn.Module):
    """Root mean square normalisation."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


class Attention(nn.Module):
    """Grouped-query attention with a learned sink per head."""

    def __init__(self, arch: Arch, *, sliding: bool) -> None:
        super().__init__()
        self.arch, self.window = arch, arch.sliding_window if sliding else None
        inner, shared = arch.num_attention_heads * arch.head_dim, arch.num_key_value_heads * arch.head_dim
        self.q_proj = nn.Linear(arch.hidden_size, inner)
        self.k_proj = nn.Linear(arch.hidden_size, shared)
        self.v_proj = nn.Linear(arch.hidden_size, shared)
        self.o_proj = nn.Linear(inner, arch.hidden_size)
        self.sinks = nn.Parameter(torch.zeros(arch.num_attention_heads))

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, _ = x.shape
        groups = self.arch.num_attention_heads // self.arch.num_key_value_heads
        q, k, v = (
            p(x).view(batch, length, -1, self.arch.head_dim).transpose(1, 2)
            for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin).repeat_interleave(groups, 1)
        scores = q @ k.transpose(2, 3) / math.sqrt(self.arch.head_dim)
        scores = scores.masked_fill(~self.visible(length, x.device), float("-inf"))
        sinks = self.sinks.view(1, -1, 1, 1).expand(batch, -1, length, 1)
        weights = torch.cat((scores, sinks), dim=-1).softmax(-1)[..., :-1]
        out = weights.to(v.dtype) @ v.repeat_interleave(groups, 1)
        return self.o_proj(out.transpose(1, 2).reshape(batch, length, -1))

    def visible(self, length: int, device: torch.device) -> Tensor:
        """[length, length]: which positions (columns) a position (row) sees."""
        mask = torch.ones(length, length, dtype=torch.bool, device=device).tril()
        return mask if self.window is None else mask.triu(1 - self.window)


class Router(nn.Module):
    """Weights of the chosen experts, zero for the others: [tokens, experts]."""

    def __init__(self, arch: Arch) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(arch.num_local_experts, arch.hidden_size))
        self.bias = nn.Parameter(torch.zeros(arch.num_local_experts))
        self.chosen = arch.num_experts_per_tok

    def forward(self, x: Tensor) -> Tensor:
        best, which = functional.linear(x, self.weight, self.bias).topk(self.chosen, dim=-1)
        return torch.zeros(*x.shape[:-1], self.bias.numel(), dtype=best.dtype, device=x.device).scatter(
            -1, which, best.softmax(-1)
        )


class Experts(nn.Module):
    """All experts at once: four tiny products cost less than sorting tokens by expert."""

    def __init__(self, arch: Arch) -> None:
        super().__init__()
        experts, hidden, inner = arch.num_local_experts, arch.hidden_size, arch.intermediate_size
        self.gate_up_proj = nn.Parameter(torch.zeros(experts, hidden, 2 * inner))
        self.gate_up_proj_bias = nn.Parameter(torch.zeros(experts, 2 * inner))
        self.down_proj = nn.Parameter(torch.zeros(experts, inner, hidden))
        self.down_proj_bias = nn.Parameter(torch.zeros(experts, hidden))

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        both = torch.einsum("blh,ehf->blef", x, self.gate_up_proj) + self.gate_up_proj_bias
        gate, up = both[..., ::2].clamp(max=SWIGLU_LIMIT), both[..., 1::2].clamp(-SWIGLU_LIMIT, SWIGLU_LIMIT)
        inner = (up + 1) * gate * torch.sigmoid(gate * SWIGLU_ALPHA)
        out = torch.einsum("blef,efh->bleh", inner, self.down_proj) + self.down_proj_bias
        return (out * weights.unsqueeze(-1)).sum(-2)


class Mlp(nn.Module):
    """Router and experts."""

    def __init__(self, arch: Arch) -> None:
        super().__init__()
        self.router, self.experts = Router(arch), Experts(arch)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.experts(x, self.router(x))
        return out


class Layer(nn.Module):
    """One decoder layer."""

    def __init__(self, arch: Arch, *, sliding: bool) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(arch, sliding=sliding), Mlp(arch)
        self.input_layernorm = Norm(arch.hidden_size, arch.rms_norm_eps)
        self.post_attention_layernorm = Norm(arch.hidden_size, arch.rms_norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out


class Decoder(nn.Module):
    """Embedding to last hidden state."""

    def __init__(self, arch: Arch, vocab: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(vocab, arch.hidden_size)
        self.layers = nn.ModuleList(Layer(arch, sliding=i % 2 == 0) for i in range(arch.num_hidden_layers))
        self.norm = Norm(arch.hidden_size, arch.rms_norm_eps)
        self.register_buffer("frequencies", rotary_frequencies(arch.head_dim), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        angles = torch.arange(ids.shape[1], device=ids.device).unsqueeze(-1) * self.frequencies
        scale = 0.1 * math.log(YARN_FACTOR) + 1
        cos, sin = angles.cos() * scale, angles.sin() * scale
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, cos, sin)
        out: Tensor = self.norm(x)
        return out


class TinyGptOss(nn.Module):
    """The causal language model; `forward` gives hidden states [batch, length, hidden], `lm_head` their logits."""

    def __init__(self, arch: Arch, vocab: int) -> None:
        super().__init__()
        self.model = Decoder(arch, vocab)
        self.lm_head = nn.Linear(arch.hidden_size, vocab, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2:
                nn.init.normal_(parameter, std=0.5 if "embed" in name else 0.6 / math.sqrt(arch.hidden_size))
            elif "norm" not in name:
                nn.init.zeros_(parameter)

    def forward(self, ids: Tensor) -> Tensor:
        out: Tensor = self.model(ids)
        return out
