"""The one way in which a lower module gathers from higher ones it does not know."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries, registered in `AppConfig.ready`, read in the order of their names."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}

    def register(self, name: str, entry: T) -> T:
        """Adds an entry; raises ValueError when another holds the name."""
        if self._entries.get(name, entry) is not entry:
            raise ValueError(f"{self.what}: {name} is registered twice")
        self._entries[name] = entry
        return entry

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def get(self, name: str) -> T | None:
        return self._entries.get(name)

    def items(self) -> list[tuple[str, T]]:
        return [(name, self._entries[name]) for name in self.names]

    @property
    def names(self) -> list[str]:
        return sorted(self._entries)

    def __iter__(self) -> Iterator[T]:
        return (self._entries[name] for name in sorted(self._entries))
