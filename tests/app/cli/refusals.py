"""A command line that is refused."""


def assert_refused(ran, *, says=""):
    """Exit 2, one line that says what is wrong and what to do, nothing on stdout."""
    lines = ran.err.splitlines()
    assert (ran.code, ran.out, len(lines)) == (2, "", 1), ran
    problem, mark, remedy = lines[0].removeprefix("winnow: error: ").partition("; ")
    assert problem and mark and remedy and lines[0].startswith("winnow: error: "), lines[0]
    assert says in lines[0]
