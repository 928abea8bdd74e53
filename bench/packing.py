"""Zip and gzip files put together from pieces that other processes have deflated: what takes the time is done
once for all the files that hold the same bytes.

A piece is raw deflate that ends at a byte's end without being the last block, so pieces can stand in a row; two bytes
end the row. Readers see one ordinary stream, deflated at level 6 as zip and gzip do."""
import functools
import struct
import zlib

LAST_BLOCK = b"\x03\x00"  # an empty block that is marked as the last one
GZIP_FRONT = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
DOS_DATE = 0x5C21  # 2026-01-01: the same input gives the same file


class Piece:
    """Deflated bytes and what is to be known of the text behind them."""

    def __init__(self, text):
        deflater = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.bytes = deflater.compress(text) + deflater.flush(zlib.Z_SYNC_FLUSH)
        self.crc, self.size = zlib.crc32(text), len(text)


class Checksum:
    """CRC-32 and size of pieces in a row, without their text. A CRC is linear: that of a row is the second piece's,
    xor-ed with what the first one's becomes behind as many zeros."""

    def __init__(self):
        self.crc = self.size = 0

    def add(self, piece):
        if self.size > 0:
            self.crc = with_zeros(self.crc, piece.size) ^ with_zeros(0, piece.size)
        self.crc ^= piece.crc
        self.size += piece.size


@functools.lru_cache(maxsize=256)
def with_zeros(crc, count):
    zeros = bytes(2**20)
    for _ in range(count // len(zeros)):
        crc = zlib.crc32(zeros, crc)
    return zlib.crc32(zeros[: count % len(zeros)], crc)


class Gzip:
    """A .gz file: one member that holds everything, or a member for each piece."""

    def __init__(self, path, a_member_a_piece=False):
        self.file, self.a_member_a_piece, self.sum = open(path, "wb"), a_member_a_piece, None

    def add(self, _name, piece):
        if self.sum is None:
            self.file.write(GZIP_FRONT)
            self.sum = Checksum()
        self.sum.add(piece)
        self.file.write(piece.bytes)
        if self.a_member_a_piece:
            self.end_member()

    def end_member(self):
        self.file.write(LAST_BLOCK + struct.pack("<II", self.sum.crc, self.sum.size & 0xFFFFFFFF))
        self.sum = None

    def close(self):
        if self.sum is not None:
            self.end_member()
        self.file.close()


class Zip:
    """A .zip file; the pieces that are added under one name in a row are one member. Members stay below 4 GiB, the
    archive too; there may be more members than the old format's 65,535."""

    def __init__(self, path):
        self.file, self.records = open(path, "wb"), []
        self.name, self.start, self.sum = None, 0, Checksum()

    def add(self, name, piece):
        if name != self.name:
            self.end_member()
            self.name, self.start, self.sum = name, self.file.tell(), Checksum()
            self.file.write(self.local_header(0))
        self.sum.add(piece)
        self.file.write(piece.bytes)

    def fields(self, deflated):
        return struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, DOS_DATE, self.sum.crc, deflated, self.sum.size,
                           len(self.name.encode()), 0)

    def local_header(self, deflated):
        return b"PK\3\4" + self.fields(deflated) + self.name.encode()

    def end_member(self):
        if self.name is None:
            return
        self.file.write(LAST_BLOCK)
        end = self.file.tell()
        deflated = end - self.start - len(self.local_header(0))
        self.file.seek(self.start)
        self.file.write(self.local_header(deflated))
        self.file.seek(end)
        self.records.append(b"PK\1\2\x14\3" + self.fields(deflated) + struct.pack("<HHHII", 0, 0, 0, 0o100600 << 16,
                                                                                  self.start) + self.name.encode())
        self.name = None

    def close(self):
        self.end_member()
        start, directory, count = self.file.tell(), b"".join(self.records), len(self.records)
        self.file.write(directory)
        if count > 0xFFFE:
            end = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(directory), start)
            self.file.write(b"PK\6\6" + end)
            self.file.write(struct.pack("<4sIQI", b"PK\6\7", 0, start + len(directory), 1))
            count = 0xFFFF
        self.file.write(struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0))
        self.file.close()
