"""What vLLM's CPU model runner is given in place of the release's own."""

import time


def use_own_model():
    """gpt-oss in plain torch: the releases' own layers ask for CUDA, or for kernels without bias and sinks."""
    from vllm import ModelRegistry

    ModelRegistry.register_model("GptOssForCausalLM", "gb10_rig.model:RigGptOss")


def use_own_attention():
    """Attention with sinks, which the CPU backend of 0.10 and 0.11.0 does not know, over vLLM's own paged cache."""
    from vllm.platforms.cpu import CpuPlatform

    CpuPlatform.get_attn_backend_cls = classmethod(lambda cls, *args, **kwargs: "gb10_rig.attention.RigBackend")


def allow_the_v1_engine():
    """0.10 falls back to V0 for a sliding window on a CPU; NVIDIA's image runs V1."""
    from vllm.engine.arg_utils import EngineArgs

    if hasattr(EngineArgs, "_is_v1_supported_oracle"):
        EngineArgs._is_v1_supported_oracle = lambda self, model_config: True


def _runner():
    try:
        from vllm.v1.worker.cpu_model_runner import CPUModelRunner
    except Exception as error:  # noqa: BLE001 - in the API server's process some releases cannot import it, and need not
        print("gb10_rig: no CPUModelRunner here:", repr(error), flush=True)
        return None
    return CPUModelRunner


def keep_batches_in_order():
    """It asserts the type of the metadata builder, which is ours."""
    runner = _runner()
    if runner is not None and hasattr(runner, "_may_reorder_batch"):
        runner._may_reorder_batch = lambda self, scheduler_output: None


def pace(least):
    """No engine step takes less than `least` seconds: the tiny model is faster than any GB10.

    Releases up to 0.11.0 lose text of streams when tokens come faster than the API server sends them, which is real, but
    here would be the rule where on a GB10 it is the exception.
    """
    runner = _runner()
    if not least or runner is None or hasattr(runner, "gb10_rig_paced"):
        return
    execute = runner.execute_model

    def execute_model(self, *args, **kwargs):
        start = time.monotonic()
        done = execute(self, *args, **kwargs)
        time.sleep(max(0.0, least - (time.monotonic() - start)))
        return done

    runner.execute_model, runner.gb10_rig_paced = execute_model, True
