"""The plain-torch gpt-oss held against transformers: `python -m tests.rig.tiny.compare`, in the engine's environment."""

from __future__ import annotations

import torch
import transformers

from tests.rig.tiny.expand import configuration
from tests.rig.tiny.model import Arch, TinyGptOss

VOCAB = 50
LENGTH = 300  # longer than the sliding window


def main() -> None:
    """The same parameters give the same logits; AssertionError with the difference otherwise."""
    torch.manual_seed(1)
    arch = Arch()
    ours = TinyGptOss(arch, VOCAB)
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    raw = configuration(arch.as_config(), mxfp4=False)
    raw |= {"vocab_size": VOCAB, "eos_token_id": None, "pad_token_id": None}
    config = transformers.GptOssConfig(**raw)
    config._attn_implementation = "eager"
    theirs = transformers.GptOssForCausalLM(config).float().eval()
    theirs.load_state_dict(ours.state_dict())
    ids = torch.randint(0, VOCAB, (2, LENGTH))
    with torch.no_grad():
        torch.testing.assert_close(ours.lm_head(ours(ids)), theirs(ids).logits, atol=1e-4, rtol=1e-4)


if __name__ == "__main__":
    main()
