"""The parent's side: a child that misbehaves is ended, and only what can be checked is believed."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from review.previews.checking import preview_from
from review.previews.limits import MAX_IMAGE
from review.previews.results import Outcome
from review.previews.running import Ended, Turns, child_command
from tests.review.previews import samples
from tests.review.previews.rendering import rendered, run


def python(code: str) -> list[str]:
    """A child that runs this code instead of the renderer."""
    return [sys.executable, "-c", code]


def limited(code: str) -> list[str]:
    """The same within the renderer's own limits."""
    return python(f"from review.previews.limits import limit_this_process as limit; limit()\n{code}")


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_child_that_sleeps_is_ended_in_time_with_all_it_started(tmp_path):
    note = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{other.pid}}')\n"
        "time.sleep(60)"
    )
    started = time.monotonic()
    ended = run(b"", python(code), seconds=3)
    assert ended.timed_out
    assert time.monotonic() - started < 6
    assert preview_from(ended).sentence == "This document takes too long to show. Download it."
    time.sleep(0.2)
    assert [alive(int(pid)) for pid in note.read_text().split()] == [False, False]


def test_a_child_that_closes_its_output_and_goes_on_is_ended_too():
    ended = run(b"", python("import os, time; os.close(1); time.sleep(60)"), seconds=2)
    assert ended.timed_out


def test_a_child_that_writes_without_end_is_ended_and_not_kept():
    started = time.monotonic()
    ended = run(b"", python("import os\nwhile True: os.write(1, bytes(65536))"), seconds=20)
    assert (ended.flooded, ended.output) == (True, b"")
    assert preview_from(ended).outcome == Outcome.TOO_LARGE
    assert time.monotonic() - started < 10


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound the memory of a process")
def test_a_child_that_wants_more_memory_does_not_get_it():
    code = "kept = []\nwhile True: kept.append(bytearray(16 * 1024 * 1024))"
    ended = run(b"", limited(code))
    assert ended.code == 1
    assert not ended.timed_out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound the memory of a process")
@pytest.mark.parametrize(("megabytes", "code"), [(300, 0), (600, 1)])
def test_a_child_has_its_512_megabytes_and_not_more(megabytes, code):
    """In one piece, so that neither many small ones nor what Python needs itself decide."""
    ended = run(b"", limited(f"held = bytearray({megabytes} * 1024 * 1024)\nprint(len(held))"))
    assert (ended.timed_out, ended.code) == (False, code)
    assert ended.output.decode().strip() == (str(megabytes * 1024 * 1024) if code == 0 else "")


def test_a_child_that_writes_a_file_or_starts_a_program_is_stopped(tmp_path):
    target = tmp_path / "written"
    run(b"", limited(f"open({str(target)!r}, 'w').write('x' * 100_000)"))
    assert not target.exists() or target.stat().st_size == 0


def test_a_child_that_its_parent_forgot_ends_by_its_own_alarm():
    code = "import signal, time; print(signal.alarm(1), flush=True); time.sleep(60)"
    ended = run(b"", limited(code), seconds=8)
    assert int(ended.output) in {11, 12}
    assert preview_from(ended).outcome == Outcome.TOO_SLOW


