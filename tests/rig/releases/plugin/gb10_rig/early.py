"""Imported by gb10_rig.pth in every Python of the image: what vLLM asks torch for at its own import is put in place just before.

torch 2.13 renamed what vLLM 0.17 asks of torch._C._cpu.
"""

import sys

_NAMES = ("_is_avx512_supported", "_is_avx2_supported", "_is_amx_tile_supported", "_is_avx512_bf16_supported")


class _BeforeVllm:
    """A finder that finds nothing; asked for vllm, it mends torch first."""

    def find_spec(self, name, path=None, target=None):
        if name == "vllm":
            sys.meta_path.remove(self)
            _mend()


def _mend():
    import torch.cpu

    for name in _NAMES:
        if not hasattr(torch._C._cpu, name) and hasattr(torch.cpu, name):
            setattr(torch._C._cpu, name, getattr(torch.cpu, name))


sys.meta_path.insert(0, _BeforeVllm())
