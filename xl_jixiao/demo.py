"""The whole job on a real published case: 洪江市人民政府办公室, 2020."""

from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn

from xl_jixiao.catalogue import examples
from xl_jixiao.display import console, show_result
from xl_jixiao.edition import Edition
from xl_jixiao.jobs import job_of_workbook, open_job

CASE = "hongjiang-2020-dept"


def run(folder: Path, *, overwrite: bool = False) -> None:
    """Fills both editions, exports the finished sheet from the filled workbook, and says what was found and where it is."""
    out = console()
    folder.mkdir(parents=True, exist_ok=True)
    job = open_job(CASE)
    answers = job.answers(examples()[CASE])
    files: list[tuple[Path, str]] = []
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=out, transient=True) as progress:
        task = progress.add_task("正在填写填报表…")
        for edition, what in ((Edition.NATIVE, "免装版填报表：Excel、WPS、LibreOffice 直接打开"), (Edition.ADDIN, "插件版填报表：函数 =JX_… 与按钮")):
            path = folder / f"洪江2020-整体支出-{edition.label}{edition.suffix}"
            job.write(answers, edition, path, overwrite=overwrite)
            files.append((path, what))
        progress.update(task, description="正在导出成品…")
        again, read = job_of_workbook(files[0][0])
        finished, result = again.finish(read, folder, overwrite=overwrite)
        files += [(path, "成品：锁定、无宏，含自评结论") for path in finished]
    show_result(result)
    out.print()
    out.print("文件：", style="bold")
    for path, what in files:
        out.print(f"  {path}　{what}", soft_wrap=True)
