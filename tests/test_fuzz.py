"""Whatever is typed, pasted or sent: a value, or the error its reader declares, within seconds. Whatever is tampered with: told."""

import fuzz_commands
import fuzz_forgeries
import fuzz_texts
from support.depth import DEEP, many

MANY = many(2_000, 60_000)
FILES = many(12, 500)
TAMPERED = many(1, 2)
FEW_FORMS = ["hongjiang-2020-dept", "generic-selfeval", "hongjiang-2020-project-data"]


def test_every_text_ends_in_a_value_or_in_a_declared_error(capsys):
    outcomes, failures = fuzz_texts.run(MANY)
    with capsys.disabled():
        print(f"\n{MANY} mutated texts: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    assert failures == []
    assert all(outcomes[f"{kind} read"] for kind in fuzz_texts.KINDS), "每一类都有读得出的"


def test_every_file_given_to_a_command_ends_in_an_exit_status_and_clear_lines(capsys):
    outcomes, failures = fuzz_commands.run(FILES)
    with capsys.disabled():
        print(f"\n{FILES} mutated files for the commands: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    assert failures == []


def test_every_tampering_is_told_where_it_is(capsys):
    kinds = list(fuzz_forgeries.KINDS)[:: many(8, 1)]
    forms = sorted(fuzz_forgeries.examples()) if DEEP else FEW_FORMS
    said = []
    counts = fuzz_forgeries.run(TAMPERED * len(kinds), 0, kinds, forms, said.append)
    with capsys.disabled():
        print(f"\n{TAMPERED * len(kinds)} tamperings of {len(kinds)} kinds: {dict(sum(counts.values(), fuzz_forgeries.Counter()))}")
    assert [line for line in said if "missed" in line or "Error" in line] == []
    assert sum(found["elsewhere"] + found["drowned"] for found in counts.values()) <= len(kinds) * TAMPERED / 50, said
