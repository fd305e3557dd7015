#!/usr/bin/env python3
"""Writes the scenarios that makers of other engines published, made anew from their description.

gdrive, github, tinytodo: Cutler et al., "Cedar: A New Language for Expressive, Fast, Safe, and
Analyzable Authorization", OOPSLA 2024, section 5, and the artifact's description of its worlds: as
many entities of each type as the size says, any two of which may be connected and are with
probability 0.05. hospital: SAPL's index benchmark, with 33 policies for each department and 5 for
all, so 38 at 1, 3,305 at 100 and 9,905 at 300 departments.

An access is allowed where a policy permits it and none forbids it. Files in the folder:

  scenario.json    the application, its size, and how many policies
  policies.jsonl   id, effect, and the condition in CEL, in Rego and in Cedar
  variables.json   what the conditions in CEL read, and the types
  world.json       of each thing what it is, and all that it belongs to
  entities.json    the same for Cedar, which works out the rest by itself
  requests.jsonl   principal, action, resource, and whether it is allowed
"""
import argparse
import dataclasses
import json
import pathlib
import random
from typing import Callable

PROBABILITY = 0.05
APPLICATIONS = {"gdrive": [5, 50], "github": [5, 50], "tinytodo": [5, 50], "hospital": [1, 100, 300]}


@dataclasses.dataclass
class Condition:
    """One condition in three languages, and its plain meaning."""
    cel: str
    rego: str
    cedar: str
    holds: Callable[["World", str, str], bool]


@dataclasses.dataclass
class Policy:
    id: str
    actions: list[str]  # empty: all
    conditions: list[Condition]
    effect: str = "permit"
    department: str = ""  # the only one in which it can apply; empty: any

    def applies(self, world, principal, action, resource):
        return (not self.actions or action in self.actions) and all(
            condition.holds(world, principal, resource) for condition in self.conditions)

    def row(self):
        cel = [condition.cel for condition in self.conditions]
        rego = [condition.rego for condition in self.conditions]
        cedar = " && ".join(condition.cedar for condition in self.conditions)
        scope = "action"
        if len(self.actions) == 1:
            cel.insert(0, f'action == "{self.actions[0]}"')
            rego.insert(0, f'input.action == "{self.actions[0]}"')
            scope = f'action == Action::"{self.actions[0]}"'
        elif self.actions:
            quoted = ", ".join(f'"{action}"' for action in self.actions)
            cel.insert(0, f"action in [{quoted}]")
            rego.insert(0, f"input.action in {{{quoted}}}")
            scope = "action in [" + ", ".join(f'Action::"{a}"' for a in self.actions) + "]"
        when = f" when {{ {cedar} }}" if cedar else ""
        return {"id": self.id, "effect": self.effect, "cel": " && ".join(cel),
                "rego": "\n  ".join(rego), "cedar": f"{self.effect}(principal, {scope}, resource){when};"}


class World:
    """Things with what is said of them, and what each belongs to directly."""

    def __init__(self):
        self.things, self.parents, self._ancestors = {}, {}, {}

    def add(self, name, parents=(), **facts):
        self.things[name] = facts
        self.parents[name] = list(parents)

    def ancestors(self, name):
        """All that it belongs to, itself included."""
        if name not in self._ancestors:
            found = {name}
            for parent in self.parents.get(name, []):
                found |= self.ancestors(parent)
            self._ancestors[name] = found
        return self._ancestors[name]

    def fact(self, name, fact):
        return self.things[name][fact]


class Link(str):
    """A fact that names another thing."""


# ---- Conditions


def flag(fact):
    return Condition(f"resource.{fact}", f"input.resource.{fact} == true", f"resource.{fact}",
                     lambda world, _, resource: world.fact(resource, fact))


def text(side, fact, value):
    return Condition(f'{side}.{fact} == "{value}"', f'input.{side}.{fact} == "{value}"',
                     f'{side}.{fact} == "{value}"',
                     lambda world, principal, resource: value == world.fact(
                         principal if side == "principal" else resource, fact))


def principal_is(fact):
    return Condition(f"principal.id == resource.{fact}", f"input.principal.id == input.resource.{fact}",
                     f"principal == resource.{fact}",
                     lambda world, principal, resource: principal == world.fact(resource, fact))


def belongs_to(fact):
    return Condition(f"resource.{fact} in principal.ancestors",
                     f"data.world.ancestors[input.principal.id][input.resource.{fact}]",
                     f"principal in resource.{fact}",
                     lambda world, principal, resource:
                     world.fact(resource, fact) in world.ancestors(principal))


