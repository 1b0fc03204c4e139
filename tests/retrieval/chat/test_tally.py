from __future__ import annotations

import threading

from retrieval.chat.budget import Usage
from retrieval.chat.errand import Errand
from retrieval.chat.tally import Tally


def errand(name: str) -> Errand:
    return Errand(name, (), "", Usage(1, 1), 1, None)


def test_each_work_gets_its_own_errands_though_several_go_on_at_once() -> None:
    told: list[Errand] = []
    tally = Tally(told.append)
    together = threading.Barrier(2)
    found: dict[str, list[Errand]] = {"one": [], "two": []}

    def work(name: str) -> str:
        for _ in range(3):
            together.wait(10)
            tally(errand(name))
        return name

    threads = [threading.Thread(target=tally.noted, args=(found[name], work, name)) for name in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert {name: [one.prompt for one in sent] for name, sent in found.items()} == {
        "one": ["one"] * 3,
        "two": ["two"] * 3,
    }
    assert len(told) == 6


def test_an_errand_outside_of_any_work_is_only_told() -> None:
    told: list[Errand] = []
    tally, noted = Tally(told.append), list[Errand]()
    assert tally.noted(noted, lambda: "done") == "done"
    tally(errand("late"))
    assert (noted, len(told)) == ([], 1)
