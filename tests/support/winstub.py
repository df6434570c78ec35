"""xlwings' own Windows modules (`udfs`, `com_server`, `_xlwindows`) on a machine without Windows.

Only what lies *below* xlwings is stubbed: pywin32 and the few ctypes names `_xlwindows` takes at import. The decorators, the
wrapper generator, the converters and `XLPython.CallUDF` / `Exec` that run in the tests are the shipped ones.

`install()` must run before a module with `@xw.func` is imported: without it xlwings' decorators do nothing on Linux.
"""

from __future__ import annotations

import atexit
import ctypes
import datetime as dt
import os
import sys
import types

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: how an omitted optional argument reaches Python
DISP_E_EXCEPTION = -2147352567
DISP_E_UNKNOWNNAME = -2147352570

#: The running instances by window handle (FakeExcel registers itself): what `xw.apps` and `xw.books` look through.
windows: dict[int, object] = {}


class com_error(Exception):
    """pywintypes.com_error: `args` are (hresult, text, excepinfo or None, argument index or None)."""

    def __init__(self, hresult: int, text: str, excepinfo: tuple | None = None, argerror: int | None = None):
        super().__init__(hresult, text, excepinfo, argerror)
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, text, excepinfo, argerror


def excel_error(text: str, scode: int = -2146827284) -> com_error:
    """The exception pywin32 raises when Excel refuses (1004 and its kin)."""
    return com_error(DISP_E_EXCEPTION, "发生意外。", (0, "Microsoft Excel", text, None, 0, scode), None)


class Dispatch:
    """Base of every fake COM object, in the place of pywin32's CDispatch: xlwings asks isinstance of it.

    An unknown name raises AttributeError, as pywin32 does, on reading *and* on writing: a macro that uses something the fake
    lacks fails loudly instead of doing nothing.
    """

    CLSID = None  # early-bound pywin32 classes have one; xlwings' ComRange (the `caller` argument) asks for it

    class _Identity:
        def __init__(self, iid: str = ""):
            self.iid = iid

        def GetTypeInfo(self):
            return self

        def GetTypeAttr(self):
            return self

        def GetIDsOfNames(self, _locale, name):
            raise com_error(DISP_E_UNKNOWNNAME, f"未知名称。 {name}")

    _oleobj_ = _Identity()

    def __setattr__(self, name, value):
        if not name.startswith("_") and not hasattr(self, name):
            raise AttributeError(f"{type(self).__name__}.{name} can not be set.")
        super().__setattr__(name, value)

    def __getattr__(self, name):
        raise AttributeError(f"{type(self).__name__}.{name}")


class TimeType(dt.datetime):
    """pywintypes.TimeType: how dates arrive, always with the time zone UTC."""

    @classmethod
    def of(cls, value: dt.date) -> TimeType:
        """From a date or a naive datetime."""
        time = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
        parts = (time.year, time.month, time.day, time.hour, time.minute, time.second, time.microsecond)
        return cls(*parts, tzinfo=dt.UTC)


