"""What is said of an import once it is done."""

from app.presenting.exchanged import report_of
from core.changes import Changes
from core.jobs.exchange import AnswersRead
from core.values import ActId, ContentHash, HeadId, ImageId, ScoreValue


def test_that_an_import_says_how_many_files_were_evaluation_files():
    contents = [ContentHash(letter * 64) for letter in "abc"]
    read = AnswersRead(1, tuple((one, ScoreValue(3.0)) for one in contents), (), evaluation=(contents[2],))
    changes = Changes(act=ActId(1), annotated=frozenset(map(ImageId, (1, 2, 3))), head=HeadId(1))
    assert report_of(read, changes, None, "Ctrl+Z").line.endswith("1 from evaluation files")
