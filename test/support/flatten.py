#!/usr/bin/env python3
"""Prints the flattened file system of an OCI image layout, one JSON line per path.

    flatten.py LAYOUT [TAG] [OS/ARCH[/VARIANT]]

The oracle of the end-to-end tests: written from the specifications of OCI layers, ustar, PAX and GNU
tar, on the standard library alone, and never from reslim's code. It checks every digest, size and
diffId on its way. Zstandard layers go through the `zstd` command.

Layers: https://github.com/opencontainers/image-spec/blob/main/layer.md
What it leaves open is what runtimes do: docs/layer-rules.md
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zlib
from decimal import Decimal

BLOCK = 512
CHUNK = 1 << 20


class Bad(Exception):
    pass


# --- documents -------------------------------------------------------------------------------------


def blob_path(layout, digest):
    algorithm, _, hexadecimal = digest.partition(":")
    return os.path.join(layout, "blobs", algorithm, hexadecimal)


def read_document(layout, descriptor):
    with open(blob_path(layout, descriptor["digest"]), "rb") as file:
        data = file.read()
    if len(data) != descriptor["size"]:
        raise Bad(f"size of {descriptor['digest']}")
    if "sha256:" + hashlib.sha256(data).hexdigest() != descriptor["digest"]:
        raise Bad(f"digest of {descriptor['digest']}")
    return json.loads(data)


def fits(descriptor, platform):
    if platform is None:
        return True
    has = descriptor.get("platform", {})
    wanted = dict(zip(("os", "architecture", "variant"), platform.split("/")))
    return all(has.get(key) == value for key, value in wanted.items())


def find_manifest(layout, tag, platform):
    with open(os.path.join(layout, "index.json"), "rb") as file:
        index = json.load(file)
    key = "org.opencontainers.image.ref.name"
    found = [
        descriptor
        for descriptor in index["manifests"]
        if tag is None or descriptor.get("annotations", {}).get(key) == tag
    ]
    if len(found) != 1:
        raise Bad(f"{len(found)} images for the tag {tag}")
    document = read_document(layout, found[0])
    while "manifests" in document:
        children = [child for child in document["manifests"] if fits(child, platform)]
        if len(children) != 1:
            raise Bad(f"{len(children)} images for the platform {platform}")
        document = read_document(layout, children[0])
    return document


# --- layer bytes -----------------------------------------------------------------------------------


def stored_chunks(path, descriptor):
    """The blob's bytes; raises at the end unless size and digest are as promised."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
    if "sha256:" + digest.hexdigest() != descriptor["digest"] or size != descriptor["size"]:
        raise Bad(f"layer {descriptor['digest']} is not what its descriptor says")


def gunzip(chunks):
    """Inflates one or more gzip members."""
    inflater = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        while chunk:
            if inflater.eof:
                inflater = zlib.decompressobj(wbits=31)
            yield inflater.decompress(chunk, CHUNK)
            chunk = inflater.unconsumed_tail or inflater.unused_data
    yield inflater.flush()
    if not inflater.eof:
        raise Bad("gzip ends early")


def unzstd(path, chunks):
    for _ in chunks:  # for the digest
        pass
    with subprocess.Popen(["zstd", "-dcq", "--long=31", path], stdout=subprocess.PIPE) as child:
        while chunk := child.stdout.read(CHUNK):
            yield chunk
    if child.returncode != 0:
        raise Bad("zstd failed")


def plain_chunks(path, descriptor):
    """Decompresses by content: the media type may say anything."""
    with open(path, "rb") as file:
        magic = file.read(4)
    chunks = stored_chunks(path, descriptor)
    if magic[:2] == b"\x1f\x8b":
        return gunzip(chunks)
    if magic == b"\x28\xb5\x2f\xfd" or (magic[1:] == b"\x2a\x4d\x18" and magic[0] & 0xF0 == 0x50):
        return unzstd(path, chunks)
    return chunks


class Tape:
    """Exact reads from chunks, hashing all that passes."""

    def __init__(self, chunks):
        self.chunks = iter(chunks)
        self.rest = b""
        self.digest = hashlib.sha256()

    def pieces(self, size):
        while size > 0:
            if not self.rest:
                chunk = next(self.chunks, None)
                if chunk is None:
                    return
                self.digest.update(chunk)
                self.rest = memoryview(chunk)  # slices without copying
                continue
            piece, self.rest = self.rest[:size], self.rest[size:]
            size -= len(piece)
            yield piece

    def read(self, size):
        data = b"".join(self.pieces(size))
        if data and len(data) != size:
            raise Bad("tar ends inside a block")
        return data

    def drain(self):
        for _ in self.pieces(1 << 62):
            pass


