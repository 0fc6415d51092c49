"""Frozen dataclasses to JSON and back: what was issued on a day can be read, and proved unchanged, later."""

import hashlib
import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(content: Any) -> dict[str, Any]:
    """Plain lists, numbers and texts; days as « 2026-11-23 »."""
    return json.loads(json.dumps(asdict(content), default=date.isoformat))


def from_json(kind: type[T], stored: dict[str, Any]) -> T:
    """The dataclass again; a field added since takes its default, one that has gone is left aside."""
    hints = get_type_hints(kind)
    known = [field.name for field in fields(kind) if field.name in stored]  # type: ignore[arg-type]
    return kind(**{name: _revive(hints[name], stored[name]) for name in known})


def digest(stored: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: keys in order, no space, UTF-8."""
    canonical = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _revive(kind: Any, stored: Any) -> Any:
    if stored is None:
        return None
    if get_origin(kind) is UnionType:
        return _revive(next(one for one in get_args(kind) if one is not type(None)), stored)
    if get_origin(kind) is tuple:
        return tuple(_revive(get_args(kind)[0], item) for item in stored)
    if is_dataclass(kind):
        return from_json(kind, stored)  # type: ignore[arg-type]
    return date.fromisoformat(stored) if kind is date else stored
