"""What the tests have in common."""

from __future__ import annotations

import pytest
from example import SAAS, SMALL_ORGANIZATION, SMALL_POLICY

from changepolicy import Organization, Policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return Policy.builtin("saas")


@pytest.fixture(scope="session")
def organization() -> Organization:
    return Organization.load(SAAS / "organization.yaml")


@pytest.fixture(scope="session")
def small() -> Policy:
    return Policy.loads(SMALL_POLICY)


@pytest.fixture(scope="session")
def people() -> Organization:
    return Organization.from_dict(SMALL_ORGANIZATION)
