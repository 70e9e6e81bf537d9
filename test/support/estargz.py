#!/usr/bin/env python3
"""Checks the layers of an image of an OCI layout that are stored as eStargz, and prints what each has.

    estargz.py LAYOUT TAG

Written from the definition of the format, on the standard library alone, and never from reslim's code:
https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md
"""

import base64
import gzip
import hashlib
import io
import json
import os
import struct
import sys
import tarfile
import zlib
from datetime import datetime, timezone
from fractions import Fraction

TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest"
SIZE = "io.containers.estargz.uncompressed-size"
TYPES = {
    tarfile.REGTYPE: "reg",
    tarfile.AREGTYPE: "reg",
    tarfile.LNKTYPE: "hardlink",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "char",
    tarfile.BLKTYPE: "block",
    tarfile.DIRTYPE: "dir",
    tarfile.FIFOTYPE: "fifo",
}


class Bad(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Bad(what)


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def seconds(text):
    plain, _, fraction = text.removesuffix("Z").partition(".")
    whole = datetime.strptime(plain, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(whole.timestamp()) + Fraction(int(fraction or 0), 10 ** len(fraction))


def one_member(blob, at):
    """The contents of the gzip member that begins at `at`, and where it ends."""
    need(blob[at : at + 3] == b"\x1f\x8b\x08", f"no gzip header at {at}")
    inflater = zlib.decompressobj(wbits=31)
    data = inflater.decompress(blob[at:])
    need(inflater.eof, f"the member at {at} does not end")
    return data, len(blob) - len(inflater.unused_data)


def read_footer(blob):
    footer = blob[-51:]
    need(footer[:4] == b"\x1f\x8b\x08\x04", "the footer is no gzip header with an extra field")
    need(struct.unpack("<H", footer[10:12])[0] == 26, "XLEN")
    need(footer[12:14] == b"SG" and struct.unpack("<H", footer[14:16])[0] == 22, "the subfield")
    need(footer[32:38] == b"STARGZ", "the magic")
    need(gzip.decompress(footer) == b"", "the footer is not empty")
    return int(footer[16:32], 16)


def read_toc(blob, at, digest):
    data, end = one_member(blob, at)
    need(end == len(blob) - 51, "something between the table and the footer")
    reader = tarfile.open(fileobj=io.BytesIO(data))
    (member,) = reader.getmembers()
    need(member.name == "stargz.index.json" and member.isfile(), "the name of the table")
    toc = reader.extractfile(member).read()
    need(sha256(toc) == digest, "the digest of the table")
    document = json.loads(toc)
    need(document["version"] == 1, "the version of the table")
    return document["entries"]


def files_of(entries):
    """For each entry that is no chunk: itself and its parts, the chunks included."""
    files = []
    for entry in entries:
        if entry["type"] == "chunk":
            need(files and entry["name"] == files[-1][0]["name"], "a chunk of another file")
            files[-1][1].append(entry)
        else:
            files.append((entry, [entry]))
    return files


def read_contents(blob, toc_at, files):
    contents, offsets = {}, set()
    starts = sorted(part["offset"] for _, parts in files for part in parts if "offset" in part)
    ends = dict(zip(starts, [*starts[1:], toc_at]))
    for entry, parts in files:
        if entry["type"] != "reg" or entry.get("size", 0) == 0:
            need(len(parts) == 1 and "offset" not in entry, f"contents of {entry['name']}")
            continue
        body = b""
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            need(part.get("chunkOffset", 0) == len(body), f"chunkOffset of {entry['name']}")
            size = part.get("chunkSize", 0)
            need((size == 0) == last, f"chunkSize of {entry['name']}")
            need(part["offset"] not in offsets and part["offset"] < toc_at, "an offset twice")
            offsets.add(part["offset"])
            data, end = one_member(blob[part["offset"] : ends[part["offset"]]], 0)
            need(end == ends[part["offset"]] - part["offset"], "a member goes on too far")
            piece = data[: size or entry["size"] - len(body)]
            need(sha256(piece) == part["chunkDigest"], f"chunkDigest of {entry['name']}")
            body += piece
        need(len(body) == entry["size"], f"the size of {entry['name']}")
        need(sha256(body) == entry["digest"], f"the digest of {entry['name']}")
        contents[entry["name"]] = body
    return contents


def check_headers(tar, files, contents):
    reader = tarfile.open(fileobj=io.BytesIO(tar), encoding="utf-8", errors="surrogateescape")
    members = reader.getmembers()
    need(members[0].name == ".no.prefetch.landmark", "the landmark")
    need(reader.extractfile(members[0]).read() == b"\x0f", "the contents of the landmark")
    need(members.pop().name == "stargz.index.json", "the table is not the last entry")
    need(len(members) == len(files), "the number of entries")
    for member, (entry, _) in zip(members, files):
        name = entry["name"].rstrip("/") if member.isdir() else entry["name"]
        need((member.name, TYPES[member.type]) == (name, entry["type"]), f"the name {member.name}")
        for key, value in (
            ("mode", member.mode),
            ("uid", member.uid),
            ("gid", member.gid),
            ("size", member.size if member.isreg() else 0),
            ("userName", member.uname),
            ("groupName", member.gname),
            ("linkName", member.linkname if member.issym() or member.islnk() else ""),
        ):
            need((entry.get(key) or 0) == (value or 0), f"{key} of {member.name}")
        for key in ("mode", "uid", "gid"):
            need(key in entry, f"{key} of {member.name} is missing")
        if member.isdev() and not member.isfifo():
            need(entry["devMajor"] == member.devmajor, f"devMajor of {member.name}")
            need(entry["devMinor"] == member.devminor, f"devMinor of {member.name}")
        exact = member.pax_headers.get("mtime", member.mtime)
        need(seconds(entry["modtime"]) == Fraction(exact), f"the time of {member.name}")
        attributes = {
            key.removeprefix("SCHILY.xattr."): base64.b64encode(
                value.encode("utf-8", "surrogateescape")
            ).decode()
            for key, value in member.pax_headers.items()
            if key.startswith("SCHILY.xattr.")
        }
        need(entry.get("xattrs", {}) == attributes, f"extended attributes of {member.name}")
        if member.isreg() and member.size > 0:
            body = reader.extractfile(member).read()
            need(contents[entry["name"]] == body, f"the contents of {member.name}")


def read_json(layout, digest):
    with open(os.path.join(layout, "blobs", *digest.split(":")), "rb") as file:
        return json.load(file)


def main(layout, tag):
    with open(os.path.join(layout, "index.json"), "rb") as file:
        index = json.load(file)
    key = "org.opencontainers.image.ref.name"
    (found,) = (it for it in index["manifests"] if it.get("annotations", {}).get(key) == tag)
    manifest = read_json(layout, found["digest"])
    diff_ids = read_json(layout, manifest["config"]["digest"])["rootfs"]["diff_ids"]
    for layer, diff_id in zip(manifest["layers"], diff_ids):
        annotations = layer.get("annotations", {})
        if TOC_DIGEST not in annotations:
            print(json.dumps({"digest": layer["digest"], "stargz": False}))
            continue
        with open(os.path.join(layout, "blobs", *layer["digest"].split(":")), "rb") as file:
            blob = file.read()
        need(layer["mediaType"].endswith("+gzip"), "the media type")
        toc_at = read_footer(blob)
        files = files_of(read_toc(blob, toc_at, annotations[TOC_DIGEST]))
        contents = read_contents(blob, toc_at, files)
        # Of many members `decompress` copies the rest for each.
        tar = gzip.open(io.BytesIO(blob)).read()
        need(sha256(tar) == diff_id, "the diffId")
        need(annotations[SIZE] == str(len(tar)), "the uncompressed size")
        check_headers(tar, files, contents)
        count = {"entries": len(files), "chunks": sum(len(parts) for _, parts in files if parts[0].get("size"))}
        print(json.dumps({"digest": layer["digest"], "stargz": True, **count}))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Bad as problem:
        sys.exit(f"estargz.py: {problem}")
