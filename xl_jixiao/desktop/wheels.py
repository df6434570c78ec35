"""What a folder of wheels needs to install on a Windows PC without internet, read from the wheels themselves."""

import email
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

MACHINES = {"win_amd64": "AMD64", "win32": "x86", "win_arm64": "ARM64"}


@dataclass(frozen=True)
class Wheel:
    """One wheel: its file, name, version and what it says it requires."""

    path: Path
    name: NormalizedName
    version: Version
    requires: tuple[Requirement, ...]
    requires_python: str

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


def windows_environment(platform: str = "win_amd64", python_version: str = "3.11") -> dict[str, str]:
    """The values requirement markers are judged by on that Windows PC, not on the one running this."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python_version}.0",
        "os_name": "nt",
        "platform_machine": MACHINES[platform],
        "platform_python_implementation": "CPython",
        "platform_release": "10",
        "platform_system": "Windows",
        "platform_version": "10.0.19045",
        "python_full_version": f"{python_version}.0",
        "python_version": python_version,
        "sys_platform": "win32",
    }


def windows_tags(platform: str, python_version: str) -> frozenset[Tag]:
    """The wheel tags that PC accepts."""
    version = tuple(int(part) for part in python_version.split("."))
    interpreter = f"cp{version[0]}{version[1]}"
    return frozenset([*cpython_tags(version, platforms=[platform]), *compatible_tags(version, interpreter, [platform])])


def read_wheel(path: Path) -> Wheel:
    """A wheel's metadata. Raises ValueError for a file that is no wheel."""
    name, version, _, _ = parse_wheel_filename(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            inside = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)
            message = email.message_from_string(archive.read(inside).decode("utf-8"))
    except (zipfile.BadZipFile, StopIteration) as error:
        raise ValueError(f"{path.name}：不是完好的 wheel 文件") from error
    requires = tuple(Requirement(text) for text in message.get_all("Requires-Dist", []))
    return Wheel(path, name, version, requires, message.get("Requires-Python", "") or "")


def read_wheels(folder: Path) -> list[Wheel]:
    return [read_wheel(path) for path in sorted(folder.glob("*.whl"))]


def needed_by(wheel: Wheel, environment: dict[str, str], extras: Iterable[str] = ()) -> list[Requirement]:
    """What one wheel requires on that PC, with the extras it was asked for."""
    wanted = ["", *extras]
    return [r for r in wheel.requires if r.marker is None or any(r.marker.evaluate({**environment, "extra": e}) for e in wanted)]


def closure(
    roots: Iterable[Requirement], wheels: list[Wheel], environment: dict[str, str]
) -> tuple[list[Wheel], list[tuple[str, Requirement]]]:
    """The wheels reachable from `roots`, and what is reached but not there as (who asks, what)."""
    reached: dict[Path, Wheel] = {}
    missing: dict[tuple[str, str], tuple[str, Requirement]] = {}
    seen = set()
    queue = [("", requirement) for requirement in roots]
    while queue:
        asker, requirement = queue.pop(0)
        if (key := (canonicalize_name(requirement.name), str(requirement.specifier), frozenset(requirement.extras))) in seen:
            continue
        seen.add(key)
        fitting = [w for w in wheels if w.name == key[0] and requirement.specifier.contains(w.version, prereleases=True)]
        if not fitting:
            missing.setdefault((asker, str(requirement)), (asker, requirement))
            continue
        best = max(fitting, key=lambda wheel: wheel.version)
        reached[best.path] = best
        queue += [(best.title, need) for need in needed_by(best, environment, requirement.extras)]
    return list(reached.values()), list(missing.values())


def missing_requirements(folder: Path, platform: str = "win_amd64", python_version: str = "3.11") -> list[str]:
    """Why this folder would not install offline on that PC, one sentence each; empty when it would.

    Every wheel's requirements for that PC must be met within the folder, every wheel must fit its Python, and nothing may
    need building (no sdist).
    """
    findings = [f"{path.name}：不是 wheel，离线时装不了" for path in sorted(folder.iterdir()) if path.suffix != ".whl"]
    environment, tags = windows_environment(platform, python_version), windows_tags(platform, python_version)
    wheels = read_wheels(folder)
    for wheel in wheels:
        if not parse_wheel_filename(wheel.path.name)[3] & tags:
            findings.append(f"{wheel.path.name}：不适用于 {platform}、Python {python_version}")
        if not SpecifierSet(wheel.requires_python).contains(f"{python_version}.99", prereleases=True):
            findings.append(f"{wheel.path.name}：要求 Python {wheel.requires_python}")
    roots = [Requirement(f"{wheel.name}=={wheel.version}") for wheel in wheels]
    _, missing = closure(roots, wheels, environment)
    findings += [f"缺少 {requirement}（{asker} 需要）" for asker, requirement in missing]
    return findings
