#!/usr/bin/env python3
"""Writes rules for changes, and changes that they concern, for every engine in its neutral form.

A rule is a conjunction over some of: category, service, environment, least risk, kind of change,
days and hours of the planned start, team, requester. Where all of it holds the rule applies, and
then its demand has to be met. A change is DENIED where a rule that applies is not met, ALLOWED
otherwise. One general rule applies to every change.

The same arguments give the same bytes. Files written to the folder that is named:

  scenario.json     how many rules, which numbers of matches, the instant of the decisions, and the
                    names of our policy's documents
  rules.jsonl       one rule a line: id, clause, when, must
  changes-M.jsonl   changes that M rules match besides the general one: the facts that rules read,
                    the verdict, and the ids of the rules that match and of those that are unmet
  ours-M.jsonl      the same changes whole, as our ChangeRequest, line by line
  policy.yaml       the same rules as our policy; what one document cannot hold is in overlays,
                    policy-2.yaml and so on
"""
import argparse
import json
import pathlib
import random

import ours

CATEGORIES = ["STANDARD", "NORMAL", "EMERGENCY"]
ENVIRONMENTS = ["DEVELOPMENT", "TEST", "STAGING", "PRODUCTION"]
KINDS = ["APPLICATION_CODE", "INFRASTRUCTURE_AS_CODE", "CONFIGURATION", "DATABASE_SCHEMA",
         "DATA_MIGRATION", "SECURITY_PATCH", "OS_UPDATE", "MIDDLEWARE", "THIRD_PARTY_INTEGRATION"]
DAYS = [[1, 2, 3, 4, 5], [0, 6], [5], [1], [2, 3, 4]]  # 0 is Sunday, as in CEL
HOURS = [[9, 17], [0, 6], [18, 24], [8, 12], [12, 18]]  # from the first, before the second
MATCHES = [0, 1, 20]
GENERAL = {"id": "general", "clause": "C-1", "when": {}, "must": {"fact": "approvals", "at_least": 1}}


def applies(rule, change):
    """Whether the rule concerns the change: the plain reading that every engine is checked with."""
    for fact, wanted in rule["when"].items():
        if fact == "risk_at_least":
            if change["risk"] < wanted:
                return False
        elif fact == "days":
            if change["day"] not in wanted:
                return False
        elif fact == "hours":
            if not wanted[0] <= change["hour"] < wanted[1]:
                return False
        elif change[fact] != wanted:
            return False
    return True


def is_met(rule, change):
    """Whether the rule's demand is met."""
    must = rule["must"]
    value = change[must["fact"]]
    if "is" in must:
        return value == must["is"]
    if "at_least" in must:
        return value >= must["at_least"]
    return value <= must["at_most"]


