"""The image, before the long start. These warn."""

from fixtures.kit import BOOT, SHOULD, clause, expect_finding


@clause(
    "HOST-022",
    "The driver knows the image's CUDA",
    level=SHOULD,
    scope=BOOT,
    needs=["HOST-006"],
    source="https://github.com/vllm-project/vllm/issues/28305; CUDA_VERSION of the image",
)
def test_image_cuda(preflight):
    """The image's CUDA release SHOULD NOT be newer than the one that the driver knows.

    Why: such a server loads its weights, and dies of an `unsupported toolchain` when it compiles its first kernel.
    """
    expect_finding(preflight.asked("image-cuda"))


@clause(
    "HOST-023",
    "The entrypoint runs the command",
    level=SHOULD,
    scope=BOOT,
    needs=["HOST-006"],
    source="vllm/vllm-openai, Dockerfile: its entrypoint is the server",
)
def test_image_entrypoint(preflight):
    """The image's entrypoint SHOULD run the mandated command, and not be the server itself.

    Why: an image whose entrypoint is `vllm serve` is told to serve a model called `vllm`, and exits at once.
    """
    expect_finding(preflight.asked("image-entrypoint"))


@clause(
    "HOST-024",
    "The image's server knows the mandated arguments",
    level=SHOULD,
    scope=BOOT,
    needs=["HOST-006"],
    source="deployment rules 2",
)
def test_image_arguments(preflight):
    """The help of the image's server SHOULD list every mandated argument; a help that is not whole is not judged.

    Why: a release that has dropped one ends in `unrecognized arguments`.
    """
    expect_finding(preflight.asked("image-arguments"))


@clause(
    "HOST-025",
    "The GPU is seen from inside",
    level=SHOULD,
    scope=BOOT,
    needs=["HOST-006", "HOST-011"],
    source="NVIDIA container toolkit, sample workload",
)
def test_gpu_inside(preflight):
    """`nvidia-smi -L` in a container of the image SHOULD name the GPU.

    Why: what keeps the GPU from the container is said in seconds, and in Docker's own words.
    """
    expect_finding(preflight.asked("gpu-inside"))
