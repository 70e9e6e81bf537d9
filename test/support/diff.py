#!/usr/bin/env python3
"""Prints how the file systems of two images differ, as JSON: diff.py LAYOUT TAG LAYOUT TAG

The oracle of `reslim diff`: compares what flatten.py prints, a reader written from the specification alone.
`files` has "KIND PATH" for each path, KIND being added, removed, changed, or metadata with what it is about;
`packages` has the versions of those that dpkg's database has in one image only, or in another version.
"""

import json
import os
import re
import subprocess
import sys
import tarfile

CONTENTS = ("type", "size", "sha256", "target", "device")


def flattened(layout, tag):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flatten.py")
    out = subprocess.run([sys.executable, "-B", script, layout, tag], check=True, capture_output=True).stdout
    return {each["path"]: each for each in map(json.loads, out.decode().splitlines())}


def shown(path):
    """Absolute, as text where it is UTF-8."""
    data = re.sub(r"\\x(..)", lambda match: chr(int(match[1], 16)), path).encode("latin1")
    try:
        return "/" + ("" if data == b"." else data.decode())
    except UnicodeDecodeError:
        return "/" + path


def metadata_changes(old, new):
    # chmod(2) does not change symlinks: they have no mode of their own.
    if old["mode"] != new["mode"] and new["type"] != "symlink":
        yield "mode"
    if (old["uid"], old["gid"]) != (new["uid"], new["gid"]):
        yield "owner"
    # Folders that no layer has an entry for have no time.
    if old["mtime"] != new["mtime"] and "0" not in (old["mtime"], new["mtime"]):
        yield "time"
    if old.get("xattrs") != new.get("xattrs"):
        yield "attribute"


def first_names(tree, paths):
    """The first name in `paths` of the file that each of them is."""
    groups = {}
    for path in sorted(paths, key=lambda each: each.split("/")):
        groups.setdefault(tree[path].get("links", path), path)
    return {path: groups[tree[path].get("links", path)] for path in paths}


def compare(before, after):
    both = [path for path in before if path in after]
    files = [path for path in both if before[path]["type"] == after[path]["type"] == "file"]
    old_names, new_names = first_names(before, files), first_names(after, files)
    yield from (f"added {shown(path)}" for path in after if path not in before)
    yield from (f"removed {shown(path)}" for path in before if path not in after)
    for path in both:
        old, new = before[path], after[path]
        what = list(metadata_changes(old, new))
        if old_names.get(path) != new_names.get(path):
            what.append("links")
        if any(old.get(name) != new.get(name) for name in CONTENTS):
            yield f"changed {shown(path)}"
        elif what:
            yield f"metadata {'+'.join(what)} {shown(path)}"


def status_of(layout, tag):
    """dpkg's database, as the highest layer has it that has one."""
    with open(os.path.join(layout, "index.json"), "rb") as file:
        found = [
            each
            for each in json.load(file)["manifests"]
            if each["annotations"]["org.opencontainers.image.ref.name"] == tag
        ]

    def blob(descriptor):
        return os.path.join(layout, "blobs", *descriptor["digest"].split(":"))

    with open(blob(found[0]), "rb") as file:
        layers = json.load(file)["layers"]
    for layer in reversed(layers):
        with tarfile.open(blob(layer)) as tar:
            for member in tar:
                if member.name.lstrip("./") == "var/lib/dpkg/status":
                    return tar.extractfile(member).read().decode("latin1")
    return ""


def versions_of(status):
    versions = {}
    for paragraph in status.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Status|Version): *(.*)$", paragraph, re.M))
        if fields.get("Status", "").endswith(" installed"):
            versions[fields["Package"]] = fields["Version"]
    return versions


def compare_packages(old, new):
    return {
        name: [old.get(name), new.get(name)]
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    }


def main(layout, tag, other_layout, other_tag):
    files = sorted(compare(flattened(layout, tag), flattened(other_layout, other_tag)))
    old, new = versions_of(status_of(layout, tag)), versions_of(status_of(other_layout, other_tag))
    json.dump({"files": files, "packages": compare_packages(old, new)}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
