"""The published document: valid, current, complete, and readable with nothing from outside."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from openapi_spec_validator import validate

from registry.api import schema
from registry.api.operation import Api, OpenApi
from registry.rules.reasons import LANGUAGES
from registry.web import problems
from tests.test_permissions import addresses

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


def operations():
    """Every operation with its path and method."""
    for path, methods in schema.document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_document_is_valid_openapi_3_1():
    document = yaml.safe_load(schema.as_yaml())
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_the_document_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))


def test_the_committed_document_is_current():
    assert yaml.safe_load(COMMITTED.read_text("utf-8")) == yaml.safe_load(schema.as_yaml()), "run make fix"


def test_every_address_and_method_is_in_the_document():
    described = {(method, re.sub(r"\{\w+\}", "{}", path)) for path, method, _ in operations()}
    answered = set()
    for address, pattern in addresses(get_resolver()):
        view = getattr(pattern.callback, "cls", None)
        if address.startswith("api/v1/") and view:
            path = "/" + re.sub(r"<\w+:\w+>", "{}", address)
            answered |= {(method, path) for method in ("get", "post", "patch") if hasattr(view, method)}
    assert described == answered


def test_every_operation_says_what_it_does_and_is_named_once():
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names)) > 100
    assert all(len(operation["summary"]) > 4 for _, _, operation in operations())


def test_every_post_asks_for_a_key_and_every_patch_for_a_version():
    for path, method, operation in operations():
        headers = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "header" and p.get("required")}
        wanted = {"post": {"Idempotency-Key"}, "patch": {"If-Match"}, "get": set()}[method]
        needs_none = path.endswith(("/public/check", "/me/step-ups"))
        assert headers == (set() if needs_none else wanted), (method, path)


def test_every_operation_may_answer_with_a_problem():
    for path, method, operation in operations():
        assert operation["responses"]["default"]["content"].keys() == {problems.MEDIA_TYPE}, (method, path)


def test_only_public_addresses_are_open():
    for path, _, operation in operations():
        assert (operation["security"] == [{}]) == path.startswith("/api/v1/public/"), path


def test_every_body_is_closed():
    schemas = schema.document()["components"]["schemas"]
    for path, method, operation in operations():
        if body := operation.get("requestBody"):
            reference = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert schemas[reference]["additionalProperties"] is False, (method, path)


def test_every_view_of_the_api_is_one_of_ours():
    """A view that forgot our base would miss the door."""
    for address, pattern in addresses(get_resolver()):
        if address.startswith("api/v1/"):
            view = getattr(pattern.callback, "cls", object)
            assert issubclass(view, Api), address
            assert issubclass(view, OpenApi) == address.startswith("api/v1/public/"), address


def test_the_document_is_served_as_yaml_and_as_json():
    as_yaml = Client().get("/api/schema/")
    as_json = Client().get("/api/schema/", headers={"Accept": "application/json"})
    assert as_yaml.headers["Content-Type"].startswith("application/vnd.oai.openapi")
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert Client().get("/api/schema/?format=json").status_code == 422
    assert Client().get("/api/schema/", headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_operation_and_every_code(language):
    text = Client(headers={"Accept-Language": language}).get("/api/docs/").content.decode()
    for _, _, operation in operations():
        assert f'id="{operation["operationId"]}"' in text
    for code in problems.sentences(language):
        assert f'id="code-{code}"' in text


@pytest.mark.django_db
def test_the_page_asks_nothing_of_anybody_else():
    answer = Client().get("/api/docs/")
    text = answer.content.decode()
    assert not re.findall(r"<script(?![^>]*\ssrc=)|<iframe|<object|\son\w+=|\sstyle=|<style", text)
    sources = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert sources
    assert all(source.startswith(("/", "#", "tel:", "sms:")) for source in sources)
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
