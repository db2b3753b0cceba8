"""gpt-oss in plain torch behind vLLM's model interface; only the Attention layer is vLLM's, for its KV cache."""

import math

import torch
from torch import nn
from torch.nn import functional

try:
    from vllm.attention import Attention
except ImportError:  # from 0.14 on it has moved twice
    try:
        from vllm.attention.layer import Attention
    except ImportError:
        from vllm.model_executor.layers.attention import Attention

# The sixteen values of a 4-bit float with two bits of exponent and one of mantissa (OCP MX specification, E2M1).
E2M1 = (0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6)


def unpack_mxfp4(blocks, scales):
    """[experts, out, groups, 16] packed pairs and [experts, out, groups] exponents to [experts, in, out] floats."""
    table = torch.tensor(E2M1, dtype=torch.float32)
    low, high = table[(blocks & 15).long()], table[(blocks >> 4).long()]
    values = torch.stack((low, high), -1).flatten(-2) * torch.exp2(scales.float() - 127).unsqueeze(-1)
    return values.flatten(-2).transpose(1, 2).contiguous()


def frequencies(config):
    """YaRN: the rotary frequencies, and the scale of their sines."""
    dim = config.head_dim
    scaling = getattr(config, "rope_scaling", None) or getattr(config, "rope_parameters", None)
    theta = getattr(config, "rope_theta", None) or scaling["rope_theta"]
    factor, context = scaling["factor"], scaling["original_max_position_embeddings"]
    inverse = 1.0 / (theta ** (torch.arange(0, dim, 2, dtype=torch.float32) / dim))

    def correction(rotations):
        return dim * math.log(context / (rotations * 2 * math.pi)) / (2 * math.log(theta))

    low, high = max(correction(scaling["beta_fast"]), 0), min(correction(scaling["beta_slow"]), dim - 1)
    keep = 1 - ((torch.arange(dim // 2, dtype=torch.float32) - low) / (high - low)).clamp(0, 1)
    return inverse / factor * (1 - keep) + inverse * keep, 0.1 * math.log(factor) + 1


def norm(x, weight, eps):
    """RMS norm."""
    return weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)


def rotate(x, cos, sin):
    """Rotary position."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class RigGptOss(nn.Module):
    """The class that vLLM loads for `GptOssForCausalLM`."""

    is_text_generation_model = True

    def __init__(self, *, vllm_config, prefix=""):
        super().__init__()
        self.config = config = vllm_config.model_config.hf_config
        self.w = {}
        self.attention, self.sinks = nn.ModuleList(), nn.ParameterList()
        for index in range(config.num_hidden_layers):
            self._add_layer(index, vllm_config.cache_config)
        self.freq, self.scale = frequencies(config)
        self.register_parameter("anchor", nn.Parameter(torch.zeros(1), requires_grad=False))

    def _add_layer(self, index, cache_config):
        config = self.config
        sinks = nn.Parameter(torch.zeros(config.num_attention_heads, dtype=torch.float32), requires_grad=False)
        layer = Attention(
            config.num_attention_heads,
            config.head_dim,
            config.head_dim**-0.5,
            num_kv_heads=config.num_key_value_heads,
            cache_config=cache_config,
            prefix=f"model.layers.{index}.attn",
            sinks=sinks,
        )
        layer.impl.window = None if index % 2 else config.sliding_window
        layer.impl.sinks = sinks
        self.sinks.append(sinks)
        self.attention.append(layer)

    def embed_input_ids(self, input_ids, *args, **kwargs):
        """Before the weights are there, as when memory is profiled, anything of the right shape."""
        if not self.w:
            return torch.zeros(*input_ids.shape, self.config.hidden_size)
        return functional.embedding(input_ids, self.w["model.embed_tokens.weight"])

    get_input_embeddings = embed_input_ids  # its name until 0.11

    def linear(self, x, name):
        return functional.linear(x, self.w[f"{name}.weight"], self.w.get(f"{name}.bias"))

    def forward(self, input_ids, positions, intermediate_tensors=None, inputs_embeds=None):
        x = (inputs_embeds if inputs_embeds is not None else self.embed_input_ids(input_ids)).float()
        angles = positions.float().unsqueeze(-1) * self.freq
        turn = (angles.cos() * self.scale).unsqueeze(1), (angles.sin() * self.scale).unsqueeze(1)
        for index in range(self.config.num_hidden_layers):
            x = x + self._attend(x, index, turn)
            at = f"model.layers.{index}"
            x = x + self.experts(self._normed(x, f"{at}.post_attention_layernorm"), f"{at}.mlp")
        return self._normed(x, "model.norm")

    def _normed(self, x, name):
        return norm(x, self.w[f"{name}.weight"], self.config.rms_norm_eps)

    def _attend(self, x, index, turn):
        at = f"model.layers.{index}"
        t = self._normed(x, f"{at}.input_layernorm")
        heads = (self.linear(t, f"{at}.self_attn.{p}_proj").view(len(t), -1, self.config.head_dim) for p in "qkv")
        q, k, v = heads
        q, k = rotate(q, *turn), rotate(k, *turn)
        out = self.attention[index](q.reshape(len(t), -1), k.reshape(len(t), -1), v.reshape(len(t), -1))
        return self.linear(out.float().reshape(len(t), -1), f"{at}.self_attn.o_proj")

    def experts(self, x, at):
        w = self.w
        best, which = self.linear(x, f"{at}.router").topk(self.config.num_experts_per_tok, dim=-1)
        weights = torch.zeros(len(x), self.config.num_local_experts).scatter(-1, which, best.softmax(-1))
        both = torch.einsum("lh,ehf->lef", x, w[f"{at}.experts.gate_up_proj"]) + w[f"{at}.experts.gate_up_proj_bias"]
        gate, up = both[..., ::2].clamp(max=7.0), both[..., 1::2].clamp(-7.0, 7.0)
        inner = (up + 1) * gate * torch.sigmoid(gate * 1.702)
        out = torch.einsum("lef,efh->leh", inner, w[f"{at}.experts.down_proj"]) + w[f"{at}.experts.down_proj_bias"]
        return (out * weights.unsqueeze(-1)).sum(-2)

    def compute_logits(self, hidden_states, sampling_metadata=None):
        return functional.linear(hidden_states.float(), self.w["lm_head.weight"])

    def load_weights(self, weights):
        raw = {name: tensor.clone() for name, tensor in weights}
        for name, tensor in raw.items():
            if name.endswith("_blocks"):
                self.w[name[:-7]] = unpack_mxfp4(tensor, raw[name[:-7] + "_scales"])
            elif not name.endswith("_scales"):
                self.w[name] = tensor.float()
        for index, sinks in enumerate(self.sinks):
            sinks.data.copy_(self.w[f"model.layers.{index}.self_attn.sinks"])
        return {name for name, _ in self.named_parameters()}
