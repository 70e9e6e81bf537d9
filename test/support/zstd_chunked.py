#!/usr/bin/env python3
"""Checks a layer of an OCI layout that is stored as zstd:chunked, and prints how much of what it has.

    zstd_chunked.py LAYOUT TAG

Written from the format's definition, on the standard library and the `zstd` command, and never from
reslim's code: https://github.com/containers/storage/blob/main/pkg/chunked/internal/minimal/compression.go
The second source is tar-split: https://github.com/vbatts/tar-split
"""

import base64
import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
from datetime import datetime, timezone
from fractions import Fraction

PREFIX = "io.github.containers.zstd-chunked."
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


def unzstd(data):
    return subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True).stdout


def crc64_table():
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0xD800000000000000 if value & 1 else 0)
        yield value


TABLE = list(crc64_table())


def crc64(data):
    value = 0xFFFFFFFFFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


def skippable(blob, at, length, what):
    magic, size = struct.unpack("<II", blob[at - 8 : at])
    need(magic == 0x184D2A50 and size == length, f"no skippable frame around the {what}")
    return blob[at : at + length]


def seconds(text):
    """RFC 3339 with up to nine digits, as an exact number."""
    plain, _, fraction = text.removesuffix("Z").partition(".")
    whole = datetime.strptime(plain, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(whole.timestamp()) + Fraction(int(fraction or 0), 10 ** len(fraction))


def check_positions(blob, annotations):
    toc_at, toc_size, toc_plain, kind = map(int, annotations[PREFIX + "manifest-position"].split(":"))
    split_at, split_size, split_plain = map(int, annotations[PREFIX + "tarsplit-position"].split(":"))
    need(kind == 1, "the kind of the table")
    toc = skippable(blob, toc_at, toc_size, "table")
    split = skippable(blob, split_at, split_size, "tar-split")
    need(split_at == toc_at + toc_size + 8, "something between the table and the tar-split")
    need(split_at + split_size + 8 + 64 == len(blob), "the footer is not at the end")
    footer = skippable(blob, len(blob) - 64, 64, "footer")
    need(footer[56:] == b"GNUlInUx", "the magic number of the footer")
    said = struct.unpack("<7Q", footer[:56])
    need(said == (toc_at, toc_size, toc_plain, 1, split_at, split_size, split_plain), "the footer")
    need(sha256(toc) == annotations[PREFIX + "manifest-checksum"], "the digest of the table")
    return toc_at - 8, toc, toc_plain, split, split_plain


def chunks_of(entries):
    """For each entry that is no chunk: itself and [(offset, end, size, digest)]."""
    at = 0
    while at < len(entries):
        entry = entries[at]
        need(entry["type"] != "chunk", "a chunk without a file")
        more = []
        while at + 1 + len(more) < len(entries) and entries[at + 1 + len(more)]["type"] == "chunk":
            more.append(entries[at + 1 + len(more)])
        at += 1 + len(more)
        parts = [entry, *more]
        ends = [part["offset"] for part in more] + [entry.get("endOffset", 0)]
        if more:
            sizes, digests = zip(*((part["chunkSize"], part["chunkDigest"]) for part in parts))
            need(all(part["name"] == entry["name"] for part in more), "a chunk of another file")
            positions = [sum(sizes[:n]) for n in range(1, len(sizes))]
            need([part["chunkOffset"] for part in more] == positions, "the offset of a chunk")
        else:
            sizes, digests = [entry.get("size", 0)], [entry.get("digest")]
        has_body = entry["type"] == "reg" and entry.get("size", 0) > 0
        need(has_body == ("digest" in entry) == ("offset" in entry), f"contents of {entry['name']}")
        need(not has_body or sum(sizes) == entry["size"], f"the size of {entry['name']}")
        starts = [part.get("offset", 0) for part in parts]
        yield entry, list(zip(starts, ends, sizes, digests)) if has_body else []


def read_files(blob, end, files):
    """The contents of all files, from the ranges that the table names, and only these."""
    ranges = [chunk for _, chunks in files for chunk in chunks]
    for (_, last, *_), (start, *_) in zip(ranges, ranges[1:]):
        need(last <= start, "ranges of files overlap")
    need(not ranges or (ranges[0][0] > 0 and ranges[-1][1] <= end), "ranges outside of the tar")
    plain = unzstd(b"".join(blob[start:last] for start, last, *_ in ranges)) if ranges else b""
    at, contents = 0, {}
    for entry, chunks in files:
        body = b""
        for _, _, size, digest in chunks:
            piece = plain[at : at + size]
            need(sha256(piece) == digest, f"a chunk of {entry['name']}")
            body += piece
            at += size
        if chunks:
            need(sha256(body) == entry["digest"], f"the digest of {entry['name']}")
        contents[entry["name"]] = body
    need(at == len(plain), "ranges with more than the files")
    return contents


def join_tar(split, contents):
    tar = io.BytesIO()
    for position, line in enumerate(split.splitlines()):
        part = json.loads(line)
        need(part["position"] == position, "the position of a line")
        if part["type"] == 2:
            tar.write(base64.b64decode(part["payload"]))
            continue
        body = contents[part["name"]]
        need(len(body) == part.get("size", 0), f"the size of {part['name']} in the tar-split")
        need(part["payload"] is None or base64.b64decode(part["payload"]) == crc64(body), "a CRC")
        need((part["payload"] is None) == (body == b""), "a CRC that is missing")
        tar.write(body)
    return tar.getvalue()


def check_headers(tar, entries):
    reader = tarfile.open(fileobj=io.BytesIO(tar), encoding="utf-8", errors="surrogateescape")
    members = reader.getmembers()
    need(len(members) == len(entries), "the number of entries")
    for member, entry in zip(members, entries):
        name = entry["name"].rstrip("/") if member.isdir() else entry["name"]
        need((member.name, TYPES[member.type]) == (name, entry["type"]), f"the name {member.name}")
        for key, value in (
            ("mode", member.mode),
            ("uid", member.uid),
            ("gid", member.gid),
            ("size", member.size),
            ("devMajor", member.devmajor),
            ("devMinor", member.devminor),
        ):
            need(entry.get(key, 0) == value, f"{key} of {member.name}")
        need(entry.get("linkName", "") == member.linkname, f"the target of {member.name}")
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
        if PREFIX + "manifest-checksum" not in annotations:
            print(json.dumps({"digest": layer["digest"], "chunked": False}))
            continue
        with open(os.path.join(layout, "blobs", *layer["digest"].split(":")), "rb") as file:
            blob = file.read()
        need(layer["mediaType"].endswith("+zstd"), "the media type")
        end, toc, toc_plain, split, split_plain = check_positions(blob, annotations)
        table = unzstd(toc)
        need(len(table) == toc_plain, "the size of the table")
        document = json.loads(table)
        need(document["version"] == 1, "the version of the table")
        need(document["tarSplitDigest"] == sha256(split), "the digest of the tar-split")
        lines = unzstd(split)
        need(len(lines) == split_plain, "the size of the tar-split")
        files = list(chunks_of(document["entries"]))
        contents = read_files(blob, end, files)
        tar = join_tar(lines, contents)
        need(sha256(tar) == diff_id, "the tar that the tar-split makes")
        need(unzstd(blob) == tar, "the layer as a whole")
        check_headers(tar, [entry for entry, _ in files])
        count = {"entries": len(files), "chunks": sum(len(chunks) for _, chunks in files)}
        print(json.dumps({"digest": layer["digest"], "chunked": True, **count}))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Bad as problem:
        sys.exit(f"zstd_chunked.py: {problem}")
