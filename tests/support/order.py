"""The longest tests begin first, spread over the processes: a run ends when its last test does, and must not wait for one.

``--dist worksteal`` gives every process one stretch of the collected tests, and lets those that are done steal from the
ends of others. So the long ones are dealt to the beginnings of these stretches. A test is marked with some seconds, as in
``long(120)``; those that share something dear also say with whom they stay, as in ``long(5, together="sample data")``. Journeys count
as long without a mark.
"""

from collections import defaultdict

import pytest

A_JOURNEY = 10  # seconds that one in a browser takes, roughly


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the tests marked as long; without several processes the order stays."""
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    if processes > 1:
        items[:] = dealt(items, processes=processes)


def dealt(items: list[pytest.Item], *, processes: int) -> list[pytest.Item]:
    """The same tests in ``processes`` stretches, each with its share of the long ones first, the longest of all in front."""
    seconds: dict[str, float] = defaultdict(float)
    groups: dict[str, list[pytest.Item]] = defaultdict(list)
    others: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker("long")
        if mark is not None:
            name = mark.kwargs.get("together", item.nodeid)
            groups[name].append(item)
            seconds[name] += mark.args[0]
        elif item.get_closest_marker("journey") is not None:
            groups[item.nodeid].append(item)
            seconds[item.nodeid] += A_JOURNEY
        else:
            others.append(item)
    heads: list[list[pytest.Item]] = [[] for _ in range(processes)]
    busy = [0.0] * processes
    for name in sorted(groups, key=lambda name: -seconds[name]):
        freest = busy.index(min(busy))
        heads[freest] += groups[name]
        busy[freest] += seconds[name]
    ordered: list[pytest.Item] = []
    for number, head in enumerate(heads):
        size = len(items) * (number + 1) // processes - len(items) * number // processes
        taken = max(size - len(head), 0) if number + 1 < processes else len(others)
        ordered += [*head, *others[:taken]]
        others = others[taken:]
    return ordered
