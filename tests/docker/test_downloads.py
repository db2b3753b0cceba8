"""A server that says nothing while its model comes: what grows is waited for, what stands still is a stall."""

import pytest

from fixtures.core.spec import Mount
from tests.docker.boots import free_port, reply, rig, server

pytestmark = [pytest.mark.usefixtures("busybox_image"), pytest.mark.timeout(300)]
STALL = 15.0  # seconds; a piece comes every second, and a busy machine may keep it for some of them
MODELS = '{"data": [{"id": "gpt-oss-120b"}]}'
ANSWER = '{"choices": [{"message": {"content": "204"}}], "usage": {"completion_tokens": 3}}'
BLOBS = "hub/models--openai--gpt-oss-120b/blobs"
FETCHES = (
    "for n in $(seq 25); do dd if=/dev/zero bs=1M count=3 >> /cache/{blobs}/one.incomplete 2>/dev/null; sleep 1; done;"
)


@pytest.fixture
def cache(tmp_path):
    """An empty cache of the hub's layout, which the container mounts."""
    (tmp_path / "cache" / BLOBS).mkdir(parents=True)
    return tmp_path / "cache"


def boot(tmp_path, cache, name, script, port):
    mounts = (Mount(source=str(cache), target="/cache"),)
    with rig(tmp_path, name, script, port=port, mounts=mounts, cache=cache, stall=STALL) as made:
        return made.start(), made.said


def test_a_silent_download_that_grows_is_waited_for(tmp_path, cache):
    """Longer than a stall without a line, and ready at last; the time and the bytes are told apart from the load's."""
    port = free_port()
    answers = {"health": reply("200 OK"), "models": reply("200 OK", MODELS), "chat": reply("200 OK", ANSWER)}
    script = server(str(port), **answers, then=FETCHES.format(blobs=BLOBS))
    booted, said = boot(tmp_path, cache, "gb10-test-download", script, port)
    assert booted.waited.ready, (booted.waited, said)
    assert booted.waited.downloading > STALL, booted.waited
    assert any("downloading the model" in line for line in said), said


def test_a_silent_download_that_stands_still_is_a_stall(tmp_path, cache):
    """It began, and nothing comes any more: the message names the download."""
    begins = f"dd if=/dev/zero bs=1M count=30 of=/cache/{BLOBS}/one.incomplete 2>/dev/null; sleep 3600"
    booted, said = boot(tmp_path, cache, "gb10-test-stall", f"sleep 4; {begins}", free_port())
    assert "stalled: no log line for" in booted.waited.failure, (booted.waited, said)
    assert not booted.waited.exited
