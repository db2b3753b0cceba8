#!/usr/bin/env bash
# Stop the engine that start.sh started, by its process id, and nothing else: bash tests/rig/engine/stop.sh [--wipe]
#
# --wipe   also removes its images and containers (RIG_ENGINE_DIR, see common.sh)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

pid=$(pid_of "$run_dir")
if [ -n "$pid" ]; then
    end_process "$pid"
    say "pid $pid ended"
else
    say "no engine of ours runs for $state"
fi
if [ -s "$run_dir/bridge" ]; then as_root ip link del "$(cat "$run_dir/bridge")"; fi
as_root rm -rf "$run_dir"
if [ "${1:-}" = --wipe ]; then as_root rm -rf "$state/data" "$log"; fi
