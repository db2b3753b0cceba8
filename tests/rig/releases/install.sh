#!/bin/bash
# install.sh VERSION DIR    vLLM VERSION (CPU build) and what was around it in its time into the virtual environment DIR,
# without torch, which every release shares (../images/build.sh); does nothing where it is complete.
#
# PYTHON   the interpreter (default python3.11)
# DIR/.complete is written last and holds the digest of what was installed.
set -euo pipefail
version=${1:?usage: install.sh VERSION DIR} venv=$(realpath -m "${2:?usage: install.sh VERSION DIR}")
here=$(dirname "$(readlink -f "$0")")
lock=$here/locks/$version.txt
[ -e "$lock" ] || { echo "no release $version: $(cd "$here/locks" && ls | sed 's/\.txt$//' | sort -V | xargs)" >&2; exit 2; }
digest=$(cat "$lock" "$here/install.sh" "$here/../common.sh" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$venv/.complete" 2>/dev/null)" = "$digest" ]; then
  echo "$venv is complete"
  exit 0
fi
rm -rf "$venv"
"${PYTHON:-python3.11}" -m venv "$venv"
"$venv/bin/pip" install --quiet --no-compile --no-deps -r "$lock"
. "$here/../common.sh"
name_vllm "$venv"
echo "$digest" >"$venv/.complete"
echo "$venv: vLLM $version, $(du -sh "$venv" | cut -f1)"
