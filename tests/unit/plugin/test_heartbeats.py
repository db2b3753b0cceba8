"""What a heartbeat makes of the logs: which errors refuse, which warn, and in which module they came."""

from types import SimpleNamespace

import pytest

from fixtures.adapters.host.command import Answer
from fixtures.core.errors import Blocked, Violation
from fixtures.core.spec import Engine
from fixtures.core.timeout_budget import Waiting
from fixtures.judges.heartbeat import expect_no_hang, expect_quiet_log, expect_steady
from fixtures.plugin.heartbeat import Heartbeats
from fixtures.plugin.kernel import KernelFollower

DEAD = "(APIServer pid=1) ERROR 11-24 10:00:00 [async_llm.py:420] vllm.v1.engine.exceptions.EngineDeadError: x\n"
LOST = (
    "(EngineCore_0 pid=7) ERROR 11-24 10:00:00 [backend_xgrammar.py:160] Failed to advance FSM for request chatcmpl-1\n"
)
ACCESS = 'INFO:     127.0.0.1:50024 - "POST /v1/chat/completions HTTP/1.1" 200 OK\n'
XID = "Nov 27 10:00:00 spark kernel: NVRM: Xid (PCI:000f:01:00): 31, pid=4123, name=VLLM::EngineCor\n"
GOOD = SimpleNamespace(
    failure="", status=200, body=b'{"usage": {"completion_tokens": 1}}', file="x.json", path="/v1/x", ours=False
)


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
            run=self.run,
            http=SimpleNamespace(send=lambda call: GOOD, presence=SimpleNamespace(gone="")),
            ask=ask,
            kernel=follower,
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


def asked(status=200, failure="", ours=False):
    """A generation of a module, as it ended."""
    return SimpleNamespace(
        failure=failure, status=status, body=b"{}", file="y.json", path="/v1/x", method="POST", ours=ours
    )


def after_two_modules(server, *modules, generation):
    """What was lost when these exchanges came in two modules, and a generation after each ended so."""
    lost = []
    server.heartbeats.http.presence.lose = lambda seen, *files: lost.append(seen)
    server.heartbeats.http.send = lambda call: generation
    for name, exchanges in zip(("first", "second"), modules, strict=True):
        server.run.ledger.exchanges += exchanges
        server.heartbeats.take(name)
    return lost


def test_two_modules_without_a_generation_end_the_asking(server):
    """An engine that hangs behind a green health check is not asked thirty modules long."""
    hung = asked(failure="the deadline ran out")
    assert after_two_modules(server, [hung], [hung], generation=hung) == [
        "no generation was answered in first and second"
    ]


def test_one_answered_generation_is_enough(server):
    """Of whatever surface: a broken chat is no dead server."""
    hung = asked(failure="the deadline ran out")
    assert after_two_modules(server, [asked(), hung], [hung], generation=hung) == []


def test_what_was_not_sent_says_nothing(server):
    """Where the timeout budget sent nothing the generation is not known, and the clause on it is blocked."""
    unsent = asked(status=None, failure="not sent: 3 requests before it hung", ours=True)
    assert after_two_modules(server, [unsent], [unsent], generation=unsent) == []
    with pytest.raises(Blocked, match=r"not asked after first: not sent: 3 requests"):
        expect_steady(server.heartbeats, "generation")


def test_the_share_of_hung_requests_is_one_cause():
    """With its number, by kind, and what was spared for it."""
    waited = Waiting(asked={"POST /a": 40, "GET /b": 2}, hung={"POST /a": 3}, unsent=7, seconds=25.0)
    with pytest.raises(Violation, match=r"got none for 3 of 42: POST /a 3 of 40 \(25 s waited, 7 requests not sent"):
        expect_no_hang(waited)
    expect_no_hang(Waiting(asked={"GET /b": 2}, hung={}, unsent=0, seconds=0.0))
