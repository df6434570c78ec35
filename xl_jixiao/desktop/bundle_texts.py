"""The words of the offline folder: its .bat files and its manual."""

# Pure ASCII: cmd reads a .bat in the console's code page, which is 936, 437 or 65001 depending on the PC. Chinese is said by Python,
# which speaks Unicode to the console, and by Notepad, which opens the manual (found by *.txt, its name is Chinese).
BATCH = """\
@echo off
setlocal DisableDelayedExpansion
pushd "%~dp0"
if errorlevel 1 goto nofolder
if not exist "start.py" goto incomplete
set PY="python\\python.exe"
if exist "python\\python.exe" goto run
py -{version} -c "pass" >nul 2>nul
if errorlevel 1 goto nopython
set PY=py -{version}
:run
%PY% start.py {job}
set RC=%ERRORLEVEL%
goto end
:nopython
echo Python {version} not found, see the manual.
for %%f in ("*.txt") do start "" notepad.exe "%%~ff"
set RC=2
goto end
:incomplete
echo start.py not found. Unpack the whole zip first, then run this file from the unpacked folder.
set RC=2
goto end
:nofolder
echo Cannot open this folder. Copy it to a local disk and try again.
set RC=2
:end
echo.
if not defined XL_JIXIAO_QUIET pause
exit /b %RC%
"""

MANUAL = """\
预算绩效自评工具：离线安装说明

先看这里
  {python}
  不会用的先看“填报手册.html”（双击用浏览器打开，可打印）；“示例”文件夹里是填好的表，照着填。

一、需要什么
  64 位 Windows 10 或 11；Excel 2016 或更新版本（32 位、64 位都可以）。不需要联网，不需要管理员权限。
  只用 WPS、或单位不允许运行程序的：不用安装，直接用“模板”文件夹里的免装版（.xlsx）。

二、安装
  1. 把整个文件夹拷到电脑上（是压缩包的先解压）。
  2. 关闭所有 Excel 窗口。
  3. 双击“开始安装.bat”，等一两分钟，看到“安装完成”后关闭窗口。
  4. 打开“文档\\预算绩效自评\\模板”里的模板开始填报。若出现黄色提示条，点“启用内容”。
  再次双击“开始安装.bat”就是更新或修复；您改过的文件不会被覆盖。

三、检查
  函数不计算、按钮没反应时，双击“检查.bat”，按箭头（→）后的说明处理。

四、卸载
  双击“卸载.bat”。您填过、改过的文件都会保留，并列出名字。

五、放到了哪里
  程序：%LOCALAPPDATA%\\xl_jixiao
  模板：文档\\预算绩效自评\\模板
  设置：%USERPROFILE%\\.xlwings\\xlwings.conf（只加没有的项）；Excel 的受信任位置（只加模板文件夹）

六、文件是否完好
  SHA256SUMS 是每个文件的校验和。核对一个文件：certutil -hashfile 文件名 SHA256

七、常见情况
  双击后窗口一闪而过，或提示“已被阻止”：单位的安全软件拦截了程序，请管理员放行，或用免装版。
  “请关闭 Excel”：任务管理器里结束 EXCEL.EXE、python.exe、pythonw.exe 后再试。
  文件开头提示“受保护的视图”：点“启用编辑”；仍不能用宏的，右击文件 → 属性 → 勾选“解除锁定”。
"""


def batch_file(job: str, python_version: str) -> bytes:
    """A .bat: ASCII, CRLF; bundled Python first, else the py launcher's; the manual opens when there is neither."""
    return BATCH.format(job=job, version=python_version).replace("\n", "\r\n").encode("ascii")


def manual(with_python: bool, python_version: str) -> bytes:
    """使用说明.txt as Notepad of every Windows reads it: UTF-8 with BOM, CRLF."""
    own = f"本文件夹没有带 Python：电脑上要先有 64 位 Python {python_version}（python.org 的安装包，选“Install just for me”）。"
    python = "Python 已在本文件夹里，不用另装，也不影响电脑上已有的 Python。" if with_python else own
    return MANUAL.format(python=python).replace("\n", "\r\n").encode("utf-8-sig")
