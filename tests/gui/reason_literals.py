"""The reasons that errors carry, collected from the source as templates: what varies stands as ``{0}``, ``{1}`` ..."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tagger_app

_PLACES = {
    **dict.fromkeys(
        (
            "FileError",
            "DecodeError",
            "UnreadableError",
            "TagError",
            "ResourceError",
            "BundleError",
            "LibraryIndexError",
            "LockedIndexError",
            "HandoffError",
        ),
        1,
    ),
    **dict.fromkeys(("SuggestionError", "TemplateError", "UnusableTags"), 0),
    "QueryError": 2,
    "error": 0,
    "TrackFailed": 2,
    "_failed": 1,
    "RootOffline": 1,
    "FolderUnreadable": 1,
}
"""Which argument is the reason."""
_THAT_GIVE_REASONS = ("os_reason", "decoder_reason", "_result", "_score", "_try", "_why_not")
"""Functions whose result is a reason, or ends with one."""
_NOT_SHOWN = ("cli",)
"""Folders whose reasons don't reach the window."""


def reason_templates() -> dict[str, str]:
    """Every template, and a place where it is raised."""
    root = Path(tagger_app.__file__).parent
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] in _NOT_SHOWN:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            told = isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Attribute) and target.attr == "offline" for target in node.targets
            )
            if told and isinstance(node, ast.Assign):
                for template in _templates(node.value, tree, tree):
                    found.setdefault(template, f"{path.name}:{node.lineno}")
            if isinstance(node, ast.FunctionDef) and node.name in _THAT_GIVE_REASONS:
                for returned in ast.walk(node):
                    if isinstance(returned, ast.Return) and returned.value is not None:
                        value = returned.value.elts[-1] if isinstance(returned.value, ast.Tuple) else returned.value
                        for template in _templates(value, node, tree):
                            if template:
                                found.setdefault(template, f"{path.name}:{returned.lineno}")
        for scope, call in _calls(tree):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            place = _PLACES.get(name)
            reasons = [word.value for word in call.keywords if word.arg in ("reason", "problem", "unscored", "trouble")]
            if place is not None and len(call.args) > place:
                reasons.append(call.args[place])
            for reason in reasons:
                for template in _templates(reason, scope, tree):
                    if any(character.isalpha() for character in template):
                        found.setdefault(template, f"{path.name}:{call.lineno}")
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Calls, each with the function that it stands in."""

    def walk(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield scope, child
            yield from walk(child, child if isinstance(child, ast.FunctionDef) else scope)

    return walk(tree, tree)


def _templates(node: ast.expr, scope: ast.AST, tree: ast.Module) -> Iterator[str]:
    """What an expression can be, as far as it is written down."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values):
            parts: list[str] = []
            n_holes = 0
            for value in values:
                if isinstance(value, ast.Constant):
                    parts.append(str(value.value))
                else:
                    parts.append(f"{{{n_holes}}}")
                    n_holes += 1
            yield "".join(parts)
        case ast.IfExp(_, body, orelse):
            yield from _templates(body, scope, tree)
            yield from _templates(orelse, scope, tree)
        case ast.BoolOp(_, values):
            for value in values:
                yield from _templates(value, scope, tree)
        case ast.Name(name):
            for holder in (scope, tree):
                for statement in ast.walk(holder) if holder is scope else holder.body:
                    if isinstance(statement, ast.Assign) and any(
                        isinstance(target, ast.Name) and target.id == name for target in statement.targets
                    ):
                        yield from _templates(statement.value, tree, tree)
        case ast.Subscript(ast.Name(name)):
            for statement in tree.body:
                if isinstance(statement, ast.Assign) and any(
                    isinstance(target, ast.Name) and target.id == name for target in statement.targets
                ):
                    yield from _templates(statement.value, tree, tree)
        case ast.Dict(_, values):
            for value in values:
                yield from _templates(value, scope, tree)
