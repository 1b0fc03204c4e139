from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.chat.budget import Budget, Limits, Spending, Usage
from tests.retrieval.writing.writers import Memory

DAY = date(2026, 11, 22)


def budget(limits: Limits, memory: Memory | None = None, day: date = DAY) -> Budget:
    return Budget(memory or Memory(), limits, lambda: day)


def spend(account: Budget, space: str, used: Usage) -> bool:
    if not account.hold(space, used):
        return False
    account.settle(space, used, used)
    return True


def test_each_space_has_its_own_budget_a_day() -> None:
    memory = Memory()
    account = budget(Limits(tokens=100), memory)
    assert spend(account, "one", Usage(60, 40))
    assert not spend(account, "one", Usage(1, 0))
    assert spend(account, "two", Usage(1, 0))
    assert spend(budget(Limits(tokens=100), memory, date(2026, 11, 23)), "one", Usage(100, 0))


def test_what_was_used_outlives_the_process() -> None:
    memory = Memory()
    spend(budget(Limits(), memory), "one", Usage(60, 40))
    assert budget(Limits(), memory).used("one") == Usage(60, 40)
    assert budget(Limits(), memory, date(2026, 11, 23)).used("one") == Usage()


def test_money_is_counted_by_the_prices_of_reading_and_writing() -> None:
    limits = Limits(money=0.01, read_price=0.25, written_price=2.0)
    assert limits.cost(Usage(1_000_000, 500_000)) == 1.25
    account = budget(limits)
    assert account.limits is limits
    assert spend(account, "one", Usage(20_000, 2_000))
    assert not spend(account, "one", Usage(8_000, 0))
    assert spend(account, "one", Usage(4_000, 0))


def test_without_limits_everything_is_allowed() -> None:
    assert spend(budget(Limits()), "one", Usage(10**9, 10**9))


def test_what_is_set_aside_counts_until_it_is_settled() -> None:
    account = budget(Limits(tokens=100))
    assert account.hold("one", Usage(60))
    assert not account.hold("one", Usage(60))
    account.settle("one", Usage(60), Usage(10, 5))
    assert account.used("one") == Usage(10, 5)
    assert account.hold("one", Usage(60))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=20), st.integers(0, 300))
def test_the_limit_is_never_passed_when_calls_use_what_was_expected(calls: list[tuple[int, int]], limit: int) -> None:
    account = budget(Limits(tokens=limit))
    done = [spend(account, "one", Usage(*call)) for call in calls]
    used = account.used("one").total
    assert used <= limit
    assert used == sum(sum(call) for call, paid in zip(calls, done, strict=True) if paid)


def test_spending_says_what_it_cost_when_there_are_prices_and_when_nothing_is_left() -> None:
    priced = Limits(tokens=1_000, money=0.01, read_price=1.0, written_price=10.0)
    some = Spending("openai:m", DAY, Usage(500, 100), priced)
    assert some.money == 0.0015
    assert not some.spent
    assert Spending("openai:m", DAY, Usage(900, 100), priced).spent
    assert Spending("openai:m", DAY, Usage(0, 999), Limits(money=0.00999, written_price=10.0, read_price=10.0)).spent
    unpriced = Spending("openai:m", DAY, Usage(10**9, 0), Limits())
    assert unpriced.money is None
    assert not unpriced.spent
