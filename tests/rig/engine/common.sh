# shellcheck shell=bash disable=SC2034
# Sourced by start.sh and stop.sh: where the rig's engine keeps what, and what is running now.
#
# RIG_ENGINE_DIR   state of the engine: images, containers, log (default: CHECKOUT/.cache/engine)

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
state=$(realpath -m "${RIG_ENGINE_DIR:-$checkout/.cache/engine}")
# A unix socket's path holds 107 bytes and dockerd makes several below --exec-root, so those live in a short folder.
run_dir=/run/gb10-rig/$(printf %s "$state" | cksum | cut -d' ' -f1)
pid_file=$run_dir/dockerd.pid
log=$state/dockerd.log
default_socket=/var/run/docker.sock
mark=gb10.rig.run # an engine with this label was started by start.sh; the value is its run_dir

say() { printf 'rig engine: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# pid of the dockerd of a run folder, or nothing: a pid file alone proves nothing after a reboot.
pid_of() {
    local pid
    pid=$(cat "$1/dockerd.pid" 2>/dev/null) || return 0
    if tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "--pidfile=$1/dockerd.pid"; then echo "$pid"; fi
}

# Does an engine answer at this socket? `docker version` exits 0 only when the server did.
answers() { timeout 10 docker -H "unix://$1" version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# The run folder of the rig engine that answers at this socket; nothing for anybody else's engine.
rig_behind() {
    docker -H "unix://$1" info --format '{{range .Labels}}{{println .}}{{end}}' 2>/dev/null | sed -n "s/^$mark=//p"
}

# Ask one process to end, by id, and wait for at most 30 s.
end_process() {
    local pid=$1 tick
    as_root kill "$pid"
    for tick in $(seq 150); do
        [ -e "/proc/$pid" ] || return 0
        sleep 0.2
    done
    die "pid $pid did not end within 30 s of SIGTERM ($((tick / 5)) s waited): look at $log"
}
