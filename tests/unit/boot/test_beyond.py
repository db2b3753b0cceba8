"""The contract, whole: what stands beside it is found, whatever it is, and what the image brings is not."""

import json

import pytest

from fixtures.core.beyond import KNOWN, LOGGED_KNOWN, LOGGED_OTHER, OTHER, Kind
from fixtures.given.contract import audited
from fixtures.knowledge.beyond import effects
from tests.unit.boot.test_audit import GOOD, IMAGE, SPEC, changed
from tests.unit.boot.test_startups import LOGS, read

LOGGED = {name.replace("-", "_"): value for name, value in SPEC.serve.arguments.items()}


def found(change, *, logged=LOGGED, image=IMAGE):
    """The four findings beyond the contract, those that are not ok, by rule."""
    findings = audited(SPEC, changed(change), image=image, logged=logged)
    return {rule: f.observed for rule in (KNOWN, OTHER, LOGGED_KNOWN, LOGGED_OTHER) if not (f := findings[rule]).ok}


def arguments(*words):
    return lambda i: i["Config"]["Cmd"].extend(words)


def variable(entry):
    return lambda i: i["Config"]["Env"].append(entry)


def mount(source, target):
    return lambda i: i["Mounts"].append({"Type": "bind", "Source": source, "Destination": target, "RW": True})


def host(**options):
    return lambda i: i["HostConfig"].update(options)


def test_the_mandated_container_has_nothing():
    """What the contract and the image give is no finding; neither is what Docker adds by itself."""
    healthy = host(
        SecurityOpt=["label=disable"],
        NetworkMode="default",
        RestartPolicy={"Name": "no", "MaximumRetryCount": 0},
        Memory=0,
        PidsLimit=None,
        Devices=[],
        ShmSize=67108864,
        Runtime="nvidia",
    )
    assert found(healthy) == {}
    assert found(arguments("--model", "openai/gpt-oss-120b")) == {}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (arguments("--async-scheduling"), "--async-scheduling (breaks structured output"),
        (arguments("--async-sched"), "--async-sched (breaks structured output"),
        (arguments("--max-num-seqs", "1"), "--max-num-seqs 1 ("),
        (arguments("--max_num_seqs=2"), "--max-num-seqs 2 ("),
        (arguments("--kv-cache-dtype", "fp8"), "--kv-cache-dtype fp8 ("),
        (arguments("--tool-call-parser", "openai"), "--tool-call-parser openai (changes how harmony is parsed"),
        (arguments("--override-generation-config", '{"temperature":0.2}'), '{"temperature":0.2} (changes the sampling'),
        (arguments("--compilation-config.level", "0"), "--compilation-config.level 0 ("),
        (arguments("-O3"), "-O3 ("),
        (arguments("-tp", "2"), "--tensor-parallel-size 2 (spreads the model"),
        (arguments("--config", "/etc/vllm.yaml"), "--config /etc/vllm.yaml (brings arguments from a file"),
        (arguments("--no-enable-prefix-caching"), "--no-enable-prefix-caching ("),
        (variable("VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8=1"), "-e VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8=1 (chooses other"),
        (variable("VLLM_ATTENTION_BACKEND=FLASH_ATTN"), "-e VLLM_ATTENTION_BACKEND=FLASH_ATTN ("),
        (variable("LD_PRELOAD=/x.so"), "-e LD_PRELOAD=/x.so (puts other code"),
        (variable("PATH=/patched:/usr/bin"), "-e PATH=/patched:/usr/bin (puts other code"),
        (mount("/home/me/vllm", "/usr/local/lib/python3.12/dist-packages/vllm"), "-v /home/me/vllm:"),
        (host(Memory=64 << 30), "--memory 68719476736 (limits what the server may use"),
        (host(CpusetCpus="0-3"), "--cpuset-cpus 0-3 ("),
    ],
)
def test_known_to_change_answers_or_speed(change, says):
    """It fails the audit, with what it changes."""
    assert list(seen := found(change)) == [KNOWN]
    assert says in seen[KNOWN]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (arguments("--uvicorn-log-level", "debug"), "--uvicorn-log-level debug"),
        (arguments("--never-heard-of", "1"), "--never-heard-of 1"),
        (variable("GREETING=hello"), "-e GREETING"),
        (mount("/data", "/data"), "-v /data:/data"),
        (host(NetworkMode="host"), "--network host (opens every port"),
        (host(RestartPolicy={"Name": "always"}), "--restart always (starts the server again"),
        (host(Privileged=True), "--privileged (gives the server rights"),
        (host(CapAdd=["SYS_ADMIN"]), "--cap-add SYS_ADMIN"),
        (host(Devices=[{"PathOnHost": "/dev/nvidia0"}]), "--device /dev/nvidia0"),
        (host(Ulimits=[*GOOD["HostConfig"]["Ulimits"], {"Name": "nofile", "Soft": 1, "Hard": 2}]), "nofile=1:2"),
        (host(ExtraHosts=["hub:1.2.3.4"]), "--add-host hub:1.2.3.4"),
        (host(Sysctls={"net.core.somaxconn": "1"}), "--sysctl net.core.somaxconn=1"),
        (lambda i: i["HostConfig"]["PortBindings"].update({"9000/tcp": []}), "--publish 9000/tcp"),
        (lambda i: i["Config"].update(User="1000"), "--user 1000"),
    ],
)
def test_anything_else_warns(change, says):
    """What is not known to change answers or speed is found as well."""
    assert list(seen := found(change)) == [OTHER]
    assert says in seen[OTHER]


