"""The standard rates as worksheet functions: one for each entry of the catalogue.

With arguments a function computes from them; without any it takes the inputs of those names from the workbook it stands in.
Blank in, blank out; what can't be computed answers with a short Chinese word, never with an error.
"""

# mypy: disallow-untyped-defs=False
# xlwings would take the hints of a registered function for converters of its cells.

from .support import from_catalogue, worksheet_function


@worksheet_function
def JX_CONTROL_RATE(staff=None, posts=None, caller=None, bare=None):
    return from_catalogue("CONTROL_RATE", [staff, posts], caller, bare)


@worksheet_function
def JX_SANGONG_CHANGE_RATE(this_year=None, last_year=None, caller=None, bare=None):
    return from_catalogue("SANGONG_CHANGE_RATE", [this_year, last_year], caller, bare)


@worksheet_function
def JX_SANGONG_CONTROL_RATE(spent=None, budget=None, caller=None, bare=None):
    return from_catalogue("SANGONG_CONTROL_RATE", [spent, budget], caller, bare)


@worksheet_function
def JX_PUBLIC_FUNDS_CONTROL_RATE(spent=None, budget=None, caller=None, bare=None):
    return from_catalogue("PUBLIC_FUNDS_CONTROL_RATE", [spent, budget], caller, bare)


@worksheet_function
def JX_BUDGET_COMPLETION_RATE(completed=None, budget=None, caller=None, bare=None):
    return from_catalogue("BUDGET_COMPLETION_RATE", [completed, budget], caller, bare)


@worksheet_function
def JX_BUDGET_COMPLETION_RATE_CARRYOVER(carried_in=None, initial=None, added=None, carried_out=None, caller=None, bare=None):
    return from_catalogue("BUDGET_COMPLETION_RATE_CARRYOVER", [carried_in, initial, added, carried_out], caller, bare)


@worksheet_function
def JX_BUDGET_ADJUSTMENT_RATE(adjusted=None, budget=None, caller=None, bare=None):
    return from_catalogue("BUDGET_ADJUSTMENT_RATE", [adjusted, budget], caller, bare)


@worksheet_function
def JX_BUDGET_CONTROL_RATE(added=None, initial=None, caller=None, bare=None):
    return from_catalogue("BUDGET_CONTROL_RATE", [added, initial], caller, bare)


@worksheet_function
def JX_PAYMENT_PROGRESS_RATE(actual=None, scheduled=None, caller=None, bare=None):
    return from_catalogue("PAYMENT_PROGRESS_RATE", [actual, scheduled], caller, bare)


@worksheet_function
def JX_CARRYOVER_RATE(carryover=None, budget=None, caller=None, bare=None):
    return from_catalogue("CARRYOVER_RATE", [carryover, budget], caller, bare)


@worksheet_function
def JX_CARRYOVER_CHANGE_RATE(this_year=None, last_year=None, caller=None, bare=None):
    return from_catalogue("CARRYOVER_CHANGE_RATE", [this_year, last_year], caller, bare)


@worksheet_function
def JX_KEY_SPENDING_RATE(key=None, projects=None, caller=None, bare=None):
    return from_catalogue("KEY_SPENDING_RATE", [key, projects], caller, bare)


@worksheet_function
def JX_PROCUREMENT_RATE(actual=None, budget=None, caller=None, bare=None):
    return from_catalogue("PROCUREMENT_RATE", [actual, budget], caller, bare)


@worksheet_function
def JX_ASSET_USE_RATE(in_use=None, all_assets=None, caller=None, bare=None):
    return from_catalogue("ASSET_USE_RATE", [in_use, all_assets], caller, bare)


@worksheet_function
def JX_BUILDING_AREA_RATE(built=None, approved=None, caller=None, bare=None):
    return from_catalogue("BUILDING_AREA_RATE", [built, approved], caller, bare)


@worksheet_function
def JX_BUILDING_COST_RATE(spent=None, approved=None, caller=None, bare=None):
    return from_catalogue("BUILDING_COST_RATE", [spent, approved], caller, bare)


@worksheet_function
def JX_FUNDS_ARRIVAL_RATE(arrived=None, planned=None, caller=None, bare=None):
    return from_catalogue("FUNDS_ARRIVAL_RATE", [arrived, planned], caller, bare)


@worksheet_function
def JX_FUNDS_TIMELY_RATE(timely=None, due=None, caller=None, bare=None):
    return from_catalogue("FUNDS_TIMELY_RATE", [timely, due], caller, bare)


@worksheet_function
def JX_OUTPUT_COMPLETION_RATE(actual=None, planned=None, caller=None, bare=None):
    return from_catalogue("OUTPUT_COMPLETION_RATE", [actual, planned], caller, bare)


@worksheet_function
def JX_QUALITY_RATE(qualified=None, actual=None, caller=None, bare=None):
    return from_catalogue("QUALITY_RATE", [qualified, actual], caller, bare)


@worksheet_function
def JX_TIMELY_COMPLETION_RATE(planned=None, actual=None, caller=None, bare=None):
    return from_catalogue("TIMELY_COMPLETION_RATE", [planned, actual], caller, bare)


@worksheet_function
def JX_COST_SAVING_RATE(planned=None, actual=None, caller=None, bare=None):
    return from_catalogue("COST_SAVING_RATE", [planned, actual], caller, bare)


@worksheet_function
def JX_BUDGET_EXECUTION_RATE(executed=None, budget=None, caller=None, bare=None):
    return from_catalogue("BUDGET_EXECUTION_RATE", [executed, budget], caller, bare)


@worksheet_function
def JX_SATISFACTION_RATE(satisfied=None, valid=None, caller=None, bare=None):
    return from_catalogue("SATISFACTION_RATE", [satisfied, valid], caller, bare)


@worksheet_function
def JX_FINAL_TO_INITIAL_RATE(final=None, initial=None, caller=None, bare=None):
    return from_catalogue("FINAL_TO_INITIAL_RATE", [final, initial], caller, bare)


@worksheet_function
def JX_SHARE_RATE(part=None, whole=None, caller=None, bare=None):
    return from_catalogue("SHARE_RATE", [part, whole], caller, bare)


@worksheet_function
def JX_YEAR_ON_YEAR_RATE(this_year=None, last_year=None, caller=None, bare=None):
    return from_catalogue("YEAR_ON_YEAR_RATE", [this_year, last_year], caller, bare)
