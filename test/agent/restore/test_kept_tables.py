from hypothesis import given, strategies

from agent.database import tables
from agent.restore import kept_tables

LOG = 'public."LiteLLM_SpendLogs"'
DELIVERY = 'public."LiteLLM_SpendLogDelivery"'
KEYS = 'public."LiteLLM_VerificationToken"'
LATER = 'public."LiteLLM_Future"'


def kept(names: list[str], *references: tuple[str, str]) -> list[str]:
    return kept_tables.of(tables.Schema({name: (name,) for name in names}, frozenset(references)))


def test_logs_and_usage_stay_and_what_is_not_of_litellm_or_of_a_later_one() -> None:
    names = [LOG, DELIVERY, KEYS, "public._prisma_migrations", "public.mine", LATER]
    assert set(kept(names)) == {LOG, DELIVERY, "public.mine", LATER}


def test_table_that_is_tied_to_the_configuration_goes_with_it_however_far() -> None:
    names = [KEYS, "public.a", "public.b", "public.c", "public.free"]
    assert kept(names, ("public.a", KEYS), ("public.b", "public.a"), (KEYS, "public.c")) == ["public.free"]


def test_logs_stay_whatever_refers_to_them() -> None:
    assert kept([KEYS, LOG, "public.a"], ("public.a", KEYS), ("public.a", LOG)) == [LOG]


NAMES = strategies.sampled_from("abcde")


@given(strategies.lists(NAMES, unique=True), strategies.sets(strategies.tuples(NAMES, NAMES)))
def test_each_table_is_put_in_once_and_after_those_that_it_refers_to(names: list[str], references: set[tuple[str, str]]) -> None:
    assert sorted(tables.parents_first(names, frozenset(references))) == sorted(names)
    straight = frozenset((child, parent) for child, parent in references if child > parent)
    ordered = tables.parents_first(names, straight)
    assert all(ordered.index(parent) < ordered.index(child) for child, parent in straight if {child, parent} <= set(names))
