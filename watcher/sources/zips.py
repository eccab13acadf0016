"""One file out of a zip archive, in memory and bounded: an archive from a stranger names no path and fills no disk."""

import io
import stat
import zipfile
import zlib
from zipfile import ZipFile, ZipInfo

_KINDS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    NotImplementedError,
)
"""What zipfile is known to raise for an archive that is broken, cut short, or lies about itself."""


class RefusedZipError(Exception):
    """The archive is not unpacked; the message says why."""


def only_member(archive: bytes, *, suffix: str, limit: int) -> bytes:
    """Return the one file in *archive*, which has to end in *suffix* (case aside) and unpack to at most *limit* bytes.

    Raises :class:`RefusedZipError` for any other archive: none or several files, a path, a link, a password, an
    archive inside, a coding other than stored or deflated, a bad checksum, more than *limit*.
    """
    try:
        with ZipFile(io.BytesIO(archive)) as opened:
            member = _chosen(opened.infolist(), suffix=suffix)
            if member.file_size > limit:
                raise RefusedZipError(f"it unpacks to more than {limit} bytes")
            with opened.open(member) as file:
                # One byte more than allowed is enough to know. Reading to the end is what checks the sum.
                content = file.read(limit + 1)
    except _BROKEN as error:
        raise RefusedZipError(f"the archive is broken ({type(error).__name__})") from None
    if len(content) > limit:
        raise RefusedZipError(f"it unpacks to more than {limit} bytes")
    if content.startswith(_ZIP):
        raise RefusedZipError("there is an archive inside the archive")
    return content


def _chosen(members: list[ZipInfo], *, suffix: str) -> ZipInfo:
    if len(members) != 1:
        raise RefusedZipError(f"it holds {len(members)} files, one is expected")
    member = members[0]
    if _leads_elsewhere(member):
        raise RefusedZipError("its file has a path, or is a folder or a link")
    if member.flag_bits & _ENCRYPTED:
        raise RefusedZipError("it asks for a password")
    if member.compress_type not in _KINDS:
        raise RefusedZipError("it is packed in a way that is not read")
    if not member.filename.lower().endswith(suffix):
        raise RefusedZipError(f"its file does not end in {suffix}")
    return member


def _leads_elsewhere(member: ZipInfo) -> bool:
    name = member.orig_filename
    kind = member.external_attr >> 16
    return member.is_dir() or stat.S_ISLNK(kind) or name.startswith(".") or any(sign in name for sign in "/\\:\0")
