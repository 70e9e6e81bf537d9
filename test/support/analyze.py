"""Says where the bytes of an image are, from the layer specification alone: analyze.py LAYOUT TAG.

Reads an OCI image layout with Python's tarfile. Prints JSON: sizes of layers, bytes used and wasted by reason,
and bytes of packages of Debian, Python and npm.
"""

import csv
import gzip
import hashlib
import io
import json
import os
import re
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
        self.link, self.text = None, b""


class Tree(dict):
    """Files by path, and the names in each folder, so that an image of 50,000 files takes seconds."""

    def __init__(self):
        super().__init__()
        self.names = {}

    def __setitem__(self, path, file):
        super().__setitem__(path, file)
        while path:
            folder, name = os.path.split(path)
            names = self.names.setdefault(folder, set())
            if name in names:
                break
            names.add(name)
            path = folder

    def hide(self, path, by, how, new=None):
        """Removes a name and all below it."""
        file = self.pop(path, None)
        if file is not None:
            file.hidden = (by, how, new)
        for name in self.names.pop(path, ()):
            self.hide(os.path.join(path, name), by, how)
        folder, name = os.path.split(path)
        self.names.get(folder, set()).discard(name)


def resolve(tree, path, steps=0):
    """The path of a file with symbolic links in its folders followed, as a package list names it."""
    folder, at = "", 0
    parts = path.strip("/").split("/")
    for at, part in enumerate(parts[:-1]):
        folder = os.path.join(folder, part)
        link = tree[folder].link if folder in tree else None
        if link is not None and steps < 40:
            target = link if link.startswith("/") else os.path.join(os.path.dirname(folder), link)
            rest = "/".join(parts[at + 1 :])
            return resolve(tree, os.path.normpath(target.lstrip("/") + "/" + rest), steps + 1)
    return "/".join(parts)


def debian_packages(tree):
    """Paths of each package by dpkg's lists; a file that several have belongs to the first in the status."""
    status = tree.get("var/lib/dpkg/status")
    sizes, taken, counted = {}, set(), set()
    info = "var/lib/dpkg/info"
    records = {}
    for name in tree.names.get(info, ()):
        records.setdefault(name.rsplit(".", 1)[0], []).append(os.path.join(info, name))
    for stanza in (status.text.decode() if status else "").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.split("\n") if ": " in line and line[0] != " ")
        if not fields.get("Status", "").endswith(" installed"):
            continue
        name, arch = fields["Package"], fields.get("Architecture", "")
        own = records.get(name, []) + records.get(f"{name}:{arch}", [])
        lists = [each for each in own if each.endswith(".list")]
        paths = [line for each in lists for line in tree[each].text.decode().split("\n")]
        found = {resolve(tree, path) for path in paths if path.startswith("/")} | set(own)
        mine = {path for path in found if path in tree and path not in taken}
        taken |= mine
        sizes[f"{name} {fields['Version']}"] = mine
    return sizes


NPM = re.compile(r"(?:^|/)node_modules/(?:@[^/]+/)?[^@./][^/]*/package\.json$")
PYTHON = re.compile(r"(?:^|/)[^/-]+-[^/]+\.(?:dist-info/METADATA|egg-info(?:/PKG-INFO)?)$")


def language_packages(tree, taken):
    """Paths of each package by the file that it is found by, without those that packages of Debian have."""
    claims = {}
    found = sorted((path for path in tree if NPM.search(path) or PYTHON.search(path)), key=lambda path: path.split("/"))
    for evidence in found:
        folder = evidence if evidence.endswith(".egg-info") else os.path.dirname(evidence)
        for path in [folder] if NPM.search(evidence) else python_files(tree, folder):
            if path not in taken:
                claims.setdefault(path, evidence)
        claims.setdefault(evidence, evidence)
    packages = {evidence: set() for evidence in found}
    for path in tree:
        at = path
        while at and at not in claims:
            at = os.path.dirname(at)
        if at and path not in taken:
            packages[claims[at]].add(path)
    return packages


def python_files(tree, info):
    """What an installer wrote down; without that the modules that the package says it has."""
    around = os.path.dirname(info)

    def lines_of(name):
        file = tree.get(os.path.join(info, name))
        return None if file is None else [line for line in file.text.decode().splitlines() if line]

    record = lines_of("RECORD")
    if record is not None:
        return [resolve(tree, os.path.normpath(os.path.join(around, row[0]))) for row in csv.reader(record)]
    installed = lines_of("installed-files.txt")
    if installed is not None:
        return [info] + [resolve(tree, os.path.normpath(os.path.join(info, line))) for line in installed]
    modules = lines_of("top_level.txt") or []
    return [info] + [os.path.join(around, name + end) for name in modules for end in ("", ".py")]


def weigh(tree, packages):
    """Bytes of packages; a file with several names counts for its first one."""
    first = {}
    for path in sorted(tree, key=lambda path: path.split("/")):
        first.setdefault(id(tree[path]), path)
    return {
        name: sum(tree[path].size for path in paths if first[id(tree[path])] == path)
        for name, paths in packages.items()
    }


def main(layout, tag):
    manifest = manifest_of(layout, tag)
    tree, files, layers = Tree(), [], []
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
                for each in list(tree.names.get(folder, ())):
                    tree.hide(os.path.join(folder, each), number, "deleted")
            elif name.startswith(".wh."):
                tree.hide(os.path.join(folder, name[4:]), number, "deleted")
        for member in members:
            path = os.path.normpath(member.name)
            if os.path.basename(path).startswith(".wh.") or path == ".":
                continue
            if member.islnk():
                file = tree[os.path.normpath(member.linkname)]
                if tree.get(path) is not file:
                    tree.hide(path, number, "replaced")
                tree[path] = file
                continue
            body = tar.extractfile(member).read() if member.isreg() else b""
            size = len(body)
            digest = hashlib.sha256(body).hexdigest() if size else ""
            file = File(number, path, size, digest)
            file.link = member.linkname if member.issym() else None
            file.text = body if path.startswith("var/lib/dpkg/") or "-info/" in path else b""
            if member.isdir():
                if path in tree:
                    tree.hide(path, number, "replaced")
                continue
            tree.hide(path, number, "replaced", file)
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
    debian = debian_packages(tree)
    languages = language_packages(tree, set().union(*debian.values()))
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
                "packages": weigh(tree, {**debian, **languages}),
                "efficiency": 1 if content == 0 else (content - total) / content,
            }
        )
    )


main(*sys.argv[1:])