# --- tar -------------------------------------------------------------------------------------------


def text(field):
    return field.split(b"\0", 1)[0]


def number(field):
    if field[0] & 0x80:  # GNU base-256, two's complement below the marker bit
        value = int.from_bytes(field, "big")
        bits = 8 * len(field) - 1
        value &= (1 << bits) - 1
        return value - (1 << bits) if field[0] & 0x40 else value
    digits = field.replace(b"\0", b" ").strip()
    return int(digits, 8) if digits else 0


def check_sum(header):
    blanked = header[:148] + b" " * 8 + header[156:]
    if number(header[148:156]) not in (sum(blanked), sum(b - 256 * (b > 127) for b in blanked)):
        raise Bad("tar header checksum")


def pax_records(data):
    records = []
    while data:
        length, _, _ = data.partition(b" ")
        record, data = data[: int(length)], data[int(length) :]
        if record[-1:] != b"\n":
            raise Bad("PAX record")
        key, _, value = record[len(length) + 1 : -1].partition(b"=")
        records.append((key, value))
    return records


class Entry:
    """One member: header fields with PAX and GNU extensions applied."""

    xattrs = {}
    sparse = None  # [(offset, length)] of the stored data
    digest = None


def gnu_sparse_map(header, tape):
    spans, fields, more = [], header[386:482], header[482]
    while True:
        for at in range(0, len(fields), 24):
            if fields[at] != 0:
                spans.append((number(fields[at : at + 12]), number(fields[at + 12 : at + 24])))
        if not more:
            return spans
        block = tape.read(BLOCK)
        fields, more = block[:504], block[504]


def pax_sparse_map(records, tape):
    """Returns the map and how many bytes of the member's data it took (PAX format 1.0)."""
    values = dict(records)
    if values.get(b"GNU.sparse.major") == b"1":
        taken = 0
        numbers, data = [], b""
        while not numbers or len(numbers) < 1 + 2 * numbers[0]:
            data += tape.read(BLOCK)
            taken += BLOCK
            *lines, data = data.split(b"\n")
            numbers += [int(line) for line in lines]
        numbers = numbers[1 : 1 + 2 * numbers[0]]
        return list(zip(numbers[::2], numbers[1::2])), taken
    if b"GNU.sparse.map" in values:
        numbers = [int(item) for item in values[b"GNU.sparse.map"].split(b",")]
        return list(zip(numbers[::2], numbers[1::2])), 0
    offsets = [int(value) for key, value in records if key == b"GNU.sparse.offset"]
    lengths = [int(value) for key, value in records if key == b"GNU.sparse.numbytes"]
    return (list(zip(offsets, lengths)) if offsets else None), 0


def hash_zeros(digest, count):
    while count > 0:
        step = min(count, CHUNK)
        digest.update(bytes(step))
        count -= step


def hash_body(entry, stored, tape):
    digest = hashlib.sha256()
    if entry.sparse is None:
        for piece in tape.pieces(stored):
            digest.update(piece)
    else:
        at = 0
        for offset, length in entry.sparse:
            hash_zeros(digest, offset - at)
            for piece in tape.pieces(length):
                digest.update(piece)
            at = offset + length
        hash_zeros(digest, entry.size - at)
    entry.digest = digest.hexdigest()


KINDS = {
    b"\0": "file",
    b"0": "file",
    b"7": "file",
    b"S": "file",
    b"1": "link",
    b"2": "symlink",
    b"3": "char",
    b"4": "block",
    b"5": "dir",
    b"6": "fifo",
}


def read_entry(header, records, long_name, long_link, tape):
    pax = dict(records)
    entry = Entry()
    flag = header[156:157]
    if flag not in KINDS:
        raise Bad(f"tar type {flag}")
    entry.kind = KINDS[flag]
    name = text(header[:100])
    if header[257:263] == b"ustar\0" and text(header[345:500]):
        name = text(header[345:500]) + b"/" + name
    entry.path = pax.get(b"path", long_name if long_name is not None else name)
    entry.target = pax.get(b"linkpath", long_link if long_link is not None else text(header[157:257]))
    entry.mode = number(header[100:108]) & 0o7777
    entry.uid = int(pax.get(b"uid", number(header[108:116])))
    entry.gid = int(pax.get(b"gid", number(header[116:124])))
    entry.mtime = Decimal(pax.get(b"mtime", b"%d" % number(header[136:148])).decode())
    posix = header[257:262] == b"ustar"
    entry.device = (number(header[329:337]), number(header[337:345])) if posix else (0, 0)
    entry.xattrs = {
        key: value
        for key, value in records
        if key.startswith((b"SCHILY.xattr.", b"LIBARCHIVE.xattr."))
    }
    stored = int(pax.get(b"size", number(header[124:136])))
    entry.size = stored
    if entry.kind == "file" and entry.path.endswith(b"/"):  # how v7 tar spells a directory
        entry.kind = "dir"
    if entry.kind != "file":
        entry.size = 0
        return entry
    padding = -stored % BLOCK
    if flag == b"S":
        entry.sparse = gnu_sparse_map(header, tape)
        entry.size = number(header[483:495])
    else:
        entry.sparse, taken = pax_sparse_map(records, tape)
        stored -= taken
        if entry.sparse is not None:
            entry.path = pax.get(b"GNU.sparse.name", entry.path)
            entry.size = int(pax.get(b"GNU.sparse.realsize", pax.get(b"GNU.sparse.size", b"0")))
    hash_body(entry, stored, tape)
    for _ in tape.pieces(padding):
        pass
    return entry


