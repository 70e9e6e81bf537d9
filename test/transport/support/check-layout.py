"""Checks an OCI layout from the specification alone. Prints one line per finding, nothing if all is well."""
import hashlib
import json
import os
import sys


def blob(layout, descriptor):
    algorithm, value = descriptor["digest"].split(":")
    path = os.path.join(layout, "blobs", algorithm, value)
    if not os.path.isfile(path) or os.path.islink(path):
        return None, f"missing {descriptor['digest']}"
    with open(path, "rb") as file:
        data = file.read()
    if len(data) != descriptor["size"]:
        return None, f"size of {descriptor['digest']}"
    if hashlib.new(algorithm, data).hexdigest() != value:
        return None, f"digest of {descriptor['digest']}"
    return data, None


def walk(layout, descriptor, seen):
    data, problem = blob(layout, descriptor)
    seen.add(descriptor["digest"])
    if problem:
        return [problem]
    if "manifest" not in descriptor["mediaType"] and "index" not in descriptor["mediaType"]:
        return []
    document = json.loads(data)
    children = document.get("manifests", []) + document.get("layers", []) + [document[k] for k in ("config",) if k in document]
    return [finding for child in children for finding in walk(layout, child, seen)]


def main(layout, strict):
    findings = []
    with open(os.path.join(layout, "oci-layout")) as file:
        if json.load(file)["imageLayoutVersion"] != "1.0.0":
            findings.append("version")
    with open(os.path.join(layout, "index.json")) as file:
        index = json.load(file)
    seen = set()
    for descriptor in index["manifests"]:
        findings += walk(layout, descriptor, seen)
    if strict:
        strangers = set(os.listdir(layout)) - {"oci-layout", "index.json", "blobs"}
        findings += [f"litter {name}" for name in sorted(strangers)]
        for algorithm in os.listdir(os.path.join(layout, "blobs")):
            for value in os.listdir(os.path.join(layout, "blobs", algorithm)):
                if f"{algorithm}:{value}" not in seen:
                    findings.append(f"orphan {algorithm}:{value}")
    return findings


print("\n".join(main(sys.argv[1], "--strict" in sys.argv)), end="")
