"""Runs the Python blocks of one page, one after another, in one scope: a line of JSON each, a line of JSON back."""

import contextlib
import io
import json
import sys
import traceback

scope = {"__name__": "__main__"}
for line in sys.stdin:
    block = json.loads(line)
    printed = io.StringIO()
    error = None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            exec(compile(block["code"], block["page"], "exec"), scope)
        except BaseException:
            error = traceback.format_exc()
    print(json.dumps({"printed": printed.getvalue(), "error": error}), flush=True)