def read_tar(tape):
    records, long_name, long_link = [], None, None
    while True:
        header = tape.read(BLOCK)
        if not header or header == bytes(BLOCK):
            return
        check_sum(header)
        flag = header[156:157]
        if flag in (b"x", b"X", b"g", b"L", b"K"):
            size = number(header[124:136])
            data = tape.read(size)
            tape.read(-size % BLOCK)
            if flag in (b"x", b"X"):
                records = pax_records(data)
            elif flag == b"L":
                long_name = text(data)
            elif flag == b"K":
                long_link = text(data)
            continue
        yield read_entry(header, records, long_name, long_link, tape)
        records, long_name, long_link = [], None, None


# --- the file system -------------------------------------------------------------------------------


class Inode:
    def __init__(self, entry=None):
        self.entry = entry
        self.names = []


class Node:
    """One name. Hard links are nodes that share an inode."""

    def __init__(self, inode, is_dir):
        self.inode = inode
        self.children = {} if is_dir else None


def parts_of(path):
    parts = [part for part in path.split(b"/") if part not in (b"", b".")]
    if b".." in parts:
        raise Bad(f"path {path}")
    return parts


def look_up(root, parts):
    """Literal: no symlink is followed."""
    node = root
    for part in parts:
        if node is None or node.children is None:
            return None
        node = node.children.get(part)
    return node


def parent_of(root, parts):
    """The directory that holds the last part; what is missing or no directory becomes one."""
    node = root
    for part in parts[:-1]:
        child = node.children.get(part)
        if child is None or child.children is None:
            child = node.children[part] = Node(Inode(), True)
        node = child
    return node


def hide(root, parts):
    """A whiteout or opaque marker, on the tree of the layers below."""
    *where, name = parts
    folder = look_up(root, where)
    if folder is None or folder.children is None:
        return
    if name == b".wh..wh..opq":
        folder.children.clear()
    else:
        folder.children.pop(name[len(b".wh.") :], None)


def is_whiteout(parts):
    return bool(parts) and parts[-1].startswith(b".wh.")


def is_record_of_aufs(parts):
    """AUFS kept books under such names. They are no files and hide none."""
    return any(part.startswith(b".wh..wh.") for part in parts) and parts[-1] != b".wh..wh..opq"


def way_in_layer(layer, parts):
    """Where the folder `parts` is in `layer`, the tree of what a layer has brought so far.

    Its symlinks are followed as Linux would with `layer` as the root; what is missing will be made.
    """
    found, todo, links = [], list(parts), 0
    while todo:
        part = todo.pop(0)
        if part in (b"", b"."):
            continue
        if part == b"..":
            found = found[:-1]
            continue
        node = look_up(layer, found + [part])
        entry = node.inode.entry if node is not None else None
        if entry is None or entry.kind != "symlink":
            if links and node is not None and node.children is None:
                raise Bad(f"{parts} leads through a file")
            found.append(part)
            continue
        links += 1
        if links > 40:
            raise Bad(f"symlinks without end at {parts}")
        if entry.target.startswith(b"/"):
            found = []
        todo = entry.target.split(b"/") + todo
    return found


