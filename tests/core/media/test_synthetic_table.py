"""The table beside degraded copies, where something else goes by its name."""

from __future__ import annotations

import os
import sys

import pytest

from core.errors import UserError
from core.media.synthetic_table import SyntheticTable, copies_of, kinship
from core.names import SYNTHETIC_TABLE


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes of POSIX")
@pytest.mark.timeout(30)
def test_that_a_pipe_of_its_name_is_no_table_and_holds_nothing_up(tmp_path):
    os.mkfifo(tmp_path / SYNTHETIC_TABLE)
    assert list(copies_of(tmp_path)) == list(kinship(tmp_path / SYNTHETIC_TABLE)) == []
    with pytest.raises(UserError, match="no table"):
        SyntheticTable(tmp_path).rows()