def belongs_to_thing(name):
    return Condition(f'"{name}" in principal.ancestors',
                     f'data.world.ancestors[input.principal.id]["{name}"]',
                     f'principal in Thing::"{name}"',
                     lambda world, principal, _: name in world.ancestors(principal))


def lies_in(fact):
    return Condition(f"principal.{fact} in resource.ancestors",
                     f"data.world.ancestors[input.resource.id][input.principal.{fact}]",
                     f"resource in principal.{fact}",
                     lambda world, principal, resource:
                     world.fact(principal, fact) in world.ancestors(resource))


def listed(fact):
    return Condition(f"resource.id in principal.{fact}", f"input.resource.id in input.principal.{fact}",
                     f"principal.{fact}.contains(resource)",
                     lambda world, principal, resource: resource in world.fact(principal, fact))


def lies_in_listed(fact):
    return Condition(f"principal.{fact}.exists(one, one in resource.ancestors)",
                     f"some one in input.principal.{fact}\n"
                     f"  data.world.ancestors[input.resource.id][one]",
                     f"resource in principal.{fact}",
                     lambda world, principal, resource: any(
                         one in world.ancestors(resource) for one in world.fact(principal, fact)))


def exceeds(fact, bound):
    return Condition(f"resource.{fact} > principal.{bound}",
                     f"input.resource.{fact} > input.principal.{bound}",
                     f"resource.{fact} > principal.{bound}",
                     lambda world, principal, resource:
                     world.fact(resource, fact) > world.fact(principal, bound))


# ---- Applications: each gives its world, its policies, and a random request


def some(rng, names):
    return [name for name in names if rng.random() < PROBABILITY]


def links(names):
    return [Link(name) for name in names]


def gdrive(size, rng):
    world = World()
    groups = [f"group_{n}" for n in range(size)]
    documents = [f"doc_{n}" for n in range(size)]
    folders = [f"folder_{n}" for n in range(size)]
    users = [f"user_{n}" for n in range(size)]
    members = {group: [] for group in groups}
    for user in users:
        joined = some(rng, groups)
        for group in joined:
            members[group].append(user)
        world.add(f"view_{user}")
        world.add(user, joined, view=Link(f"view_{user}"),
                  owned_documents=links(some(rng, documents)), owned_folders=links(some(rng, folders)))
    for group in groups:
        # What a group may view, each member may.
        world.add(group)
        world.add(f"view_{group}", [f"view_{user}" for user in members[group]])
    views = [f"view_{viewer}" for viewer in users + groups]
    for document in documents:
        world.add(document, some(rng, folders) + some(rng, views), public=rng.random() < 0.5)
    for n, folder in enumerate(folders):
        world.add(folder, some(rng, folders[:n]) + some(rng, views), public=False)
    shared = ["read", "write", "share"]
    policies = [
        Policy("public", ["read"], [flag("public")]),
        Policy("viewed", ["read"], [lies_in("view")]),
        Policy("own-document", shared, [listed("owned_documents")]),
        Policy("in-own-folder", shared, [lies_in_listed("owned_folders")]),
        Policy("give-away", ["changeOwner"], [listed("owned_documents")]),
        Policy("create", ["createDocument"], [listed("owned_folders")]),
    ]
    actions = ["read", "write", "share", "changeOwner", "createDocument"]
    return world, policies, lambda: (rng.choice(users), rng.choice(actions),
                                     rng.choice(documents + folders))


