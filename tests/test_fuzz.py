"""Whatever is typed, pasted or sent: a value, or the error its reader declares, within seconds."""

import fuzz_texts
from support.depth import many

MANY = many(3_000, 200_000)


def test_every_text_ends_in_a_value_or_in_a_declared_error(capsys):
    outcomes, failures = fuzz_texts.run(MANY)
    with capsys.disabled():
        print(f"\n{MANY} mutated texts: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    assert failures == []
    assert all(outcomes[f"{kind} read"] for kind in fuzz_texts.KINDS), "每一类都有读得出的"
