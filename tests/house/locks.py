"""Whether the lock files hold what pyproject.toml asks for: `python -m tests.house.locks`."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
WITH_S3 = ROOT / "requirements-s3.lock"  # for who keeps files in an S3-compatible store
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def faults() -> Iterator[str]:
    """What is wrong with the lock files, a line each."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime, extras = project["dependencies"], project["optional-dependencies"]
    yield from _faults_of(RUNTIME, runtime)
    yield from _faults_of(DEVELOPMENT, runtime + extras["dev"])
    yield from _faults_of(WITH_S3, runtime + extras["s3"])
    tested = pins(DEVELOPMENT)
    for lock in (RUNTIME, WITH_S3):
        for name, version in pins(lock).items():
            if tested.get(name) != version:
                yield f"{name} is {version} in {lock.name}, {tested.get(name)} where it is tested"


def pins(lock: Path) -> dict[str, str]:
    """Package -> pinned version."""
    return {canonicalize_name(n): v for n, v in _PIN.findall(lock.read_text("utf-8"))}


def _faults_of(lock: Path, wanted: list[str]) -> Iterator[str]:
    text, pinned = lock.read_text("utf-8"), pins(lock)
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            yield f"{lock.name}: {requirement} is pinned as {version}; run `make locks`"
    for line in text.splitlines():
        if re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", line) and (
            not line.startswith("#")
        ):
            yield f"{lock.name}: names an address: {line.strip()}"
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if _PIN.match(block) and "--hash=sha256:" not in block:
            yield f"{lock.name}: no hash for {block.split()[0]}"


def main() -> int:
    """Say what is wrong."""
    found = list(faults())
    print("\n".join(found) or "locks: fresh, hashed, without an index's address")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
