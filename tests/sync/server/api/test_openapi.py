"""The OpenAPI document is complete and consistent."""

import pytest
import requests

from sync.domain.events import KINDS


@pytest.fixture
def document(central):
    return requests.get(f"{central.url}/v1/openapi.json", timeout=60).json()


def refs(node):
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        yield from (ref for value in node.values() for ref in refs(value))
    elif isinstance(node, list):
        yield from (ref for value in node for ref in refs(value))


def follow(document, ref):
    node = document
    for step in ref.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_the_document_describes_the_routes_of_kiosks(document):
    assert document["openapi"].startswith("3.1.")
    assert set(document["paths"]) == {"/v1/journals/{journal}/entries", "/v1/feed", "/v1/enrol", "/v1/heartbeat"}
    assert document["components"]["securitySchemes"]["kiosk"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere(document):
    assert all(isinstance(follow(document, ref), dict) for ref in refs(document))


def test_every_operation_documents_its_request_and_responses(document):
    for path in document["paths"].values():
        for method, operation in path.items():
            assert method == "get" or list(refs(operation["requestBody"]))
            assert {"200", "400"} <= operation["responses"].keys() and "422" not in operation["responses"]
            assert all(list(refs(response)) for response in operation["responses"].values())


def test_all_operations_but_enrolment_need_the_token(document):
    secured = {
        path
        for path, methods in document["paths"].items()
        if all({} not in item.get("security", [{}]) for item in methods.values())
    }

    assert secured == {"/v1/journals/{journal}/entries", "/v1/feed", "/v1/heartbeat"}


def test_every_kind_has_its_body(document):
    body_references = {}
    for item in document["components"]["schemas"]["Entry"]["anyOf"]:
        if "not" not in item:
            properties = item["properties"]
            body_references[properties["kind"]["const"], properties["v"]["const"]] = properties["body"]["$ref"]

    assert body_references.keys() == KINDS.keys()
    check_in = follow(document, body_references["visit.checked_in", 1])
    assert {"session", "party_size", "phones"} <= set(check_in["required"])
    assert check_in["properties"]["party_size"] == {"type": "integer", "minimum": 1, "maximum": 99}
    assert "pass" in check_in["properties"]


def test_every_operation_documents_its_415_and_413(document):
    for path in document["paths"].values():
        for method, operation in path.items():
            assert method == "get" or {"413", "415", "429"} <= operation["responses"].keys()
            assert all(
                "Retry-After" in operation["responses"][status]["headers"]
                for status in {"429", "503"} & operation["responses"].keys()
            )


def test_the_keys_of_seats_are_ids(document):
    schemas = document["components"]["schemas"]
    for seats in (schemas["Share"]["properties"]["seats"], schemas["AllocationReport"]["properties"]["claimed"]):
        assert seats["propertyNames"] == {"format": "uuid"}


def test_a_push_may_be_empty_and_has_limits(document):
    body = document["paths"]["/v1/journals/{journal}/entries"]["post"]["requestBody"]

    assert body["required"] is False
    assert all(limit in body["description"] for limit in ("4,194,304", "33,554,432", "100,000", "65,536"))


@pytest.mark.parametrize(
    "word", ["409", "`zone`", "`kept`", "`clock.anchored`", "`phone.returned`", "`session.closed`", "The duration"]
)
def test_the_description_explains_what_schemas_cannot(document, word):
    assert f"- {word}" in document["info"]["description"] or f"- A {word}" in document["info"]["description"]
