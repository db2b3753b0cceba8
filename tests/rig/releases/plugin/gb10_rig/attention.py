"""Attention with sinks over vLLM's paged KV cache, in plain torch, under the name of the release's own CPU backend."""

from dataclasses import dataclass

import torch

try:
    from vllm.attention.backends.abstract import AttentionBackend, AttentionImpl
except ImportError:
    from vllm.v1.attention.backend import AttentionBackend, AttentionImpl
try:
    from vllm.v1.attention.backends.utils import AttentionMetadataBuilder
except ImportError:
    from vllm.v1.attention.backend import AttentionMetadataBuilder

AT_ONCE = 1024  # queries whose scores are held together: a full context would need gigabytes


@dataclass
class RigMetadata:
    """Where each request's queries start, how long it is, and where its keys lie."""

    starts: list
    lengths: list
    blocks: torch.Tensor
    slots: torch.Tensor
    query_start_loc: torch.Tensor  # the runner of some releases reads it
    num_actual_tokens: int


class RigBuilder(AttentionMetadataBuilder):
    def __init__(self, kv_cache_spec, layer_names, vllm_config, device):
        self.kv_cache_spec, self.layer_names = kv_cache_spec, layer_names
        self.vllm_config, self.device = vllm_config, device

    def reorder_batch(self, input_batch, scheduler_output):
        return False

    def build(self, common_prefix_len, common_attn_metadata, fast_build=False):
        given, count = common_attn_metadata, common_attn_metadata.num_reqs
        return RigMetadata(
            starts=given.query_start_loc_cpu[: count + 1].tolist(),
            lengths=given.seq_lens.cpu()[:count].tolist(),
            blocks=given.block_table_tensor[:count].long().cpu(),
            slots=given.slot_mapping.long().cpu(),
            query_start_loc=given.query_start_loc_cpu[: count + 1],
            num_actual_tokens=given.num_actual_tokens,
        )


class RigImpl(AttentionImpl):
    def __init__(self, num_heads, head_size, scale, num_kv_heads=None, alibi_slopes=None, sliding_window=None,
                 kv_cache_dtype="auto", logits_soft_cap=None, attn_type="decoder", kv_sharing_target_layer_name=None,
                 sinks=None, **_):  # fmt: skip
        self.num_heads, self.head_size, self.scale, self.num_kv_heads = num_heads, head_size, scale, num_kv_heads
        self.sinks, self.window, self.kv_cache_dtype = sinks, None, kv_cache_dtype

    def forward(self, layer, query, key, value, kv_cache, attn_metadata, output=None, *args, **kwargs):
        if attn_metadata is None or kv_cache.numel() == 0:  # memory is being profiled
            return output.fill_(0)
        keys, values = kv_cache[0], kv_cache[1]  # [blocks, block size, kv heads, head size]
        count = attn_metadata.num_actual_tokens
        slots = attn_metadata.slots[:count]
        for cache, new in ((keys, key), (values, value)):
            cache.view(-1, *cache.shape[2:])[slots] = new[:count].to(cache.dtype)
        for number in range(len(attn_metadata.lengths)):
            self._attend(number, attn_metadata, query, keys, values, output)
        return output

    def _attend(self, number, metadata, query, keys, values, output):
        start, end, total = metadata.starts[number], metadata.starts[number + 1], metadata.lengths[number]
        asked, size = end - start, keys.shape[1]
        first = 0 if self.window is None else max(0, total - asked - self.window + 1)
        first -= first % size
        used = metadata.blocks[number, first // size : (total + size - 1) // size]
        k, v = (self._of(cache, used, total - first) for cache in (keys, values))
        for low in range(0, asked, AT_ONCE):
            high = min(asked, low + AT_ONCE)
            places = torch.arange(total - asked + low, total - asked + high).unsqueeze(1)
            weights = self._weights(
                query[start + low : start + high], k, places, torch.arange(first, total).unsqueeze(0)
            )
            output[start + low : start + high] = (weights @ v.transpose(0, 1)).transpose(0, 1).to(output.dtype)

    def _of(self, cache, used, count):
        """[keys, heads, head size] of one request, each kv head once for every head that shares it."""
        rows = cache[used].reshape(-1, self.num_kv_heads, self.head_size)[:count].float()
        return rows.repeat_interleave(self.num_heads // self.num_kv_heads, 1)

    def _weights(self, query, k, places, there):
        scores = (query.float().transpose(0, 1) @ k.permute(1, 2, 0)) * self.scale
        seen = there <= places
        if self.window is not None:
            seen &= there > places - self.window
        sinks = self.sinks.float().view(-1, 1, 1).expand(-1, len(query), 1)
        return torch.cat((scores.masked_fill(~seen, float("-inf")), sinks), -1).softmax(-1)[..., :-1]


class RigBackend(AttentionBackend):
    accept_output_buffer = True
    forward_includes_kv_cache_update = True

    @staticmethod
    def get_name():
        from vllm.v1.attention.backends import cpu_attn

        for name in ("CPUAttentionBackend", "TorchSDPABackend"):
            if hasattr(cpu_attn, name):
                return getattr(cpu_attn, name).get_name()
        raise RuntimeError("this release has no CPU backend whose name could be taken")

    @staticmethod
    def get_impl_cls():
        return RigImpl

    @staticmethod
    def get_metadata_cls():
        return RigMetadata

    @staticmethod
    def get_state_cls():
        return None

    @staticmethod
    def get_builder_cls():
        return RigBuilder

    @staticmethod
    def get_kv_cache_shape(num_blocks, block_size, num_kv_heads, head_size, *args, **kwargs):
        return (2, num_blocks, block_size, num_kv_heads, head_size)

    @staticmethod
    def use_cascade_attention(*args, **kwargs):
        return False

    @classmethod
    def get_supported_dtypes(cls):
        return [torch.float16, torch.bfloat16, torch.float32]

    @classmethod
    def validate_head_size(cls, head_size):
        return None

    @classmethod
    def get_supported_head_sizes(cls):
        return [32, 64]

    @staticmethod
    def get_supported_kernel_block_sizes():
        return [16, 32, 64, 128]
