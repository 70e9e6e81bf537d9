"""Says where the bytes of an image are, from the layer specification alone: analyze.py LAYOUT TAG.

Reads an OCI image layout with Python's tarfile. Prints JSON: sizes of layers, bytes used and wasted by reason.
"""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile


def blob(layout, digest):
    with open(os.path.join(layout, "blobs", *digest.split(":")), "rb") as file:
        return file.read()


def manifest_of(layout, tag):
    index = json.load(open(os.path.join(layout, "index.json")))
    for each in index["manifests"]:
        if each.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag:
            found = json.loads(blob(layout, each["digest"]))
            if "manifests" in found:
                found = json.loads(blob(layout, found["manifests"][0]["digest"]))
            return found
    raise SystemExit("no such tag")


class File:
    def __init__(self, layer, path, size, digest):
        self.layer, self.path, self.size, self.digest = layer, path, size, digest
        self.hidden = None


def hide(tree, path, by, how, new=None):
    """Removes a name and all below it."""
    for name in [path] + [each for each in tree if each.startswith(path + "/")]:
        file = tree.pop(name, None)
        if file is not None:
            file.hidden = (by, how, new if name == path else None)


def main(layout, tag):
    manifest = manifest_of(layout, tag)
    tree, files, layers = {}, [], []
    for number, descriptor in enumerate(manifest["layers"], 1):
        data = blob(layout, descriptor["digest"])
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        layers.append({"compressedSize": descriptor["size"], "unpackedSize": len(data)})
        members = tarfile.open(fileobj=io.BytesIO(data)).getmembers()
        tar = tarfile.open(fileobj=io.BytesIO(data))
        # Whiteouts act on lower layers only, wherever they stand.
        for member in members:
            folder, name = os.path.split(os.path.normpath(member.name))
            if name == ".wh..wh..opq":
                for each in [p for p in tree if p.startswith(folder + "/")]:
                    hide(tree, each, number, "deleted")
            elif name.startswith(".wh."):
                hide(tree, os.path.join(folder, name[4:]), number, "deleted")
        for member in members:
            path = os.path.normpath(member.name)
            if os.path.basename(path).startswith(".wh.") or path == ".":
                continue
            if member.islnk():
                file = tree[os.path.normpath(member.linkname)]
                if tree.get(path) is not file:
                    hide(tree, path, number, "replaced")
                tree[path] = file
                continue
            size = member.size if member.isreg() else 0
            digest = hashlib.sha256(tar.extractfile(member).read()).hexdigest() if size else ""
            file = File(number, path, size, digest)
            if member.isdir():
                if path in tree:
                    hide(tree, path, number, "replaced")
                continue
            hide(tree, path, number, "replaced", file)
            tree[path] = file
            files.append(file)
    used = {id(file) for file in tree.values()}
    waste = {"deleted": 0, "overwritten": 0, "metadata": 0, "copies": 0}
    first = {}
    for file in files:
        if not file.size:
            continue
        if id(file) not in used:
            _, how, new = file.hidden
            if how == "deleted":
                waste["deleted"] += file.size
            elif new is not None and new.digest == file.digest and new.size == file.size:
                waste["metadata"] += file.size
            else:
                waste["overwritten"] += file.size
        elif file.digest in first:
            waste["copies"] += file.size
        else:
            first[file.digest] = file
    content = sum(file.size for file in files)
    total = sum(waste.values())
    print(
        json.dumps(
            {
                "layers": layers,
                "contentSize": content,
                "fileSize": sum(file.size for file in files if id(file) in used),
                "files": len(tree),
                "waste": {"total": total, **waste},
                "efficiency": 1 if content == 0 else (content - total) / content,
            }
        )
    )


main(*sys.argv[1:])
