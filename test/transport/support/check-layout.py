"""Checks an OCI layout from the specification alone. Prints one line per finding, nothing if all is well.

--strict: nothing else is there. --oci: all documents are valid, and of OCI media types.
"""
import base64
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


OCI = "application/vnd.oci.image."


def valid(descriptor, data):
    """What the specification requires of a document and of the descriptor that leads to it."""
    kind, findings = descriptor["mediaType"], []
    if not kind.startswith(OCI):
        findings.append(f"type {kind}")
    if "data" in descriptor and base64.b64decode(descriptor["data"]) != data:
        findings.append(f"data of {descriptor['digest']}")
    if kind in (OCI + "manifest.v1+json", OCI + "index.v1+json"):
        document = json.loads(data)
        version = document.get("schemaVersion")
        if version != 2 or not isinstance(version, int):
            findings.append(f"schemaVersion {version!r} of {descriptor['digest']}")
        if document.get("mediaType", kind) != kind:
            findings.append(f"mediaType of {descriptor['digest']}")
    return findings


def walk(layout, descriptor, seen, oci=False):
    data, problem = blob(layout, descriptor)
    seen.add(descriptor["digest"])
    if problem:
        return [problem]
    findings = valid(descriptor, data) if oci else []
    if "manifest" not in descriptor["mediaType"] and "index" not in descriptor["mediaType"]:
        return findings
    document = json.loads(data)
    children = document.get("manifests", []) + document.get("layers", []) + [document[k] for k in ("config",) if k in document]
    return findings + [finding for child in children for finding in walk(layout, child, seen, oci)]


def main(layout, strict, oci):
    findings = []
    with open(os.path.join(layout, "oci-layout")) as file:
        if json.load(file)["imageLayoutVersion"] != "1.0.0":
            findings.append("version")
    with open(os.path.join(layout, "index.json")) as file:
        index = json.load(file)
    seen = set()
    for descriptor in index["manifests"]:
        findings += walk(layout, descriptor, seen, oci)
    if oci and index.get("schemaVersion") != 2:
        findings.append("schemaVersion of index.json")
    if strict:
        strangers = set(os.listdir(layout)) - {"oci-layout", "index.json", "blobs"}
        findings += [f"litter {name}" for name in sorted(strangers)]
        for algorithm in os.listdir(os.path.join(layout, "blobs")):
            for value in os.listdir(os.path.join(layout, "blobs", algorithm)):
                if f"{algorithm}:{value}" not in seen:
                    findings.append(f"orphan {algorithm}:{value}")
    return findings


print("\n".join(main(sys.argv[1], "--strict" in sys.argv, "--oci" in sys.argv)), end="")
