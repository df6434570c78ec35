"""What Windows reads of a macro container: the streams of a compound file, and the directory of a VBA project (MS-OVBA)."""

import re
import struct


def read_compound(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file by path, read by walking the red-black tree as Windows does."""
    if data[:8] != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ValueError("no compound file")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    size, mini_size = 1 << shift, 1 << mini_shift
    fat_count, first_dir, _, cutoff, first_mini, mini_count = struct.unpack_from("<IIIIII", data, 44)
    fat: list[int] = []
    for place in struct.unpack_from("<109I", data, 76)[:fat_count]:
        fat += struct.unpack_from(f"<{size // 4}I", data, (place + 1) * size)

    def chain(start: int) -> bytes:
        out, at, steps = b"", start, 0
        while at < 0xFFFFFFFA:
            out += data[(at + 1) * size : (at + 2) * size]
            at, steps = fat[at], steps + 1
            if steps > len(fat):
                raise ValueError("loop in the FAT")
        return out

    directory = chain(first_dir)
    entries = []
    for at in range(0, len(directory), 128):
        length, kind, colour, left, right, child = struct.unpack_from("<HBBIII", directory, at + 64)
        start, count = struct.unpack_from("<IQ", directory, at + 116)
        entries.append((directory[at : at + max(0, length - 2)].decode("utf-16-le"), kind, left, right, child, start, count))
    mini = chain(entries[0][5])[: entries[0][6]] if entries[0][6] else b""
    mini_fat = list(struct.unpack(f"<{mini_count * size // 4}I", chain(first_mini))) if mini_count else []
    streams: dict[str, bytes] = {}

    def key(name: str) -> tuple[int, str]:
        return len(name), name.upper()

    def visit(index: int, prefix: str, low: tuple[int, str] | None, high: tuple[int, str] | None) -> None:
        if index == 0xFFFFFFFF:
            return
        name, kind, left, right, child, start, count = entries[index]
        if (low and key(name) <= low) or (high and key(name) >= high):
            raise ValueError(f"directory tree out of order at {name}: Windows does not find it")
        visit(left, prefix, low, key(name))
        visit(right, prefix, key(name), high)
        if kind == 1:
            visit(child, f"{prefix}{name}/", None, None)
        elif count >= cutoff:
            streams[prefix + name] = chain(start)[:count]
        else:
            out, at = b"", start
            while at < 0xFFFFFFFA and len(out) < count:
                out += mini[at * mini_size : (at + 1) * mini_size]
                at = mini_fat[at]
            streams[prefix + name] = out[:count]

    visit(entries[0][4], "", None, None)
    return streams


def decompress(data: bytes) -> bytes:
    """MS-OVBA 2.4.1."""
    if data[:1] != b"\x01":
        raise ValueError("no compressed container")
    out, at = bytearray(), 1
    while at < len(data):
        (header,) = struct.unpack_from("<H", data, at)
        if header >> 12 & 7 != 3:
            raise ValueError("bad chunk signature")
        end, flagged = min(len(data), at + (header & 0xFFF) + 3), header & 0x8000
        at += 2
        begin = len(out)
        if not flagged:
            out += data[at : at + 4096]
            at += 4096
            continue
        while at < end:
            flags = data[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                (token,) = struct.unpack_from("<H", data, at)
                at += 2
                bits = max(4, (len(out) - begin - 1).bit_length())
                offset, length = (token >> (16 - bits)) + 1, (token & (0xFFFF >> bits)) + 3
                if offset > len(out) - begin:
                    raise ValueError("copy from before the chunk")
                for _ in range(length):
                    out.append(out[-offset])
        if len(out) - begin > 4096:
            raise ValueError("chunk larger than 4096 bytes")
    return bytes(out)


def read_directory(data: bytes) -> tuple[list[tuple[str, str, int, bool]], int, list[str]]:
    """(name, stream, offset, document) of each module; code page; problems. Each record is held against MS-OVBA 2.3.4.2."""
    at, problems, page = 0, [], 1252

    def record(expected: int, size: int | None = None) -> bytes:
        nonlocal at
        kind, length = struct.unpack_from("<HI", data, at)
        if kind != expected:
            raise ValueError(f"record 0x{expected:02X} expected at {at}, 0x{kind:02X} found")
        body = data[at + 6 : at + 6 + length]
        at += 6 + length
        if size is not None and length != size:
            problems.append(f"record 0x{kind:02X} has {length} bytes instead of {size}")
        return body

    def peek() -> int:
        return struct.unpack_from("<H", data, at)[0]

    modules: list[tuple[str, str, int, bool]] = []
    try:
        if struct.unpack("<I", record(0x01, 4))[0] not in (0, 1, 2, 3):
            problems.append("SysKind")
        if peek() == 0x4A:
            record(0x4A, 4)
        if record(0x02, 4) != struct.pack("<I", 0x409) or record(0x14, 4) != struct.pack("<I", 0x409):
            problems.append("LCID must be 0x409")
        (page,) = struct.unpack("<H", record(0x03, 2))
        if not 1 <= len(record(0x04)) <= 128:
            problems.append("project name")
        for first, second, most in ((0x05, 0x40, 2000), (0x06, 0x3D, 260)):
            if len(record(first)) > most:
                problems.append(f"record 0x{first:02X} too long")
            record(second)
        record(0x07, 4)
        if record(0x08, 4) != bytes(4):
            problems.append("LibFlags must be 0")
        kind, reserved = struct.unpack_from("<HI", data, at)
        if (kind, reserved) != (0x09, 4):
            problems.append("PROJECTVERSION")
        at += 12
        if len(record(0x0C)) > 1015:
            problems.append("constants too long")
        record(0x3C)
        while peek() != 0x0F:
            record(0x16)
            record(0x3E)
            if peek() == 0x0D:
                body = record(0x0D)
                (size,) = struct.unpack_from("<I", body)
                if size + 10 != len(body) or body[-6:] != bytes(6):
                    problems.append("REFERENCEREGISTERED")
                if not re.match(rb"\*\\G\{[0-9A-Fa-f-]{36}\}#[0-9a-fA-F]+\.[0-9a-fA-F]+#[0-9a-fA-F]+#.*#", body[4 : 4 + size]):
                    problems.append("libid of a reference")
            else:
                raise ValueError(f"reference record 0x{peek():02X}")
        (count,) = struct.unpack("<H", record(0x0F, 2))
        record(0x13, 2)
        for _ in range(count):
            name = record(0x19).decode(f"cp{page}")
            if peek() == 0x47 and record(0x47).decode("utf-16-le") != name:
                problems.append(f"Unicode name of {name}")
            stream = record(0x1A).decode(f"cp{page}")
            record(0x32), record(0x1C), record(0x48)
            (offset,) = struct.unpack("<I", record(0x31, 4))
            record(0x1E, 4), record(0x2C, 2)
            document = peek() == 0x22
            record(0x22 if document else 0x21, 0)
            while peek() in (0x25, 0x28):
                record(peek(), 0)
            record(0x2B, 0)
            modules.append((name, stream, offset, document))
        record(0x10, 0)
        if at != len(data):
            problems.append(f"{len(data) - at} bytes after the terminator")
    except (ValueError, struct.error) as problem:
        problems.append(str(problem))
    return modules, page, problems
