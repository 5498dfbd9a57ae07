"""Which encoder made a vector file, where an export of ours lies around it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.errors import WinnowError
from core.exchange.numbered import Said, read_manifest
from core.values import EncoderSignature

_NOBODY = Said("", "")


class VectorMakers:
    """Each table is read once. A file lies in a numbered folder of an export, or beside these."""

    def __init__(self) -> None:
        self._tables: dict[Path, Mapping[str, Said]] = {}

    def stranger(self, path: str, signature: EncoderSignature) -> str:
        """What made the vector, where that is surely not this; else empty."""
        file = Path(path).absolute()
        for root in (file.parent, file.parent.parent):
            said = self._table(root).get(file.relative_to(root).as_posix(), _NOBODY)
            if said.differs(signature):
                return said.encoder
        return ""

    def _table(self, root: Path) -> Mapping[str, Said]:
        if root not in self._tables:
            try:
                self._tables[root] = read_manifest(root)
            except WinnowError:  # what cannot be read says nothing
                self._tables[root] = {}
        return self._tables[root]
