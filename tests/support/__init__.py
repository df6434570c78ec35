"""What the tests run against: xlwings' Windows code on Linux, a fake Excel, and LibreOffice.

bytecode    install(): compiled code is kept also where the environment keeps none (conftest.py calls it)
winstub     pywin32 stubs; `install()` puts xlwings' real udfs, com_server and _xlwindows in place (conftest.py calls it)
fake_excel  FakeExcel, FakeBook, FakeRange, Formula: COM objects under xlwings' real Book, Sheet, Range
udf         call_udf(module, func, *args), run_python(command, book)
wrappers    generate_wrappers(*modules): xlwings' own VBA wrapper text; also a script
office      Office: recalculate, edit, render and run workbooks in LibreOffice (fixture `office`); poison
excel_limits problems(path): what Excel would refuse, repair or compute otherwise; also a script
books       book(table, edition, path): the house's workbooks, each written once in a run; formulas_of(path)
depth       few, many, spread, forms: how much of a proof a run takes, and the deep profile
live        the UDF calls of a workbook that LibreOffice has open
"""
