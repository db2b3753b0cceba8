#!/bin/bash
# retrain.sh VENV [train.py options]    render the training set with the engine's own vLLM and train the weights anew, here.
#
# With a GPU: --device cuda. On a CPU add --tokens 4000 --steps 3000 --minutes 60. VENV is what install.sh made.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
venv=${1:?usage: retrain.sh VENV [train.py options]}
shift
data=${TMPDIR:-/tmp}/tiny-dataset-$$.npz
trap 'rm -f "$data"' EXIT
HF_HUB_OFFLINE=1 "$venv/bin/python" -m tests.rig.tiny.render --out "$data"
"$venv/bin/python" -m tests.rig.tiny.train --data "$data" --out tests/rig/tiny/weights "$@"