class World:
    """Names in proportion to the number of rules, so that a change meets a few rules at any size."""

    def __init__(self, rules, rng):
        self.rng = rng
        self.services = [f"service-{n:05d}" for n in range(max(20, rules // 20))]
        self.hot = [f"platform-{n:05d}" for n in range(max(1, rules // 500))]
        self.teams = [f"team-{n:05d}" for n in range(max(8, rules // 50))]
        self.people = [f"person-{n:05d}" for n in range(max(50, rules // 20))]

    def must(self):
        return self.rng.choice([
            {"fact": "approvals", "at_least": self.rng.choice([1, 2, 2, 3])},
            {"fact": "tests_passed", "is": True},
            {"fact": "rollback_minutes", "at_most": self.rng.choice([30, 60, 120])},
            {"fact": "notice_hours", "at_least": self.rng.choice([4, 24, 48])},
        ])

    def wide(self):
        """What a rule of the whole firm asks about: all but names."""
        rng = self.rng
        return {"category": rng.choice(CATEGORIES), "environment": rng.choice(ENVIRONMENTS),
                "risk_at_least": rng.choice([2, 3, 4]), "kind": rng.choice(KINDS),
                "days": rng.choice(DAYS), "hours": rng.choice(HOURS)}

    def when(self):
        """A service's, a team's or a person's rule with some further conditions."""
        rng = self.rng
        named = {"service": rng.choice(self.services), "team": rng.choice(self.teams),
                 "requester": rng.choice(self.people)}
        likely = {"service": 0.8, "team": 0.35, "requester": 0.1, "category": 0.5,
                  "environment": 0.6, "risk_at_least": 0.5, "kind": 0.4, "days": 0.3, "hours": 0.3}
        everything = {**named, **self.wide()}
        chosen = {fact for fact in likely if rng.random() < likely[fact]}
        if not chosen & named.keys():
            chosen.add("service")
        return {fact: everything[fact] for fact in likely if fact in chosen}

    def rules(self, count):
        """Twenty rules for each much-governed service, a few of the whole firm, the rest of `when`."""
        rng = self.rng
        whens = []
        self.profiles = []
        for service in self.hot:
            # A team of their own: one that other rules name as well might always meet more than 20.
            profile = {**self.wide(), "service": service,
                       "team": service.replace("platform", "platform-team")}
            self.profiles.append(profile)
            for _ in range(20):
                extra = rng.sample(sorted(profile.keys() - {"service"}), rng.randint(1, 4))
                whens.append({fact: profile[fact] for fact in ["service", *sorted(extra)]})
        for _ in range(min(40, count // 25)):
            whens.append(self.wide())
        while len(whens) < count - 1:
            whens.append(self.when())
        rng.shuffle(whens)
        rules = [{"id": f"rule-{n:06d}", "clause": f"C-{n % 40 + 1}", "when": when,
                  "must": self.must()} for n, when in enumerate(whens)]
        return [GENERAL, *rules]

    def change(self, when):
        """A random change for which `when` holds."""
        rng = self.rng
        least = when.get("risk_at_least", 1)
        first, end = when.get("hours", [0, 24])
        return {
            "category": when.get("category") or rng.choice(CATEGORIES),
            "service": when.get("service") or rng.choice(self.services),
            "environment": when.get("environment") or rng.choice(ENVIRONMENTS),
            "kind": when.get("kind") or rng.choice(KINDS),
            "risk": rng.randint(least, 4),
            "day": rng.choice(when.get("days", range(7))),
            "hour": rng.randrange(first, end),
            "team": when.get("team") or rng.choice(self.teams),
            "requester": when.get("requester") or rng.choice(self.people),
            "approvals": rng.choice([0, 1, 2, 3, 3, 4, 4, 5]),
            "tests_passed": rng.random() < 0.8,
            "rollback_minutes": rng.choice([5, 15, 20, 30, 45, 60, 90, 180]),
            "notice_hours": rng.choice([0, 2, 12, 24, 48, 72, 96, 96]),
        }


class Buckets:
    """The rules by their first name, so that not every change is held against every rule."""

    NAMES = ("service", "team", "requester")

    def __init__(self, rules):
        self.by_name = {}
        self.nameless = []
        for rule in rules:
            name = next((n for n in self.NAMES if n in rule["when"]), None)
            if name is None:
                self.nameless.append(rule)
            else:
                self.by_name.setdefault((name, rule["when"][name]), []).append(rule)

    def matching(self, change):
        candidates = list(self.nameless)
        for name in self.NAMES:
            candidates += self.by_name.get((name, change[name]), [])
        return [rule for rule in candidates if applies(rule, change)]


def changes_with(world, rules, buckets, matches, count):
    """`count` different changes that exactly `matches` rules match besides the general one."""
    rng = world.rng
    found, seen, tries = [], set(), 0
    while len(found) < count:
        tries += 1
        if tries > 1000 * count:
            raise ValueError(f"too few changes are matched by {matches} of {len(rules)} rules")
        if matches == 0:
            when = {}
        elif matches == 1:
            when = rng.choice(rules)["when"]
        else:
            when = rng.choice(world.profiles)
        change = world.change(when)
        matching = buckets.matching(change)
        key = tuple(change.values())
        if len(matching) != matches + 1 or key in seen:
            continue
        seen.add(key)
        change = {"id": f"CHG-{matches}-{len(found):05d}", **change}
        unmet = sorted(rule["id"] for rule in matching if not is_met(rule, change))
        found.append({"change": change, "verdict": "DENIED" if unmet else "ALLOWED",
                      "matching": sorted(rule["id"] for rule in matching), "unmet": unmet})
    return found


def check_plainly(rules, rows):
    """The buckets against a loop over all rules."""
    for row in rows:
        plain = sorted(rule["id"] for rule in rules if applies(rule, row["change"]))
        if plain != row["matching"]:
            raise AssertionError(f"buckets and the plain loop differ on {row['change']['id']}")


def write_lines(path, rows):
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, separators=(",", ":")) + "\n")


def generate(folder, count, changes, seed=9, plainly=20):
    """Writes the scenario with `count` rules and `changes` changes for each number of matches."""
    rng = random.Random(f"{seed}/{count}/{changes}")
    world = World(count, rng)
    rules = world.rules(count)
    buckets = Buckets(rules)
    folder.mkdir(parents=True, exist_ok=True)
    write_lines(folder / "rules.jsonl", rules)
    for matches in MATCHES:
        rows = changes_with(world, rules, buckets, matches, changes)
        check_plainly(rules, rows[:plainly])
        write_lines(folder / f"changes-{matches}.jsonl", rows)
        write_lines(folder / f"ours-{matches}.jsonl",
                    [ours.change_request(row["change"]) for row in rows])
    documents = []
    for text in ours.policy(rules):
        documents.append(f"policy-{len(documents) + 1}.yaml" if documents else "policy.yaml")
        (folder / documents[-1]).write_text(text, encoding="utf-8")
    # Last: a folder without it is not whole.
    (folder / "scenario.json").write_text(json.dumps(
        {"rules": count, "changes": changes, "matches": MATCHES, "seed": seed, "now": ours.NOW,
         "documents": documents}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rules", type=int, required=True, help="at least 50")
    parser.add_argument("--changes", type=int, default=2048, help="for each number of matches")
    parser.add_argument("--seed", type=int, default=9)
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.rules, arguments.changes, arguments.seed)


if __name__ == "__main__":
    main()
