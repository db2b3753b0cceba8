"""A plug-in that lets any release of vLLM since 0.10.1 serve the tiny gpt-oss on a CPU. No file of vLLM is edited.

What lies below the engine's model runner is replaced: the layers of the model, the attention kernel, and what the compiled
part of the wheel, which does not load here, would have brought. The API server, harmony, parsers, scheduler, sampler and
structured output are the release's own.
"""

import os


def register():
    """Called by vLLM in each of its processes (entry point `vllm.general_plugins`)."""
    from gb10_rig import libraries, runner

    libraries.mend_torch()
    libraries.mend_xgrammar()
    libraries.stub_operators()
    runner.use_own_model()
    runner.use_own_attention()
    runner.allow_the_v1_engine()
    runner.keep_batches_in_order()
    runner.pace(float(os.environ.get("GB10_RIG_STEP_MS", "0")) / 1000)