class _Unused:
    """Absorbs the Windows calls xlwings makes at import and whose results nobody looks at."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        return _Unused()

    def __call__(self, *args, **kwargs):
        return _Unused()


class _Module(types.ModuleType):
    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unused()


class _User32(_Unused):
    """The walk over top-level windows that `xw.apps` makes."""

    def GetForegroundWindow(self):
        return next(iter(windows), 0)

    def GetTopWindow(self, _parent):
        return next(iter(windows), 0)

    def GetWindow(self, handle, _next):
        handles = list(windows)
        following = handles[handles.index(handle) + 1 :] if handle in handles else []
        return following[0] if following else 0


class _Windll(_Unused):
    user32 = _User32()


class _Oleacc(_Unused):
    def AccessibleObjectFromWindow(self, handle, _what, _iid, out):
        out._obj.value = handle
        return 0


class _Oledll(_Unused):
    oleacc = _Oleacc()


class _PyDLL:
    def __init__(self, *args):
        def from_unknown(pointer, _iid, _add_reference):
            return windows[pointer.value]

        self.PyCom_PyObjectFromIUnknown = from_unknown


class Wrapped:
    """What `win32com.server.util.wrap` gives: a Python object on its way to VBA and back."""

    def __init__(self, inner):
        self.inner = inner


def _unwrap(value):
    if not isinstance(value, Wrapped):
        raise com_error(DISP_E_EXCEPTION, "The object is not a PythonCOM gateway")
    return value.inner


def _same(value, *_args, **_kwargs):
    return value


def _modules() -> dict[str, types.ModuleType]:
    names = [
        *("pythoncom", "pywintypes", "win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"),
        *("win32com", "win32com.client", "win32com.server", "win32com.server.dispatcher"),
        *("win32com.server.policy", "win32com.server.util"),
    ]
    made = {name: _Module(name) for name in names}
    for name, module in made.items():
        parent, _, leaf = name.rpartition(".")
        if parent:
            setattr(made[parent], leaf, module)
    com = made["pythoncom"]
    com.com_error = com.ole_error = com_error
    com.IID_IDispatch = 0
    com.TypeIIDs = {0: type("PyIDispatch", (), {})}
    com.__file__ = None
    com.CoInitialize = lambda *args: None
    com.CoMarshalInterThreadInterfaceInStream = lambda _iid, value: value
    com.CoGetInterfaceAndReleaseStream = lambda stream, _iid: stream
    made["pywintypes"].com_error = com_error
    made["pywintypes"].error = type("error", (Exception,), {})
    made["pywintypes"].TimeType = TimeType
    made["pywintypes"].IID = str
    made["win32timezone"].TimeZoneInfo = type("TimeZoneInfo", (), {"utc": staticmethod(lambda: dt.UTC)})
    for name, value in {"OK": 0, "OKCANCEL": 1, "YESNOCANCEL": 3, "YESNO": 4, "ICONWARNING": 48, "ICONINFORMATION": 64}.items():
        setattr(made["win32con"], "MB_" + name, value)
    made["win32api"].MessageBox = lambda handle, prompt, title, style: windows[handle].message(prompt, title, style)
    made["win32gui"].FindWindowEx = lambda parent, *_: parent
    made["win32process"].GetWindowThreadProcessId = lambda handle: (1, handle + 1000)
    client = made["win32com.client"]
    client.CDispatch = Dispatch
    client.CoClassBaseClass = type("CoClassBaseClass", (), {})
    client.DispatchBaseClass = type("DispatchBaseClass", (), {})
    client.Dispatch = client.DispatchEx = _same
    made["win32com.server.util"].wrap = lambda value, *_, **__: Wrapped(value)
    made["win32com.server.util"].unwrap = _unwrap
    return made


def install() -> None:
    """Make `import xlwings` behave as on Windows in this process. Calling it again does nothing, nor does calling it on Windows."""
    if "xlwings.com_server" in sys.modules:
        return
    if sys.platform == "win32":
        return  # the real pywin32 is there; what needs the fake Excel is not collected (conftest.py)
    sys.modules.update(_modules())
    stubs = {"oledll": _Oledll(), "windll": _Windll(), "PyDLL": _PyDLL}
    saved = {name: getattr(ctypes, name, None) for name in stubs}
    folder = os.getcwd()
    for name, stub in stubs.items():
        setattr(ctypes, name, stub)
    try:
        import xlwings
        from xlwings import _xlwindows

        xlwings._xlwindows = _xlwindows
        xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
        xlwings.engines.active = xlwings.engines["excel"]
        from xlwings import com_server, udfs
    finally:
        for name, value in saved.items():  # nothing else may take this process for Windows
            if value is None:
                delattr(ctypes, name)
            else:
                setattr(ctypes, name, value)
        os.chdir(folder)  # xlwings changes it while it looks for DLLs
    atexit.unregister(_xlwindows.cleanup)  # it would start tasklist
    _xlwindows.WindowsError = OSError
    _xlwindows.N_COM_ATTEMPTS = 2  # 0 retries for ever, also when the fake lacks an attribute
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    xlwings.script = xlwings.sub = udfs.xlsub
    xlwings.get_udf_module, xlwings.import_udfs, xlwings.serve = udfs.get_udf_module, udfs.import_udfs, com_server.serve
