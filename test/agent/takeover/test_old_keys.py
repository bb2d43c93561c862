import pytest
from refusals import refuses

from agent.takeover import old_keys

KEYS = old_keys.OldKeys(salt="the-salt", master="sk-the-master-key-of-old", before="sk-before")
CREDENTIALS = ("LiteLLM_CredentialsTable", "credential_values")
MODELS = ("LiteLLM_ProxyModelTable", "litellm_params")
CONFIG = ("LiteLLM_Config", "param_value")
# The last one only looks encrypted.
PLACES = [(CREDENTIALS, "a"), (CREDENTIALS, "b"), (MODELS, "c"), (CONFIG, "d")]


def tried(given: old_keys.OldKeys = KEYS, /, **opened: str) -> old_keys.Tried:
    """By key the values that it opens, one letter each."""
    answers = {name: [value in opened.get(name, "") for _, value in PLACES] for name in given.named()}
    return old_keys.judge(PLACES, 3, answers, given)


@pytest.mark.parametrize(
    ("opened", "role", "key"),
    [
        pytest.param({"salt": "abc"}, "salted", KEYS.salt, id="salted"),
        pytest.param({"master": "abc"}, "unsalted", KEYS.master, id="a salt key that nothing was sealed with"),
        pytest.param({"before": "abc"}, "before", KEYS.before, id="a master key that was changed by hand"),
        pytest.param({"salt": "abc", "master": "abc"}, "salted", KEYS.salt, id="both are the same text"),
    ],
)
def test_role_is_that_of_the_key_that_opens_what_is_stored(opened: dict[str, str], role: str, key: str) -> None:
    found = tried(**opened)
    assert (found.role, found.key, found.strange, found.dead) == (role, key, {}, [])
    found.require_readable()


def test_values_of_another_key_are_named_to_be_sealed_again_and_none_is_lost() -> None:
    found = tried(salt="ab", master="c")
    assert (found.key, found.strange) == (KEYS.salt, {MODELS: ["c"]})
    assert found.document()["again"] == 1
    found.require_readable()


def test_value_that_no_key_opens_refuses_the_takeover_by_its_table() -> None:
    found = tried(salt="ac")
    with refuses(
        "old-key", r"1 of 3 .*tried: OLD_SALT_KEY, OLD_MASTER_KEY, OLD_MASTER_KEY_BEFORE.*1 in LiteLLM_CredentialsTable"
    ) as refused:
        found.require_readable()
    assert not any(key in refused.value.message for key in KEYS.named().values())


def test_without_a_key_nothing_is_readable_and_without_secrets_none_is_needed() -> None:
    with refuses("old-key", "none was given"):
        old_keys.judge(PLACES[:3], 3, {}, old_keys.OldKeys()).require_readable()
    nothing = old_keys.judge([], 0, {}, old_keys.OldKeys())
    nothing.require_readable()
    assert (nothing.key, nothing.role) == (None, "none")


def test_keys_are_in_no_text_of_what_was_tried() -> None:
    assert not any(key in f"{KEYS!r}{tried(salt='abc')!r}{tried(salt='abc').document()}" for key in KEYS.named().values())


@pytest.mark.parametrize(
    ("master", "usable"),
    [("sk-1234", False), ("sk-" + "x" * 20, True), ("x" * 40, False), ("sk-" + "x" * 20 + "\nA=B", False)],
)
def test_master_key_is_taken_over_when_nobody_can_guess_it(master: str, usable: bool) -> None:
    assert old_keys.usable_master(master) is usable


def test_text_that_only_looks_encrypted_counts_when_a_key_opens_it() -> None:
    assert (tried(salt="abc").total, tried(salt="abc").unsure) == (3, 1)
    found = tried(salt="abc", master="d")
    assert (found.total, found.unsure, found.strange) == (4, 0, {CONFIG: ["d"]})


def test_texts_that_look_encrypted_ask_for_a_key_where_none_was_given() -> None:
    with refuses("old-key", "1 texts .* no key was given"):
        old_keys.judge([(CONFIG, "d")], 0, {}, old_keys.OldKeys()).require_readable()
    old_keys.judge([(CONFIG, "d")], 0, {"salt": [False]}, old_keys.OldKeys(salt="x")).require_readable()
