"""Reads JUnit XML on stdin with Python's own parser and checks it against the elements and attributes of Jenkins'
junit-10.xsd; prints suites and cases as JSON."""

import json
import sys
import xml.etree.ElementTree as ElementTree

ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {
        "name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id",
        "package", "file", "log", "url", "version",
    },
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "time", "classname", "group"},
    "failure": {"message", "type"},
}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase"],
    "properties": ["property"],
    "testcase": ["failure"],
}
REQUIRED = {"testsuite": ["name"], "testcase": ["name"], "property": ["name", "value"]}


def check(element):
    assert set(element.attrib) <= ATTRIBUTES[element.tag], (element.tag, element.attrib)
    for name in REQUIRED.get(element.tag, []):
        assert element.get(name), (element.tag, name)
    places = [CHILDREN[element.tag].index(child.tag) for child in element] if len(element) else []
    assert places == sorted(places), element.tag
    for child in element:
        check(child)


def counts(element):
    cases = list(element.iter("testcase"))
    assert int(element.get("tests")) == len(cases)
    assert int(element.get("failures")) == len([case for case in cases if case.find("failure") is not None])
    assert element.get("errors") == "0"


root = ElementTree.fromstring(sys.stdin.buffer.read())
assert root.tag == "testsuites"
check(root)
counts(root)
suites = []
for suite in root:
    counts(suite)
    cases = []
    for case in suite.iter("testcase"):
        failure = case.find("failure")
        assert case.get("classname") == suite.get("name")
        cases.append({"name": case.get("name")})
        if failure is not None:
            cases[-1]["failure"] = [failure.get("message"), failure.text]
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    suites.append({"suite": suite.get("name"), "properties": properties, "cases": cases})
print(json.dumps(suites))