def test_values_that_may_be_secret_are_not_shown():
    """A key, a token, a variable of which nothing is known: the name says enough."""
    for change in (
        arguments("--api-key", "hunter22hunter22"),
        arguments("--api-key=hunter22hunter22"),
        variable("VLLM_API_KEY=hunter22hunter22"),
        variable("AWS_SECRET=hunter22hunter22"),
        variable("DATABASE=postgres://me:hunter22hunter22@db"),
    ):
        findings = audited(SPEC, changed(change), image=IMAGE, logged=LOGGED)
        assert "hunter22" not in json.dumps([f"{f.observed} {f.remedy}" for f in findings.values()])


def test_what_only_the_log_tells():
    """A file of arguments, an entrypoint of one's own: the server's own log names what they brought."""
    seen = found(lambda i: None, logged={**LOGGED, "enforce_eager": True, "uvicorn_log_level": "debug"})
    assert seen[LOGGED_KNOWN].startswith("enforce_eager=True (changes compilation")
    assert seen[LOGGED_OTHER] == "uvicorn_log_level=debug"
    # What the command has is told once.
    assert list(found(arguments("--enforce-eager"), logged={**LOGGED, "enforce_eager": True})) == [KNOWN]


def test_an_image_that_is_gone():
    """Then nobody can tell what it brought itself: no variable is held against the container."""
    assert found(variable("GREETING=hello"), image={"Entrypoint": IMAGE["Entrypoint"]}) != {}
    assert found(variable("GREETING=hello"), image={}) == {}


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.stem)
def test_start_ups_under_the_mandated_arguments(log):
    """No release logs an argument that nobody gave; two logs are of servers that were given more."""
    logged = read(log).args
    expected = [LOGGED_KNOWN] if log.stem in ("0.24.0-h100-120b-dummy", "0.24.0-h100-marlin") else []
    assert list(found(lambda i: None, logged=logged)) == expected


def test_the_knowledge():
    """Each entry says what it changes and where that is said, and no two of a kind have the same name."""
    names = [(effect.kind, effect.name) for effect in effects()]
    assert len(names) == len(set(names))
    assert {effect.kind for effect in effects()} == set(Kind)
    assert all(len(effect.why) > 10 and len(effect.source) > 5 for effect in effects())
