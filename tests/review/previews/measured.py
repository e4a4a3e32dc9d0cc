"""Render documents in a process of its own, and print what that cost it and its children as JSON.

    python -m tests.review.previews.measured png=bomb.png pdf=long.pdf

What the system tells of children is the highest of all a process ever had, and a child begins with the size of its parent: in a
process that runs tests, neither says anything about one renderer.
"""

import json
import resource
import sys
from pathlib import Path

import psutil

from review.previews.checking import preview_from
from review.previews.running import child_command, run_child

READERS = {"PIL", "docx", "python_calamine", "pypdfium2"}


def render(kind: str, path: str) -> str:
    """The outcome of a document's first page."""
    with Path(path).open("rb") as document:
        return preview_from(run_child(child_command(kind, 1), document=document)).outcome.name


def main(arguments: list[str]) -> None:
    """Render the first document to warm up, then all of them twice."""
    documents = [tuple(argument.split("=", 1)) for argument in arguments]
    own = psutil.Process()
    render(*documents[0])
    before = own.memory_info().rss
    outcomes = [render(*document) for document in documents * 2]
    figures = {
        "outcomes": outcomes,
        "grown": own.memory_info().rss - before,
        "children left": len(own.children(recursive=True)),
        "largest child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "readers loaded": sorted(READERS & set(sys.modules)),
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
