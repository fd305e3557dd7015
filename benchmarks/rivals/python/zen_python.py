"""ZEN Engine from Python: one decision table that collects. The decision comes from a static loader,
which compiles it and builds the engine's index."""
import json

import zen

import rows

_NUMBERS = ("risk", "day", "hour", "approvals", "tests_passed", "rollback_minutes", "notice_hours")


def _table_row(rule):
    when, must = rule["when"], rule["must"]
    cells = {fact: json.dumps(when[fact]) for fact in rows.EQUALITIES if fact in when}
    if "risk_at_least" in when:
        cells["risk"] = f">= {when['risk_at_least']}"
    if "days" in when:
        cells["day"] = ", ".join(map(str, when["days"]))
    if "hours" in when:
        cells["hour"] = f"[{when['hours'][0]}..{when['hours'][1]})"
    if "is" in must:
        cells[must["fact"]] = "false" if must["is"] else "true"
    elif "at_least" in must:
        cells[must["fact"]] = f"< {must['at_least']}"
    else:
        cells[must["fact"]] = f"> {must['at_most']}"
    return {"_id": rule["id"], **cells, "rule": json.dumps(rule["id"])}


class Zen(rows.Rival):
    engine, package = "ZEN Engine from Python", "zen-engine"

    def translate(self, rules):
        table = {"hitPolicy": "collect",
                 "inputs": [{"id": fact, "name": fact, "field": fact}
                            for fact in rows.EQUALITIES + _NUMBERS],
                 "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
                 "rules": [_table_row(rule) for rule in rules]}
        return {"nodes": [
                    {"id": "in", "name": "in", "type": "inputNode", "content": {}},
                    {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
                    {"id": "out", "name": "out", "type": "outputNode", "content": {}}],
                "edges": [
                    {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
                    {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"}]}

    def load(self, source):
        engine = zen.ZenEngine({"loader": {"type": "static", "content": {"change": source}}})
        self.decision = engine.get_decision("change")

    def prepare(self, change):
        return {fact: value for fact, value in change.items() if fact != "id"}

    def decide(self, prepared):
        found = [row["rule"] for row in self.decision.evaluate(prepared)["result"]]
        return bool(found), found


if __name__ == "__main__":
    Zen().run()
