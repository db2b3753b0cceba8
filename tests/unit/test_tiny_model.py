"""The plain-torch gpt-oss against transformers; runs where both are installed (the engine's environment)."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the suite's own environment has no torch; run this with the engine's")
transformers = pytest.importorskip("transformers", reason="likewise")


def test_forward_equals_transformers() -> None:
    """The trainer's forward pass MUST give the logits of transformers' GptOssForCausalLM for the same parameters."""
    from tests.rig.tiny.expand import configuration
    from tests.rig.tiny.model import Arch, TinyGptOss

    torch.manual_seed(1)
    arch, vocab = Arch(), 50
    ours = TinyGptOss(arch, vocab)
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    raw = configuration(arch.as_config(), mxfp4=False) | {
        "vocab_size": vocab,
        "eos_token_id": None,
        "pad_token_id": None,
    }
    config = transformers.GptOssConfig(**raw)
    config._attn_implementation = "eager"
    theirs = transformers.GptOssForCausalLM(config).float().eval()
    theirs.load_state_dict(ours.state_dict())
    ids = torch.randint(0, vocab, (2, 300))  # longer than the sliding window

    with torch.no_grad():
        torch.testing.assert_close(ours.lm_head(ours(ids)), theirs(ids).logits, atol=1e-4, rtol=1e-4)
