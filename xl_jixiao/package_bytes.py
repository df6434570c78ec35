"""The bytes of a written workbook, the same on every system."""

import io
import zipfile

_WRITTEN = (1980, 1, 31, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100600 << 16


def same_everywhere(package: bytes) -> bytes:
    """The same parts in the same order, without what a zip file says of the system and the moment it was written on.

    The parts themselves must already agree: XlsxWriter writes LF line ends on every system only with `in_memory`. The compressed
    bytes are those of zlib; a Python built with another deflate (zlib-ng) gives other bytes, and the same parts.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as written, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in written.infolist():
            entry = zipfile.ZipInfo(part.filename, _WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, written.read(part))
    return made.getvalue()
