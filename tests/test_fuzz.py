"""Whatever is typed, pasted or sent: a value, or the error its reader declares, within seconds."""

import os

import fuzz_texts

MANY = 200_000 if os.environ.get("JX_DEEP") else 3_000


def test_every_text_ends_in_a_value_or_in_a_declared_error(capsys):
    outcomes, failures = fuzz_texts.run(MANY)
    with capsys.disabled():
        print(f"\n{MANY} mutated texts: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    assert failures == []
    assert all(outcomes[f"{kind} read"] for kind in fuzz_texts.KINDS), "每一类都有读得出的"