def github(size, rng):
    world = World()
    roles = ["readers", "triagers", "writers", "maintainers", "admins"]
    organization_roles = ["readers", "writers", "admins"]
    organizations = [f"org_{n}" for n in range(size)]
    repositories = [f"repo_{n}" for n in range(size)]
    teams = [f"team_{n}" for n in range(size)]
    users = [f"user_{n}" for n in range(size)]

    def in_roles(names, kinds):
        return [f"{name}_{rng.choice(kinds)}" for name in some(rng, names)]

    for role in [f"{name}_{role}" for name in organizations for role in organization_roles]:
        world.add(role)
    for role in [f"{name}_{role}" for name in repositories for role in roles]:
        world.add(role)
    for n, organization in enumerate(organizations):
        # Only in roles of earlier ones, so that nothing belongs to itself.
        world.add(organization, in_roles(organizations[:n], organization_roles))
    for repository in repositories:
        owner = rng.choice(organizations)
        world.add(repository, **{role: Link(f"{repository}_{role}") for role in roles},
                  **{f"org_{role}": Link(f"{owner}_{role}") for role in organization_roles})
    for n, team in enumerate(teams):
        world.add(team, some(rng, teams[:n]) + in_roles(repositories, roles))
    for user in users:
        world.add(user, in_roles(repositories, roles) + some(rng, teams) + some(rng, organizations)
                  + in_roles(organizations, organization_roles))
    actions = ["read", "triage", "write", "maintain", "admin"]
    policies = [Policy(role, actions[:n + 1], [belongs_to(role)]) for n, role in enumerate(roles)]
    policies += [Policy(f"org-{role}", actions[:actions.index(most) + 1], [belongs_to(f"org_{role}")])
                 for role, most in zip(organization_roles, ["read", "write", "admin"])]
    return world, policies, lambda: (rng.choice(users), rng.choice(actions), rng.choice(repositories))


def tinytodo(size, rng):
    world = World()
    teams = [f"team_{n}" for n in range(size)]
    users = [f"user_{n}" for n in range(size)]
    lists = [f"list_{n}" for n in range(size)]
    world.add("nobody")
    world.add("TinyTodo", owner=Link("nobody"), readers=Link("nobody"), editors=Link("nobody"))
    for n, team in enumerate(teams):
        world.add(team, some(rng, teams[:n]) + ["TinyTodo"])
    for user in users:
        world.add(user, some(rng, teams) + ["TinyTodo"])
    for one in lists:
        world.add(one, ["TinyTodo"], owner=Link(rng.choice(users)), readers=Link(rng.choice(teams)),
                  editors=Link(rng.choice(teams)))
    everyone = ["CreateList", "GetLists"]
    edits = ["UpdateList", "CreateTask", "UpdateTask", "DeleteTask"]
    actions = everyone + edits + ["GetList", "DeleteList", "EditShares"]
    policies = [
        Policy("everyone", everyone, []),
        Policy("owner", [], [principal_is("owner")]),
        Policy("reader", ["GetList"], [belongs_to("readers")]),
        Policy("editor-reads", ["GetList"], [belongs_to("editors")]),
        Policy("editor", edits, [belongs_to("editors")]),
    ]

    def request():
        action = rng.choice(actions)
        return rng.choice(users), action, "TinyTodo" if action in everyone else rng.choice(lists)

    return world, policies, request


# Role: clearance, and for each type of resource what it may do.
HOSPITAL = {
    "attending": (4, {"PatientRecord": "read write create", "LabResult": "read order",
                      "Prescription": "read write prescribe", "Imaging": "read order",
                      "CareNote": "read write create", "Referral": "read write create"}),
    "resident": (3, {"PatientRecord": "read write", "LabResult": "read", "Prescription": "read",
                     "Imaging": "read order", "CareNote": "read write create",
                     "Referral": "read create"}),
    "nurse": (3, {"PatientRecord": "read write", "LabResult": "read", "Prescription": "read",
                  "CareNote": "read write create", "Schedule": "read write"}),
    "labTech": (2, {"LabResult": "read write create", "Imaging": "read write create"}),
    "pharmacist": (3, {"Prescription": "read write approve", "PatientRecord": "read"}),
    "admin": (2, {"Schedule": "read write create delete", "BillingRecord": "read write",
                  "AuditLog": "read"}),
    "billing": (2, {"BillingRecord": "read write create bill", "PatientRecord": "read"}),
    "auditor": (4, {"AuditLog": "read write create audit", "PatientRecord": "read",
                    "BillingRecord": "read"}),
    "researcher": (1, {"PatientRecord": "read", "LabResult": "read", "Imaging": "read"}),
}
IN_EMERGENCIES = ["PatientRecord", "LabResult", "Prescription", "Imaging", "CareNote"]
# How often each is asked about, for one time in all.
HOSPITAL_ACTIONS = {"read": 7, "write": 3, "create": 2, "order": 1, "prescribe": 1, "approve": 1,
                    "bill": 1, "audit": 1, "delete": 1}
HOSPITAL_TYPES = {"PatientRecord": 3, "LabResult": 2, "CareNote": 2, "Prescription": 1, "Imaging": 1,
                  "Schedule": 1, "BillingRecord": 1, "AuditLog": 1, "Referral": 1}


