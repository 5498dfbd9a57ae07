"""The command line: one module per group of commands, each command a thin call into the engine.

entry      which command is meant, and what becomes of errors
options    flags that several commands share
terminal   answers on stdout (JSON or tables), progress and failures on stderr
session    projects opened and jobs run in this process
"""
