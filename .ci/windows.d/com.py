"""The tests' fake Excel (tests/support) offered to another process through COM, as Excel offers itself."""

import os

import pythoncom
import pywintypes
import win32com.server.util
from support.fake_range import FakeRange
from support.winstub import RANGE_IID, Dispatch, com_error
from win32com.server.exception import COMException
from win32com.server.policy import DynamicPolicy

_PUT = pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF
_SYS_WIN64 = 3
_UNKNOWN_NAME, _MEMBER_NOT_FOUND, _EXCEPTION = -2147352570, -2147352573, -2147352567


def _range_type() -> object:
    """A type library with Excel's Range in it: xlwings knows a reference by this identity."""
    file = os.path.join(os.environ["TEMP"], f"range-{os.getpid()}.tlb")
    library = pythoncom.CreateTypeLib2(_SYS_WIN64, file)
    library.SetName("FakeExcel")
    library.SetGuid(pywintypes.CreateGuid())
    made = library.CreateTypeInfo("Range", pythoncom.TKIND_DISPATCH)
    made.SetGuid(pywintypes.IID(RANGE_IID))
    made.LayOut()
    library.SaveAllChanges()
    return pythoncom.LoadTypeLib(file).GetTypeInfo(0)


RANGE_TYPE = _range_type()


class _Policy(DynamicPolicy):
    def _getdispid_(self, name, flags):
        if name not in ("_value_", "_NewEnum") and not hasattr(self._obj_.inner, name):
            raise COMException(scode=_UNKNOWN_NAME, desc=f"unknown name {name}")
        return super()._getdispid_(name, flags)

    def _gettypeinfocount_(self):
        return int(isinstance(self._obj_.inner, FakeRange))

    def _gettypeinfo_(self, index, locale):
        return 0, RANGE_TYPE

    _GetTypeInfoCount_ = _gettypeinfocount_
    _GetTypeInfo_ = _gettypeinfo_


class Com:
    """One object of the fake Excel on its way to another process."""

    def __init__(self, inner: Dispatch):
        self.inner = inner

    def _dynamic_(self, name, _locale, flags, arguments):
        given = [_inside(argument) for argument in arguments]
        try:
            if name == "_NewEnum":
                return win32com.server.util.NewEnum([outside(one) for one in self.inner], iid=pythoncom.IID_IEnumVARIANT)
            if name == "_value_":
                return outside(self.inner(*given) if given else self.inner.Value)
            if flags & _PUT:
                return setattr(self.inner, name, given[0])
            found = getattr(self.inner, name)
            if isinstance(found, Dispatch) or not callable(found):
                return outside(found(*given) if given else found)
            if not flags & pythoncom.DISPATCH_METHOD:
                raise COMException(scode=_MEMBER_NOT_FOUND, desc=f"{name} is a method")
            return outside(found(*given))
        except com_error as error:
            details = error.excepinfo or (0, "", error.strerror, None, 0, error.hresult)
            raise COMException(description=details[2], scode=_EXCEPTION, source="Microsoft Excel") from error


def outside(value):
    """A value as the other process gets it."""
    if isinstance(value, Dispatch):
        return win32com.server.util.wrap(Com(value), usePolicy=_Policy)
    if isinstance(value, tuple):  # pywin32 would take a tuple for a result and what came back by reference
        return [list(row) if isinstance(row, tuple) else row for row in value]
    return value


def _inside(value):
    try:
        return win32com.server.util.unwrap(value).inner
    except Exception:  # noqa: BLE001 - no object of ours
        return value
