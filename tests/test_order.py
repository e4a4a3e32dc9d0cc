"""The order in which a run's tests begin."""

from dataclasses import dataclass
from types import SimpleNamespace

from tests.support.order import dealt


@dataclass(eq=False)
class Item:
    nodeid: str
    seconds: float = 0
    together: str = ""

    def get_closest_marker(self, name):
        if name != "long":
            return None
        kwargs = {"together": self.together} if self.together else {}
        return SimpleNamespace(args=(self.seconds,), kwargs=kwargs) if self.seconds else None


def test_long_tests_begin_first_in_different_processes_and_none_is_lost():
    items = [Item(f"quick {n}") for n in range(27)]
    items[5:5] = [Item("a", 50), Item("b", 200), Item("c1", 60, "c"), Item("c2", 60, "c")]
    found = dealt(items, processes=3)
    assert sorted(item.nodeid for item in found) == sorted(item.nodeid for item in items)
    stretches = found[:10], found[10:20], found[20:]
    assert [[item.nodeid for item in each if item.seconds] for each in stretches] == [["b"], ["c1", "c2"], ["a"]]
    assert all(each[0].seconds for each in stretches)
    assert [item.nodeid for item in dealt(items[:3], processes=3)] == ["quick 0", "quick 1", "quick 2"]
