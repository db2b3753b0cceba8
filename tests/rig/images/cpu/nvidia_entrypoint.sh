#!/bin/sh
# Stands where NVIDIA's images have theirs: prints a banner, then becomes the command.
echo "== gb10-rig-vllm-cpu: vLLM on a CPU, for tests =="
exec "$@"
