#!/usr/bin/env bash
# Start a Docker engine for the tests: bash tests/rig/engine/start.sh
#
# An engine that already answers is used as it is and never touched. Otherwise this installs Docker where it is missing,
# starts dockerd at the default socket and waits until it answers. A second call says that it is up.
#
# RIG_NO_GPU_HOOK=1   without the GPU shim: `--gpus all` ends in the real "could not select device driver"
# RIG_OWN_ENGINE=1    an engine of our own beside the one that answers, at its own socket; prints `export DOCKER_HOST=…`
# RIG_ENGINE_DIR      as in common.sh; with RIG_OWN_ENGINE each folder is an engine of its own
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
shims=$checkout/tests/rig/engine/shims

install_docker() {
    command -v dockerd >/dev/null && command -v docker >/dev/null && return 0
    command -v apt-get >/dev/null || die "dockerd is missing and so is apt-get: install Docker by hand"
    # From Debian 13 on docker.io has no client in it.
    local packages=(docker.io)
    as_root apt-get update -qq || die "apt-get update failed: is a Debian mirror reachable?"
    if ! command -v docker >/dev/null && [ -n "$(apt-cache pkgnames docker-cli)" ]; then packages+=(docker-cli); fi
    say "installing ${packages[*]} ..."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${packages[@]}" iptables iproute2 python3-minimal >/dev/null || die "could not install ${packages[*]}"
}

# A rig engine outlives its checkout's folder when the work tree is laid anew: its images are gone, so it must go too.
end_orphan() {
    local owner pid
    owner=$(rig_behind "$default_socket")
    [ -n "$owner" ] && [ ! -d "$(cat "$owner/state" 2>/dev/null)/data" ] || return 0
    pid=$(pid_of "$owner")
    [ -n "$pid" ] || die "the rig engine of $owner has lost its folder, and its pid cannot be told: end it by hand"
    say "ending pid $pid: a rig engine whose folder is gone"
    end_process "$pid"
}

use_what_answers() {
    local owner
    if [ -n "${DOCKER_HOST:-}" ]; then
        docker version >/dev/null 2>&1 || die "DOCKER_HOST=$DOCKER_HOST does not answer: unset it, or start that engine"
        say "DOCKER_HOST=$DOCKER_HOST answers; it is used as it is"
        exit 0
    fi
    if ! answers "$default_socket"; then
        # Docker Desktop and rootless engines are reached through a context, at a socket of their own.
        docker version >/dev/null 2>&1 || return 0
        say "the engine of docker context $(docker context show) answers; it is used as it is"
        exit 0
    fi
    end_orphan
    answers "$default_socket" || return 0
    owner=$(rig_behind "$default_socket")
    if [ -n "$owner" ]; then
        say "already up, pid $(pid_of "$owner")"
    else
        say "an engine that is not ours answers at $default_socket: it is used as it is (RIG_OWN_ENGINE=1 starts another)"
    fi
    exit 0
}

# Two engines on one bridge, or with iptables rules of the same names, break each other: the second gets its own bridge
# and no rules. Published ports then work through docker-proxy, from this machine.
own_bridge() {
    local number bridge
    number=$(printf %s "$run_dir" | cksum | cut -d' ' -f1)
    bridge=rig$((number % 100000))
    if ! ip link show "$bridge" >/dev/null 2>&1; then
        as_root ip link add "$bridge" type bridge
        as_root ip addr add "10.213.$((number % 256)).1/24" dev "$bridge"
        as_root ip link set "$bridge" up
    fi
    echo "$bridge" | as_root tee "$run_dir/bridge" >/dev/null
    options+=("--bridge=$bridge" --iptables=false --ip-forward=false --ip-masq=false)
}

choose_options() {
    options=("--data-root=$state/data" "--exec-root=$run_dir/exec" "--pidfile=$pid_file" "--host=unix://$socket"
        "--label=$mark=$run_dir" "--config-file=$run_dir/daemon.json")
    [ "$(id -u)" = 0 ] || options+=("--group=$(id -gn)")
    # The rig's own configuration file: an installed /etc/docker/daemon.json belongs to somebody else's engine.
    echo '{}' | as_root tee "$run_dir/daemon.json" >/dev/null
    [ "$socket" = "$default_socket" ] || own_bridge
    if ! as_root prlimit --memlock=unlimited:unlimited true 2>/dev/null; then
        say "this machine may not raise RLIMIT_MEMLOCK: the shim no-memlock-runc drops it inside containers"
        options+=("--add-runtime=no-memlock-runc=$shims/runtime/no-memlock-runc" --default-runtime=no-memlock-runc)
    fi
}

wait_until_up() {
    local launcher=$1 tick
    for tick in $(seq 300); do
        answers "$socket" && return 0
        if [ ! -e "/proc/$launcher" ] && [ -z "$(pid_of "$run_dir")" ]; then
            tail -n 20 "$log" >&2
            die "dockerd ended before it answered; the end of its log ($log) is above"
        fi
        sleep 0.2
    done
    tail -n 20 "$log" >&2
    die "dockerd did not answer within $((tick / 5)) s; the end of its log ($log) is above"
}

launch() {
    local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    if [ -z "${RIG_NO_GPU_HOOK:-}" ]; then path=$shims/gpu:$path; fi
    # setsid, and no inherited file: the engine must outlive the shell, and nobody may wait for its output.
    as_root setsid env PATH="$path" dockerd "${options[@]}" >"$log" 2>&1 </dev/null &
    wait_until_up $!
}

report() {
    local driver
    driver=$(docker -H "unix://$socket" info --format '{{.ServerVersion}}, storage {{.Driver}}, cgroup v{{.CgroupVersion}}')
    say "up, pid $(pid_of "$run_dir"), $driver, $socket"
    case $driver in *"storage vfs"*) say "storage vfs copies whole images: set RIG_ENGINE_DIR to a folder on ext4 or xfs" ;; esac
    [ "$socket" = "$default_socket" ] || echo "export DOCKER_HOST=unix://$socket"
}

main() {
    [ -n "${RIG_OWN_ENGINE:-}" ] || ! command -v docker >/dev/null || use_what_answers
    install_docker
    # Installing Docker on a machine with systemd starts its own engine.
    [ -n "${RIG_OWN_ENGINE:-}" ] || use_what_answers
    socket=$default_socket
    if [ -n "${RIG_OWN_ENGINE:-}" ]; then socket=$run_dir/docker.sock; fi
    mkdir -p "$state"
    as_root mkdir -p "$run_dir"
    echo "$state" | as_root tee "$run_dir/state" >/dev/null
    if [ -z "$(pid_of "$run_dir")" ]; then
        choose_options
        launch
    fi
    report
}

main
