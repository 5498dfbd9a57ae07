"""The encoders that this project has vectors of, and the one name that each goes by."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select, update

from core.errors import EnvironmentProblem
from core.names import BUILT_IN, SEED_ENCODERS
from core.store.database import Database, highest
from core.store.roots import absolute
from core.store.schema import encoders
from core.values import EncoderSignature, Tiles

OWN_NAMES: Final = frozenset({BUILT_IN, *SEED_ENCODERS.values()})
"""These mean the same everywhere, whatever folders there are."""


def encoder_name(given: str) -> str:
    """`given`, or the absolute path where it is an existing folder: the same from every working folder."""
    if not given or given in OWN_NAMES:
        return given
    folder = Path(given).expanduser()
    return absolute(str(folder)) if folder.is_dir() else given


class Encoders:
    """Remembers which weights and preprocessing stood behind an encoder's id, the last chosen first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[EncoderSignature]:
        query = select(encoders).order_by(encoders.c.used.desc())
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        try:
            return [
                EncoderSignature(row.encoder, row.key, row.revision, row.preprocessing, row.dim, Tiles(row.tiles))
                for row in rows
            ]
        except ValueError as error:
            problem = f"the list of encoders in {self._database.file} is broken: {error}"
            raise EnvironmentProblem(problem, "put a copy from the backups folder in its place") from error

    def signature(self, encoder: str, tiles: Tiles) -> EncoderSignature | None:
        """The latest used one of an encoder's id."""
        name = encoder_name(encoder)
        return next((one for one in self.all() if encoder_name(one.encoder) == name and one.tiles is tiles), None)

    def remember(self, signature: EncoderSignature) -> None:
        """Vectors of it were written now. One that is merely kept up, as heads need it, moves before no other."""
        if self.signature(signature.encoder, signature.tiles) != signature:
            self.choose(signature)

    def choose(self, signature: EncoderSignature) -> None:
        """A person asked for it now."""
        if next(iter(self.all()), None) == signature:
            return
        columns = asdict(signature) | {"tiles": signature.tiles.value}
        same = [encoders.c[name] == value for name, value in columns.items()]
        with self._database.write() as connection:
            used = highest(connection, encoders.c.used) + 1
            if not connection.execute(update(encoders).where(*same).values(used=used)).rowcount:
                connection.execute(insert(encoders).values(columns | {"used": used}))
