"""Files are written beside their target and moved into place; nothing is overwritten unless told."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when all went well. Raises FileExistsError unless told to overwrite."""
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path}：文件已存在；换一个文件名，或加 --overwrite 覆盖")
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        yield Path(temporary)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
