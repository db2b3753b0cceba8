#!/usr/bin/env bash
# Build the images of the tests: bash tests/rig/images/build.sh [busybox|python|cpu|all|release VERSION]
#
#   busybox   gb10-rig-busybox:1          busybox alone
#   python    gb10-rig-python:1           Python, g++, libnuma
#   cpu       gb10-rig-vllm-cpu:0.32.0    the real vLLM, CPU build; also leaves .cache/cpu/encodings and .cache/cpu/huggingface
#   release   gb10-rig-vllm-cpu:VERSION   that release with what was around it in its time; also .cache/releases/huggingface
#
# Each image carries a digest of its inputs as a label and is built again only when they change.
# RIG_BASE   the base of `python` (default: python:3.11-slim where a registry answers, else Debian's packages)
# PYTHON     the interpreter of the engine's environment (default python3.11); the base has the same minor version
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
checkout=$(cd "$here/../../.." && pwd)
cache=$(realpath -m "$checkout/.cache") # CI shares one between checkouts
venv=$cache/engine-venv
busybox_image=gb10-rig-busybox:1
base_image=gb10-rig-base:1
python_image=gb10-rig-python:1
cpu_image=gb10-rig-vllm-cpu:0.32.0
torch_image=gb10-rig-torch:1
releases=$checkout/tests/rig/releases
label=gb10.rig.inputs
python_minor=$("${PYTHON:-python3.11}" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

say() { printf 'rig images: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
digest() { sha256sum | cut -d' ' -f1; }
inputs_of() { docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$1" 2>/dev/null || true; }

# is_current IMAGE DIGEST
is_current() {
    [ "$(inputs_of "$1")" = "$2" ] || return 1
    say "$1 is up to date"
}

install() {
    say "installing $* ..."
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# build IMAGE DIGEST BASE [OPTION...]: the context comes as a tar on standard input, so nothing is copied to a folder first.
build() {
    local log image=$1 inputs=$2 base=$3
    shift 3
    log=$(mktemp)
    if ! docker build --quiet --force-rm --tag "$image" --label "$label=$inputs" ${base:+--build-arg "BASE=$base"} "$@" - >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "docker build of $image failed; its output is above"
    fi
    rm -f "$log"
    say "$image built after ${SECONDS} s"
}

build_busybox() {
    # A dynamic busybox would find no libc in an empty image.
    if [ ! -x /bin/busybox ] || ldd /bin/busybox >/dev/null 2>&1; then install busybox-static; fi
    local wanted
    wanted=$(cat "$here/busybox/Dockerfile" /bin/busybox | digest)
    is_current "$busybox_image" "$wanted" && return 0
    tar -ch -C "$here/busybox" Dockerfile -C /bin busybox | build "$busybox_image" "$wanted" ""
}

# Debian's release whose python3 is the one that the engine's environment was made with.
suite() {
    case $python_minor in
        3.11) echo bookworm ;;
        3.13) echo trixie ;;
        *) die "no Debian release has Python $python_minor: set PYTHON to 3.11 or 3.13, or RIG_BASE to an image with $python_minor" ;;
    esac
}

import_base() {
    local wanted release packages=python3,libpython3-dev,libnuma1,g++,openssl
    release=$(suite)
    wanted=$(echo "$release $packages" | digest)
    is_current "$base_image" "$wanted" && return 0
    command -v mmdebstrap >/dev/null || install mmdebstrap debian-archive-keyring
    say "no registry answers: making $base_image from Debian $release (about 40 s) ..."
    as_root nice mmdebstrap --quiet --variant=minbase --include="$packages" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' "$release" - |
        docker import --change "LABEL $label=$wanted" - "$base_image" >/dev/null
    say "$base_image made after ${SECONDS} s"
}

# Prints the base of the python image, made or pulled.
python_base() {
    local slim=python:$python_minor-slim
    if [ -n "${RIG_BASE:-}" ]; then
        echo "$RIG_BASE"
    elif docker image inspect "$slim" >/dev/null 2>&1; then
        echo "$slim"
    elif timeout 20 docker manifest inspect "$slim" >/dev/null 2>&1 && docker pull --quiet "$slim" >&2; then
        echo "$slim"
    else
        import_base
        echo "$base_image"
    fi
}

build_python() {
    local base wanted
    base=$(python_base)
    wanted=$( (cat "$here/python/Dockerfile"; docker image inspect --format '{{.Id}}' "$base" 2>/dev/null || echo "$base") | digest)
    is_current "$python_image" "$wanted" && return 0
    tar -c -C "$here/python" Dockerfile | build "$python_image" "$wanted" "$base"
}

engine_environment() {
    [ -e "$venv/.complete" ] || say "installing vLLM into $venv (about 50 s) ..."
    # A completed environment is left alone by install.sh, and an outdated one made again.
    bash "$checkout/tests/rig/tiny/install.sh" "$venv" >&2
}

build_cpu() {
    local wanted python_log
    # Unpacking Debian's packages and Python's are independent; two cores do both in the time of the longer.
    python_log=$(mktemp)
    build_python 2>"$python_log" &
    local python_job=$!
    engine_environment
    wait "$python_job" || { cat "$python_log" >&2; die "the python image failed; its output is above"; }
    cat "$python_log" >&2
    rm -f "$python_log"
    wanted=$(cat "$here"/cpu/* "$venv/.complete" <(inputs_of "$python_image") | digest)
    if ! is_current "$cpu_image" "$wanted"; then
        say "building $cpu_image ..."
        # pip, torch's own tests and compilers, and bytecode of other paths are never used by a server.
        tar -c -C "$here/cpu" . -C "$venv/lib/python$python_minor" --exclude=__pycache__ --exclude=site-packages/pip \
            --exclude=site-packages/torch/test --exclude='site-packages/torch/bin/protoc*' site-packages |
            build "$cpu_image" "$wanted" "$python_image"
    fi
    make_cache
}

# What the container mounts: the two encodings, and the tiny checkpoint in Hugging Face's cache layout.
make_cache() {
    local expand=$checkout/tests/rig/tiny/expand.py made=$cache/cpu/huggingface/.rig-inputs wanted
    mkdir -p "$cache/cpu/encodings" "$cache/cpu/huggingface"
    "${PYTHON:-python3.11}" "$checkout/tests/rig/encodings/make.py" "$cache/cpu/encodings" >&2
    [ -e "$expand" ] || die "$expand is missing: the image and the encodings are ready, the checkpoint is not"
    wanted=$(find "$checkout/tests/rig/tiny" -type f -not -path '*/__pycache__/*' -print0 | sort -z | xargs -0 cat | digest)
    if [ "$(cat "$made" 2>/dev/null)" = "$wanted" ]; then
        say "the checkpoint in $cache/cpu/huggingface is up to date"
        return 0
    fi
    say "expanding the tiny checkpoint into $cache/cpu/huggingface ..."
    docker run --rm --network none --user "$(id -u):$(id -g)" -e HOME=/tmp -e PYTHONDONTWRITEBYTECODE=1 -w /checkout \
        -v "$checkout:/checkout:ro" -v "$cache/cpu:/cpu" "$cpu_image" \
        python3 tests/rig/tiny/expand.py --cache /cpu/huggingface --encodings /cpu/encodings >&2
    echo "$wanted" >"$made"
    say "the checkpoint is ready after ${SECONDS} s"
}

# The torch of the engine's environment and what it imports, as a layer that all releases share.
build_torch() {
    local wanted site=$venv/lib/python$python_minor/site-packages
    build_python
    engine_environment
    wanted=$(cat "$releases/image/torch.Dockerfile" "$venv/.complete" <(inputs_of "$python_image") | digest)
    is_current "$torch_image" "$wanted" && return 0
    (cd "$site/.." && ls -d site-packages/{torch,torchgen,functorch,sympy,networkx,mpmath,jinja2,markupsafe,filelock,fsspec}{,-*.dist-info} \
        site-packages/typing_extensions* 2>/dev/null) |
        tar -c -C "$releases/image" --transform 's,^torch.Dockerfile$,Dockerfile,' torch.Dockerfile -C "$site/.." \
            --exclude=__pycache__ --exclude=site-packages/torch/test --exclude='site-packages/torch/bin/protoc*' -T - |
        build "$torch_image" "$wanted" "$python_image"
}

# of VERSION KEY: a value of releases.toml
of() {
    "${PYTHON:-python3.11}" -c 'import sys, tomllib; print(tomllib.load(open(sys.argv[1], "rb"))["release"][sys.argv[2]][sys.argv[3]])' \
        "$releases/releases.toml" "$1" "$2"
}

build_release() {
    local version=$1 image=gb10-rig-vllm-cpu:$1 environment=$cache/releases/$1 plugin=/opt/plugin wanted
    bash "$releases/install.sh" "$version" "$environment" >&2
    build_torch
    [ "$(of "$version" plugin)" = True ] || plugin=
    wanted=$( (cat "$environment/.complete" "$releases"/image/* "$here/cpu/vllm" "$here/cpu/nvidia_entrypoint.sh"
        find "$releases/plugin" -type f -not -name '*.pyc' | sort | xargs cat
        of "$version" bind; echo "$plugin"; inputs_of "$torch_image") | digest)
    if ! is_current "$image" "$wanted"; then
        say "building $image ..."
        tar -c -C "$releases/image" Dockerfile -C "$here/cpu" vllm nvidia_entrypoint.sh -C "$releases" plugin \
            -C "$environment/lib/python$python_minor" --exclude=__pycache__ --exclude=site-packages/pip site-packages |
            build "$image" "$wanted" "$torch_image" --build-arg "BIND=$(of "$version" bind)" --build-arg "PLUGIN=$plugin"
    fi
    make_releases_cache
}

# The tiny checkpoint in MXFP4, as gpt-oss is published, for the releases that the plug-in serves.
make_releases_cache() {
    local made=$cache/releases/huggingface/.rig-inputs wanted
    build_cpu
    mkdir -p "$cache/releases/huggingface"
    wanted=$( (cat "$cache/cpu/huggingface/.rig-inputs"; cat "$here/build.sh") | digest)
    [ "$(cat "$made" 2>/dev/null)" = "$wanted" ] && return 0
    say "expanding the tiny checkpoint in MXFP4 into $cache/releases/huggingface ..."
    rm -rf "$cache/releases/huggingface/hub"
    docker run --rm --network none --user "$(id -u):$(id -g)" -e HOME=/tmp -e PYTHONDONTWRITEBYTECODE=1 -w /checkout \
        -v "$checkout:/checkout:ro" -v "$cache/cpu:/cpu" -v "$cache/releases:/releases" "$cpu_image" \
        python3 tests/rig/tiny/expand.py --mxfp4 --cache /releases/huggingface --encodings /cpu/encodings >&2
    # transformers 4 does not know the class that transformers 5 writes; both know this one.
    find "$cache/releases/huggingface/hub" -name tokenizer_config.json -exec sed -i 's/"TokenizersBackend"/"PreTrainedTokenizerFast"/' {} +
    echo "$wanted" >"$made"
}

docker version >/dev/null 2>&1 || die "no Docker engine answers: run bash tests/rig/engine/start.sh first"
case ${1:-all} in
    busybox) build_busybox ;;
    python) build_python ;;
    cpu) build_cpu ;;
    all) build_busybox && build_cpu ;;
    release) build_release "${2:?usage: build.sh release VERSION}" ;;
    *) die "unknown image '$1': expected busybox, python, cpu or all" ;;
esac
