"""Checks OCI layouts from the specification alone: one JSON line each for the layouts named on stdin.

A line of input is a path, and after a tab `strict` where litter and blobs that nobody names count too.
"""

import hashlib
import json
import os
import sys

TAG = "org.opencontainers.image.ref.name"


def read_blob(layout, descriptor):
    algorithm, value = descriptor["digest"].split(":")
    with open(os.path.join(layout, "blobs", algorithm, value), "rb") as file:
        data = file.read()
    if len(data) != descriptor["size"]:
        raise ValueError(f"size of {descriptor['digest']}")
    if hashlib.new(algorithm, data).hexdigest() != value:
        raise ValueError(f"digest of {descriptor['digest']}")
    return data


def walk(layout, descriptor, seen):
    data = read_blob(layout, descriptor)
    seen.add(descriptor["digest"])
    if "+json" not in descriptor["mediaType"] or ".config." in descriptor["mediaType"]:
        return
    document = json.loads(data)
    children = document.get("manifests", []) + document.get("layers", [])
    for child in children + ([document["config"]] if "config" in document else []):
        walk(layout, child, seen)


def litter(layout, seen):
    found = [name for name in os.listdir(layout) if name not in ("oci-layout", "index.json", "blobs")]
    for algorithm in os.listdir(os.path.join(layout, "blobs")):
        for value in os.listdir(os.path.join(layout, "blobs", algorithm)):
            if f"{algorithm}:{value}" not in seen:
                found.append(f"blobs/{algorithm}/{value}")
    return found


def check(layout, strict):
    with open(os.path.join(layout, "oci-layout")) as file:
        assert json.load(file)["imageLayoutVersion"] == "1.0.0", "version"
    with open(os.path.join(layout, "index.json")) as file:
        manifests = json.load(file)["manifests"]
    seen = set()
    for descriptor in manifests:
        walk(layout, descriptor, seen)
    found = litter(layout, seen) if strict else []
    if found:
        raise ValueError(f"litter: {found}")
    return {each.get("annotations", {}).get(TAG, ""): each["digest"] for each in manifests}


for line in sys.stdin:
    path, _, mode = line.rstrip("\n").partition("\t")
    try:
        print(json.dumps({"tags": check(path, mode == "strict")}), flush=True)
    except Exception as problem:
        print(json.dumps({"problem": f"{type(problem).__name__}: {problem}"}), flush=True)
