"""The scripts that measure fail when a promise was not kept."""

from collections import Counter

import pytest

from tests.faults.database_figures import REQUESTS, RESTARTS, Figures, is_kept
from tests.faults.restarting import Tally


def figures(
    *, stories, unexpected=(), broken=(), stops=RESTARTS, restored="equal in number and checksum to the backup"
):
    tally = Tally(Counter({"2xx": REQUESTS}), Counter(stories), list(unexpected))
    return Figures(tally, [1.0] * stops, {}, list(broken), 1, 1, 1.0, 1.0, 1.0, 1.0, 1.0, restored)


def test_a_run_in_which_everybody_ended_well_is_good():
    assert is_kept(figures(stories={"ended well": 29}))


@pytest.mark.parametrize(
    "changes",
    [
        {"stories": {"ended well": 28, "given up": 1}},
        {"stories": {}},
        {"unexpected": ["not submitted"]},
        {"broken": ["approved twice: 1"]},
        {"stops": RESTARTS - 1},
        {"restored": "1 difference"},
    ],
)
def test_a_run_with_anything_amiss_is_not(changes):
    assert not is_kept(figures(**{"stories": {"ended well": 29}} | changes))
