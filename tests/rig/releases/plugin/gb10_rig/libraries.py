"""torch and xgrammar as the older releases expect them, and the few operators of vllm._C that are asked for on a CPU."""

import torch

_libraries = []  # an operator lives as long as the library that defined it
_DONE = "gb10_rig_mended"


def mend_torch():
    """torch 2.13 refuses `pin_memory` where there is no accelerator; the torch of their time ignored it."""
    if hasattr(torch, _DONE):
        return
    tensor = torch.tensor

    def unpinned(*args, **kwargs):
        kwargs.pop("pin_memory", None)
        return tensor(*args, **kwargs)

    torch.tensor = unpinned
    setattr(torch, _DONE, True)


def mend_xgrammar():
    """0.11.1 to 0.15 hand a tensor of indices to a CPU kernel that wants a list."""
    import xgrammar

    if hasattr(xgrammar, _DONE):
        return
    apply = xgrammar.apply_token_bitmask_inplace

    def with_list(logits, bitmask, *, indices=None, **kwargs):
        listed = indices.tolist() if isinstance(indices, torch.Tensor) else indices
        return apply(logits, bitmask, indices=listed, **kwargs)

    xgrammar.apply_token_bitmask_inplace = with_list
    setattr(xgrammar, _DONE, True)


def stub_operators():
    """What binds threads (0.11.1 and later) and memory to cores does nothing; slots are mapped in torch (0.20 and later).

    Where the wheel's own library loads, as that of 0.28 does, it has them: it is loaded first, by the release's own choice
    of the library for this processor.
    """
    import vllm._custom_ops  # noqa: F401 - it loads the library, or warns that it cannot

    for space in ("_C_utils", "_C"):
        _define(space, "init_cpu_threads_env(str cpu_ids) -> str", lambda cpu_ids: "")
    _define("_C", "init_cpu_memory_env(int[] nodes) -> ()", lambda nodes: None)
    signature = "(Tensor starts, Tensor positions, Tensor table, Tensor(a!) slots, int size) -> ()"
    _define("_C", f"compute_slot_mapping_kernel_impl{signature}", _map_slots)


def _define(space, schema, implementation):
    name = schema.partition("(")[0]
    if hasattr(getattr(torch.ops, space), name):
        return
    library = torch.library.Library(space, "FRAGMENT")
    library.define(schema)
    library.impl(name, implementation, "CompositeExplicitAutograd")
    _libraries.append(library)


def _map_slots(starts, positions, table, slots, size):
    counts = (starts[1:] - starts[:-1]).long()
    which = torch.repeat_interleave(torch.arange(len(counts)), counts)
    at = positions[: len(which)].long()
    slots[: len(which)] = table[which, at // size].long() * size + at % size
