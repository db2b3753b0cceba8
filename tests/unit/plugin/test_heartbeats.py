"""What a heartbeat makes of the logs: which errors refuse, which warn, and in which module they came."""

from types import SimpleNamespace

import pytest

from fixtures.adapters.host.command import Answer
from fixtures.core.errors import Violation
from fixtures.core.spec import Engine
from fixtures.judges.heartbeat import expect_quiet_log
from fixtures.plugin.heartbeat import Heartbeats
from fixtures.plugin.kernel import KernelFollower

DEAD = "(APIServer pid=1) ERROR 11-24 10:00:00 [async_llm.py:420] vllm.v1.engine.exceptions.EngineDeadError: x\n"
LOST = (
    "(EngineCore_0 pid=7) ERROR 11-24 10:00:00 [backend_xgrammar.py:160] Failed to advance FSM for request chatcmpl-1\n"
)
ACCESS = 'INFO:     127.0.0.1:50024 - "POST /v1/chat/completions HTTP/1.1" 200 OK\n'
XID = "Nov 27 10:00:00 spark kernel: NVRM: Xid (PCI:000f:01:00): 31, pid=4123, name=VLLM::EngineCor\n"
GOOD = SimpleNamespace(failure="", status=200, body=b'{"usage": {"completion_tokens": 1}}', file="x.json", path="/v1/x")


class Server:
    """A server that is well, its log, and the kernel's."""

    def __init__(self, directory, engine=Engine.CONTAINER):
        self.log, self.kernel = directory / "server.log", []
        self.log.write_text("INFO:     Application startup complete.\n")
        self.run = SimpleNamespace(
            ledger=SimpleNamespace(exchanges=[]),
            directory=directory,
            server_log="server.log",
            config=SimpleNamespace(target=SimpleNamespace(engine=engine)),
        )
        ask = SimpleNamespace(
            get=lambda path: SimpleNamespace(),
            chat=lambda *a, **k: SimpleNamespace(),
            target=SimpleNamespace(deadlines=SimpleNamespace(request=9.0)),
        )
        follower = KernelFollower(read=lambda since: Answer(text="".join(self.kernel)))
        self.heartbeats = Heartbeats(
            run=self.run, http=SimpleNamespace(send=lambda call: GOOD), ask=ask, kernel=follower
        )

    def says(self, text):
        with self.log.open("a") as log:
            log.write(text)


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr("fixtures.plugin.heartbeat.changed", lambda call, **_: call)
    return Server(tmp_path)


def seen(heartbeat):
    return [getattr(heartbeat, what).split(":")[0] for what in ("log", "lost", "kernel")]


def test_an_error_belongs_to_its_module(server):
    """What was logged in a module is told of it, and of no other."""
    server.says(ACCESS)
    server.heartbeats.take("first")
    server.says(LOST + ACCESS)
    server.kernel.append(XID)
    server.heartbeats.take("second")
    server.says(ACCESS + DEAD)
    server.heartbeats.take("third")
    server.heartbeats.take("fourth")
    assert [seen(heartbeat) for heartbeat in server.heartbeats.taken] == [
        ["", "", ""],
        ["", "fsm-advance", "xid-mmu"],
        ["engine-dead", "", ""],
        ["", "", ""],
    ]


def test_both_kinds_are_told_of_one_module(server):
    """A lost request is not hidden by a death, nor the death by it."""
    server.says(LOST + DEAD)
    server.heartbeats.take("first")
    assert seen(server.heartbeats.taken[0])[:2] == ["engine-dead", "fsm-advance"]


def test_the_kernel_of_another_host_is_not_read(tmp_path, server):
    """Where the server is at a URL, or a double, this host's kernel knows nothing of it."""
    server.run.config.target.engine = Engine.REMOTE
    server.kernel.append(XID)
    server.heartbeats.take("first")
    assert server.heartbeats.taken[0].kernel == ""


@pytest.mark.parametrize(("what", "says"), [("lost", LOST), ("kernel", XID), ("log", DEAD)])
def test_the_module_is_named(server, what, says):
    """The violation names the error and the first module, and how many others there were."""
    for module in ("first", "second"):
        server.says(says if what != "kernel" else "")
        server.kernel.append(says if what == "kernel" else "")
        server.heartbeats.take(module)
    with pytest.raises(Violation, match=r"got [\w-]+: .*, in first \(2 of 2 modules\)"):
        expect_quiet_log(server.heartbeats, what)


def test_a_quiet_log_is_no_violation(server):
    """Nothing logged, nothing said."""
    server.heartbeats.take("first")
    for what in ("log", "lost", "kernel"):
        expect_quiet_log(server.heartbeats, what)