def test_the_child_is_told_no_secret_and_loads_nothing_of_the_portal(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "very-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    ended = run(b"", python("import os; print(sorted(os.environ))"))
    assert b"SECRET" not in ended.output
    assert b"DATABASE" not in ended.output
    code = "import sys, review.previews.child; print([m for m in sys.modules if m.startswith(('django', 'claims', 'psycopg'))])"
    assert run(b"", python(code)).output.strip() == b"[]"


def test_the_child_keeps_no_file_open_but_its_own():
    with tempfile.TemporaryFile() as secret:
        os.set_inheritable(secret.fileno(), True)
        code = f"import os\ntry: os.fstat({secret.fileno()}); print('open')\nexcept OSError: print('closed')"
        assert run(b"", python(code)).output.strip() == b"closed"


def test_a_rendering_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert rendered(samples.pdf(), "pdf").is_shown
    assert rendered(samples.png_bomb(30_000), "png").sentence
    assert list(Path(tmp_path).iterdir()) == []


def test_whoever_calls_the_child_by_hand_gets_plain_data():
    done = subprocess.run(
        child_command("csv", 1), input=b"a,b\n", capture_output=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert json.loads(done.stdout)["outcome"] == "shown"


GOOD = {
    "outcome": "shown", "page": 1, "pages": 1, "word": "Page", "title": "", "text": "", "blocks": [], "notes": [],
}  # fmt: skip


def answer(image: bytes = b"", **changes) -> Ended:
    return Ended(json.dumps(GOOD | changes).encode() + b"\n" + image)


@pytest.mark.parametrize(
    "changes",
    [
        {"page": 2}, {"pages": 10**9}, {"pages": True}, {"page": "1"}, {"word": "<b>"}, {"title": 5}, {"text": "x" * 30_000},
        {"blocks": {}}, {"blocks": [{"kind": "text", "text": "x"}] * 999}, {"blocks": [{"kind": "script", "text": "x"}]},
        {"blocks": [{"kind": "table", "grid": False, "rows": [["x"]] * 2_000}]}, {"blocks": [7]}, {"notes": None},
        {"blocks": [{"kind": "table", "grid": False, "rows": [["x"] * 100]}]}, {"outcome": "busy"}, {"outcome": "owned"},
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_not_believed(changes):
    assert preview_from(answer()).is_shown
    assert preview_from(answer(**changes)).outcome == Outcome.DAMAGED


@pytest.mark.parametrize("output", [b"", b"\n", b"null\n", b"[]\n", b"{}\n", b"\xff\xfe\n", b"[" * 100_000, b"NaN\n"])
def test_an_answer_that_is_no_answer_is_not_believed(output):
    assert preview_from(Ended(output)).outcome == Outcome.DAMAGED


def test_only_a_plain_picture_is_handed_on():
    good = rendered(samples.picture("PNG"), "png").picture.data
    assert preview_from(answer(good)).picture.width == 400
    wide = bytearray(good)
    wide[26:28] = (5_000).to_bytes(2, "little")
    with_notes = bytearray(good + b"EXIF\x04\0\0\0abcd")
    with_notes[4:8] = (len(with_notes) - 8).to_bytes(4, "little")
    page = b"<html><script>alert(1)</script>"
    too_long = bytearray(good + bytes(MAX_IMAGE))
    too_long[4:8] = (len(too_long) - 8).to_bytes(4, "little")
    for bad in (good[:-1], good + b"x", bytes(wide), bytes(with_notes), page, samples.picture("PNG"), bytes(too_long)):
        assert preview_from(answer(bad)).outcome == Outcome.DAMAGED


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(-24, "too_slow"), (-14, "too_slow"), (-9, "too_large"), (-6, "too_large"), (-11, "damaged"), (1, "damaged")],
)
def test_the_way_a_child_ended_has_its_sentence(code, outcome):
    assert preview_from(Ended(code=code)).outcome == outcome


def test_two_render_two_wait_and_a_fifth_is_sent_away_at_once():
    turns, begun, go_on, got = Turns(running=2, waiting=2, patience=0.5), threading.Barrier(3), threading.Event(), []

    def render():
        with turns.take() as mine:
            got.append(mine)
            begun.wait(5)
            go_on.wait(5)

    def come():
        with turns.take() as mine:
            got.append(mine)

    renderers = [threading.Thread(target=render) for _ in range(2)]
    for each in renderers:
        each.start()
    begun.wait(5)
    waiters = [threading.Thread(target=come) for _ in range(2)]
    for each in waiters:
        each.start()
    time.sleep(0.1)
    started = time.monotonic()
    with turns.take() as mine:
        assert not mine
        assert time.monotonic() - started < 0.1
    for each in waiters:
        each.join(5)
    assert got == [True, True, False, False]
    go_on.set()
    for each in renderers:
        each.join(5)
    with turns.take() as mine:
        assert mine