def unpack_alone(entries):
    """Yields each entry of a layer with the parts of its path and of its hard link's target.

    Runtimes unpack each layer into an empty folder; so do we, to know where its symlinks lead.
    """
    layer = Node(Inode(), True)
    for entry in entries:
        parts, target = parts_of(entry.path), None
        if parts:
            parts = way_in_layer(layer, parts[:-1]) + parts[-1:]
        if entry.kind == "link":
            target = parts_of(entry.target)
            target = way_in_layer(layer, target[:-1]) + target[-1:]
        if is_record_of_aufs(parts):
            continue
        if any(part.startswith(b".wh.") for part in parts[:-1]):
            raise Bad(f"{entry.path} is below a whiteout")
        yield entry, parts, target
        if parts and not is_whiteout(parts):
            linked = look_up(layer, target) if target else None
            node = Node(linked.inode if linked else Inode(entry), entry.kind == "dir")
            folder = parent_of(layer, parts)
            there = folder.children.get(parts[-1])
            if node.children is None or there is None or there.children is None:
                folder.children[parts[-1]] = node


def put(root, entry, parts, target_parts):
    """Returns whether the entry found its place: a hard link may stand before its target."""
    if not parts:
        if entry.kind != "dir":
            raise Bad("the root is no directory")
        root.inode.entry = entry
        return True
    if target_parts is not None:
        target = look_up(root, target_parts)
        if target is None:
            return False
        if target.children is not None:
            raise Bad(f"hard link {entry.path} to {entry.target}")
        node = Node(target.inode, False)
    else:
        node = Node(Inode(entry), entry.kind == "dir")
    folder = parent_of(root, parts)
    existing = folder.children.get(parts[-1])
    if node.children is not None and existing is not None and existing.children is not None:
        existing.inode = node.inode
    else:
        folder.children[parts[-1]] = node
    return True


def apply_layer(root, entries):
    """Whiteouts first, wherever they stand: they only ever hide what lower layers brought."""
    entries = list(unpack_alone(entries))
    for _, parts, _ in entries:
        if is_whiteout(parts):
            if parts[-1] == b".wh.":
                raise Bad("a whiteout with an invalid name")
            hide(root, parts)
    waiting = []
    for each in entries:
        if is_whiteout(each[1]):
            parent_of(root, each[1])  # the folder around a whiteout is made, in the place of anything else
        elif not put(root, *each):
            waiting.append(each)
    for entry, parts, target in waiting:
        if not put(root, entry, parts, target):
            raise Bad(f"hard link {entry.path} to {entry.target}")


def walk(node, path):
    yield path or b".", node
    for name in sorted(node.children or ()):
        yield from walk(node.children[name], path + b"/" + name if path else name)


# --- output ----------------------------------------------------------------------------------------


def escape(data):
    return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02x}" for b in data)


def exact(decimal):
    plain = format(decimal, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def describe(path, inode):
    entry = inode.entry
    if entry is None:  # implied by a deeper path, stated nowhere
        return {"path": escape(path), "type": "dir", "mode": "0755", "uid": 0, "gid": 0, "mtime": "0"}
    line = {
        "path": escape(path),
        "type": entry.kind,
        "mode": f"{entry.mode:04o}",
        "uid": entry.uid,
        "gid": entry.gid,
        "mtime": exact(entry.mtime),
    }
    if entry.kind == "file":
        line["size"] = entry.size
        line["sha256"] = entry.digest
    if entry.kind == "symlink":
        line["target"] = escape(entry.target)
    if entry.kind in ("char", "block"):
        line["device"] = list(entry.device)
    if len(inode.names) > 1:
        line["links"] = escape(min(inode.names))
    if entry.xattrs:
        line["xattrs"] = {
            escape(key): base64.b64encode(value).decode() for key, value in sorted(entry.xattrs.items())
        }
    return line


def main(layout, tag=None, platform=None):
    sys.setrecursionlimit(10000)
    manifest = find_manifest(layout, tag, platform)
    config = read_document(layout, manifest["config"])
    diff_ids = config["rootfs"]["diff_ids"]
    if len(diff_ids) != len(manifest["layers"]):
        raise Bad("layers and diff_ids differ in number")
    filled = [step for step in config.get("history", []) if not step.get("empty_layer")]
    if config.get("history") and len(filled) != len(diff_ids):
        raise Bad("history and diff_ids differ in number")
    root = Node(Inode(), True)
    for descriptor, diff_id in zip(manifest["layers"], diff_ids):
        tape = Tape(plain_chunks(blob_path(layout, descriptor["digest"]), descriptor))
        apply_layer(root, read_tar(tape))
        tape.drain()
        if "sha256:" + tape.digest.hexdigest() != diff_id:
            raise Bad(f"diffId of {descriptor['digest']}")
    nodes = list(walk(root, b""))
    for path, node in nodes:
        node.inode.names.append(path)
    out = [json.dumps(describe(path, node.inode)) for path, node in sorted(nodes, key=lambda it: it[0])]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Bad as problem:
        sys.exit(f"flatten.py: {problem}")
