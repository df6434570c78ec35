"""The standard rates as worksheet functions: one for each entry of the catalogue.

With arguments a function computes from them; without any it takes the inputs of those names from the workbook it stands in.
Blank in, blank out; what can't be computed answers with a short Chinese word, never with an error.
"""

from xlwings import func, ret

from jx_udfs.support import CATEGORY, described, from_catalogue


@func(category=CATEGORY)
@described
@ret(doc="在职人员控制率")
def JX_CONTROL_RATE(staff=None, posts=None, caller=None, bare=None):
    return from_catalogue("CONTROL_RATE", [staff, posts], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="“三公经费”变动率")
def JX_SANGONG_CHANGE_RATE(this_year=None, last_year=None, caller=None, bare=None):
    return from_catalogue("SANGONG_CHANGE_RATE", [this_year, last_year], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="“三公经费”控制率")
def JX_SANGONG_CONTROL_RATE(spent=None, budget=None, caller=None, bare=None):
    return from_catalogue("SANGONG_CONTROL_RATE", [spent, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="公用经费控制率")
def JX_PUBLIC_FUNDS_CONTROL_RATE(spent=None, budget=None, caller=None, bare=None):
    return from_catalogue("PUBLIC_FUNDS_CONTROL_RATE", [spent, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="预算完成率")
def JX_BUDGET_COMPLETION_RATE(completed=None, budget=None, caller=None, bare=None):
    return from_catalogue("BUDGET_COMPLETION_RATE", [completed, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="预算完成率（结转口径）")
def JX_BUDGET_COMPLETION_RATE_CARRYOVER(carried_in=None, initial=None, added=None, carried_out=None, caller=None, bare=None):
    return from_catalogue("BUDGET_COMPLETION_RATE_CARRYOVER", [carried_in, initial, added, carried_out], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="预算调整率")
def JX_BUDGET_ADJUSTMENT_RATE(adjusted=None, budget=None, caller=None, bare=None):
    return from_catalogue("BUDGET_ADJUSTMENT_RATE", [adjusted, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="预算控制率")
def JX_BUDGET_CONTROL_RATE(added=None, initial=None, caller=None, bare=None):
    return from_catalogue("BUDGET_CONTROL_RATE", [added, initial], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="支付进度率")
def JX_PAYMENT_PROGRESS_RATE(actual=None, scheduled=None, caller=None, bare=None):
    return from_catalogue("PAYMENT_PROGRESS_RATE", [actual, scheduled], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="结转结余率")
def JX_CARRYOVER_RATE(carryover=None, budget=None, caller=None, bare=None):
    return from_catalogue("CARRYOVER_RATE", [carryover, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="结转结余变动率")
def JX_CARRYOVER_CHANGE_RATE(this_year=None, last_year=None, caller=None, bare=None):
    return from_catalogue("CARRYOVER_CHANGE_RATE", [this_year, last_year], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="重点支出安排率")
def JX_KEY_SPENDING_RATE(key=None, projects=None, caller=None, bare=None):
    return from_catalogue("KEY_SPENDING_RATE", [key, projects], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="政府采购执行率")
def JX_PROCUREMENT_RATE(actual=None, budget=None, caller=None, bare=None):
    return from_catalogue("PROCUREMENT_RATE", [actual, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="固定资产利用率")
def JX_ASSET_USE_RATE(in_use=None, all_assets=None, caller=None, bare=None):
    return from_catalogue("ASSET_USE_RATE", [in_use, all_assets], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="新建楼堂馆所面积控制率")
def JX_BUILDING_AREA_RATE(built=None, approved=None, caller=None, bare=None):
    return from_catalogue("BUILDING_AREA_RATE", [built, approved], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="新建楼堂馆所投资概算控制率")
def JX_BUILDING_COST_RATE(spent=None, approved=None, caller=None, bare=None):
    return from_catalogue("BUILDING_COST_RATE", [spent, approved], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="资金到位率")
def JX_FUNDS_ARRIVAL_RATE(arrived=None, planned=None, caller=None, bare=None):
    return from_catalogue("FUNDS_ARRIVAL_RATE", [arrived, planned], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="到位及时率")
def JX_FUNDS_TIMELY_RATE(timely=None, due=None, caller=None, bare=None):
    return from_catalogue("FUNDS_TIMELY_RATE", [timely, due], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="实际完成率")
def JX_OUTPUT_COMPLETION_RATE(actual=None, planned=None, caller=None, bare=None):
    return from_catalogue("OUTPUT_COMPLETION_RATE", [actual, planned], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="质量达标率")
def JX_QUALITY_RATE(qualified=None, actual=None, caller=None, bare=None):
    return from_catalogue("QUALITY_RATE", [qualified, actual], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="完成及时率")
def JX_TIMELY_COMPLETION_RATE(planned=None, actual=None, caller=None, bare=None):
    return from_catalogue("TIMELY_COMPLETION_RATE", [planned, actual], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="成本节约率")
def JX_COST_SAVING_RATE(planned=None, actual=None, caller=None, bare=None):
    return from_catalogue("COST_SAVING_RATE", [planned, actual], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="预算执行率")
def JX_BUDGET_EXECUTION_RATE(executed=None, budget=None, caller=None, bare=None):
    return from_catalogue("BUDGET_EXECUTION_RATE", [executed, budget], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="满意度")
def JX_SATISFACTION_RATE(satisfied=None, valid=None, caller=None, bare=None):
    return from_catalogue("SATISFACTION_RATE", [satisfied, valid], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="完成年初预算")
def JX_FINAL_TO_INITIAL_RATE(final=None, initial=None, caller=None, bare=None):
    return from_catalogue("FINAL_TO_INITIAL_RATE", [final, initial], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="占比")
def JX_SHARE_RATE(part=None, whole=None, caller=None, bare=None):
    return from_catalogue("SHARE_RATE", [part, whole], caller, bare)


@func(category=CATEGORY)
@described
@ret(doc="同比")
def JX_YEAR_ON_YEAR_RATE(this_year=None, last_year=None, caller=None, bare=None):
    return from_catalogue("YEAR_ON_YEAR_RATE", [this_year, last_year], caller, bare)
