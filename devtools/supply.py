"""What the platform is made of, and under which terms: a bill of materials, the licences, known faults.

    python -m devtools.supply

writes VAR_DIR/supply/sbom.json (CycloneDX) and licences.md, then asks the public advisories of each locked package.
When they cannot be reached nothing is known, and the command fails: it never says that all is well without having
looked.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from devtools.processes import ROOT, Refusal

LOCKED = ROOT / "requirements.txt"
_MIT = "Permission is hereby granted, free of charge"
_LINE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", re.MULTILINE)
# Terms under which a package may be part of a work under the AGPL 3, by the words that metadata use for them.
COMPATIBLE = (
    *("0BSD", "Apache", "BSD", "CC0", "HPND", "ISC", "MIT", "MPL", "MPL-2.0", "PSF", "Python Software Foundation"),
    *("PostgreSQL", "Unlicense", "Zlib", "ZPL", "LGPL", "GPL-3", "AGPL", "Zope", "Public Domain"),
)


@dataclass(frozen=True)
class Licence:
    package: str
    version: str
    terms: str

    @property
    def is_compatible(self) -> bool:
        return any(word.lower() in self.terms.lower() for word in COMPATIBLE)


def locked_packages() -> list[tuple[str, str]]:
    """Of the lock file of what runs, not of what tests it."""
    return [(found[1], found[2]) for found in _LINE.finditer(LOCKED.read_text(encoding="utf-8"))]


def licences() -> Iterator[Licence]:
    """Of the locked packages that this machine has installed: some are for other systems only."""
    for name, version in locked_packages():
        try:
            yield Licence(name, version, _terms(distribution(name)))
        except PackageNotFoundError:
            continue


def _terms(found: Distribution) -> str:
    """As the package says it: by its expression, else by its classifiers, else by its own words."""
    said = found.metadata
    if expression := said.get("License-Expression"):
        return str(expression)
    classified = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier", []) if one.startswith("License ::")]
    precise = [one for one in classified if one != "OSI Approved"]
    return ", ".join(precise) or str(said.get("License", "")).partition("\n")[0][:80] or _in_its_file(found)


def _in_its_file(found: Distribution) -> str:
    """The licence that comes with the package, when it is one that is known by its first words."""
    for one in found.files or ():
        if "licenses/" in str(one) and _MIT in " ".join(one.read_text().split()):
            return f"MIT (son fichier {one.name})"
    return ""


def main() -> int:
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "supply"
    folder.mkdir(parents=True, exist_ok=True)
    known = list(licences())
    table = "\n".join(f"| {one.package} | {one.version} | {one.terms} |" for one in known)
    (folder / "licences.md").write_text(f"| Paquet | Version | Licence |\n|---|---|---|\n{table}\n", encoding="utf-8")
    if foreign := [one.package for one in known if not one.is_compatible]:
        raise Refusal(f"Licence inconnue ou incompatible avec l’AGPL\u00a0: {', '.join(foreign)}.")
    _run("cyclonedx_py", "requirements", str(LOCKED), "--output-file", str(folder / "sbom.json"))
    print(f"{len(known)} paquets\u00a0: {folder / 'licences.md'}, {folder / 'sbom.json'}")
    return _audited()


def _audited() -> int:
    """0 only when every package was looked up and none has a known fault."""
    code = _run("pip_audit", "--strict", "--require-hashes", "--disable-pip", "-r", str(LOCKED))
    if code:
        print(
            "Failles publiques\u00a0: une faille est connue, ou l’annuaire n’a pas répondu. Rien n’est tenu pour sûr."
        )
    return code


def _run(module: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(str(refusal))
