"""Lists the tar on standard input as JSON, one member a line: Python's tarfile is the judge."""

import io
import json
import sys
import tarfile

TYPES = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file",
    tarfile.GNUTYPE_SPARSE: "file",
    tarfile.LNKTYPE: "link",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "character",
    tarfile.BLKTYPE: "block",
    tarfile.DIRTYPE: "directory",
    tarfile.FIFOTYPE: "fifo",
}


def describe(archive, member):
    body = archive.extractfile(member).read() if member.isreg() else b""
    return {
        "name": member.name,
        "type": TYPES[member.type],
        "link": member.linkname if member.type in (tarfile.LNKTYPE, tarfile.SYMTYPE) else "",
        "mode": member.mode,
        "uid": member.uid,
        "gid": member.gid,
        "mtime": float(member.mtime),
        "size": member.size if member.isreg() else 0,
        "body": body.hex(),
    }


source = io.BytesIO(sys.stdin.buffer.read())
with tarfile.open(fileobj=source, mode="r:", encoding="latin-1") as archive:
    for each in archive:
        print(json.dumps(describe(archive, each)))
