"""A software bill of materials of the frozen build, as CycloneDX: what the licence list holds, in a machine's words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def describe_environment() -> dict[str, Any]:
    """What `cyclonedx-py` says of the distributions that are installed beside this interpreter."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON"]
    answer: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return answer


def select_parts(environment: dict[str, Any], parts: list[dict[str, str]], version: str) -> dict[str, Any]:
    """The bill of a build.

    Parameters
    ----------
    environment : as `describe_environment` gives it
    parts : entries of the build's `parts.json`; those that are no installed distribution become components of their own
    version : of Cuefit
    """
    installed = {_normalised(component["name"]): component for component in environment.get("components", [])}
    components = []
    for part in parts:
        if known := installed.get(_normalised(part["name"])):
            components.append(known)
            continue
        component = {
            "type": "library",
            "bom-ref": f"native-{_normalised(part['name'])}",
            "name": part["name"],
            "licenses": [{"license": {"name": part["licence"]}}],
            "description": f"Source: {part['source']}",
        }
        components.append(component | ({"version": part["version"]} if part["version"] else {}))
    references = {component["bom-ref"] for component in components}
    root = {
        "type": "application",
        "bom-ref": "cuefit",
        "name": "Cuefit",
        "version": version,
        "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
    }
    dependencies = [
        {"ref": entry["ref"], "dependsOn": sorted(references & set(entry.get("dependsOn", ())))}
        for entry in environment.get("dependencies", [])
        if entry["ref"] in references
    ]
    metadata = environment.get("metadata", {}) | {"component": root}
    return environment | {
        "metadata": metadata,
        "components": components,
        "dependencies": [*dependencies, {"ref": "cuefit", "dependsOn": sorted(references)}],
    }


def write_bill(parts_file: Path, version: str, target: Path) -> None:
    """Write and validate the bill of a build.

    Raises
    ------
    ValueError
        It isn't CycloneDX.
    """
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    parts = json.loads(parts_file.read_text(encoding="utf-8"))
    bill = select_parts(describe_environment(), parts, version)
    content = json.dumps(bill, indent=1)
    schema = SchemaVersion.from_version(bill["specVersion"])
    if problem := JsonStrictValidator(schema).validate_str(content):
        raise ValueError(f"the bill of materials isn't CycloneDX {bill['specVersion']}: {problem}")
    target.write_text(content, encoding="utf-8")


def _normalised(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