def hospital(size, rng):
    world = World()
    departments = [f"dept_{n}" for n in range(size)]
    staff = {}
    for department in departments:
        world.add(department)
        for n in range(2):
            world.add(f"{department}_team_{n}", [department])
    for department in departments:
        for n in range(5):
            role = rng.choice(list(HOSPITAL))
            teams = [department] + [other for other in some(rng, departments) if other != department]
            name = f"{department}_staff_{n}"
            world.add(name, [f"{one}_team_{rng.randrange(2)}" for one in teams], role=role,
                      clearance=HOSPITAL[role][0])
            staff[name] = department
    policies = []
    for department in departments:
        for role, (_, permissions) in HOSPITAL.items():
            for kind, actions in permissions.items():
                policies.append(Policy(
                    f"{department}-{role}-{kind}", actions.split(),
                    [text("principal", "role", role), text("resource", "type", kind),
                     text("resource", "department", department), belongs_to_thing(department)],
                    department=department))
        policies.append(Policy(f"{department}-sensitive", [],
                               [text("resource", "department", department),
                                exceeds("sensitivity", "clearance")], "forbid", department))
    for kind in IN_EMERGENCIES:
        policies.append(Policy(f"emergency-{kind}", ["read", "write", "prescribe", "override"],
                               [text("principal", "role", "emergency"), text("resource", "type", kind)]))
    names = list(staff)

    def weighted(weights):
        return rng.choices(list(weights), list(weights.values()))[0]

    def request():
        principal = rng.choice(names)
        resource = f"record_{len(world.things)}"
        world.add(resource, type=weighted(HOSPITAL_TYPES),
                  department=staff[principal] if rng.random() < 0.8 else rng.choice(departments),
                  sensitivity=1 if rng.random() < 0.7 else rng.randint(1, 4))
        return principal, weighted(HOSPITAL_ACTIONS), resource

    return world, policies, request


# ---- Files


def cedar_value(value):
    if isinstance(value, list):
        return [cedar_value(one) for one in value]
    return {"__entity": {"type": "Thing", "id": value}} if isinstance(value, Link) else value


def cel_type(value):
    return {bool: "bool", int: "int", list: "list(string)"}.get(type(value), "string")


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows))


def generate(folder, application, size, requests=2000):
    """Writes one scenario."""
    rng = random.Random(f"{application}/{size}")
    make = {"gdrive": gdrive, "github": github, "tinytodo": tinytodo, "hospital": hospital}
    world, policies, request = make[application](size, rng)
    rows, variables = [], {"action": "string", "principal.id": "string", "resource.id": "string",
                           "principal.ancestors": "map(string, bool)",
                           "resource.ancestors": "map(string, bool)"}
    by_department = {}
    for policy in policies:
        by_department.setdefault(policy.department, []).append(policy)
    for _ in range(requests):
        principal, action, resource = request()
        candidates = list(by_department.get("", []))
        candidates += by_department.get(world.things[resource].get("department"), [])
        applying = [policy.effect for policy in candidates
                    if policy.applies(world, principal, action, resource)]
        rows.append({"principal": principal, "action": action, "resource": resource,
                     "allowed": "permit" in applying and "forbid" not in applying})
        for side, name in (("principal", principal), ("resource", resource)):
            for fact, value in world.things[name].items():
                variables[f"{side}.{fact}"] = cel_type(value)
    folder.mkdir(parents=True, exist_ok=True)
    write_lines(folder / "policies.jsonl", [policy.row() for policy in policies])
    write_lines(folder / "requests.jsonl", rows)
    (folder / "variables.json").write_text(json.dumps(variables) + "\n")
    ancestors = {name: {one: True for one in sorted(world.ancestors(name))} for name in world.things}
    (folder / "world.json").write_text(
        json.dumps({"things": world.things, "ancestors": ancestors}) + "\n")
    (folder / "entities.json").write_text(json.dumps([
        {"uid": {"type": "Thing", "id": name},
         "attrs": {fact: cedar_value(value) for fact, value in facts.items()},
         "parents": [{"type": "Thing", "id": parent} for parent in world.parents[name]]}
        for name, facts in world.things.items()]) + "\n")
    # Last: a folder without it is not whole.
    (folder / "scenario.json").write_text(json.dumps(
        {"application": application, "size": size, "policies": len(policies)}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("application", choices=list(APPLICATIONS))
    parser.add_argument("size", type=int)
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.application, arguments.size)


if __name__ == "__main__":
    main()
