"""cedarpy: the policies are parsed once into a PolicySet, as its documentation advises for many
requests. It takes a request as a dict and hands its context to Cedar as JSON."""
from cedarpy import Decision, Entities, PolicySet, is_authorized

import rows


def _forbid(rule):
    when = rule["when"]
    conditions = [f'context.{fact} == "{when[fact]}"' for fact in rows.EQUALITIES
                  if fact in when and fact not in ("service", "requester")]
    if "risk_at_least" in when:
        conditions.append(f"context.risk >= {when['risk_at_least']}")
    if "days" in when:
        conditions.append(f"{when['days']}.contains(context.day)")
    if "hours" in when:
        conditions.append(f"context.hour >= {when['hours'][0]} && context.hour < {when['hours'][1]}")
    conditions.append(rows.unmet(rule["must"], "context."))
    principal = f'principal == Person::"{when["requester"]}"' if "requester" in when else "principal"
    resource = f'resource == Service::"{when["service"]}"' if "service" in when else "resource"
    return (f'@id("{rule["id"]}")\nforbid({principal}, action == Action::"deploy", {resource}) '
            f'when {{ {" && ".join(conditions)} }};\n')


class Cedar(rows.Rival):
    engine, package = "Cedar from Python", "cedarpy"

    def translate(self, rules):
        return "permit(principal, action, resource);\n" + "".join(map(_forbid, rules))

    def load(self, source):
        self.policies = PolicySet.from_str(source)
        self.entities = Entities.from_json_str("[]")

    def prepare(self, change):
        context = {fact: value for fact, value in change.items()
                   if fact not in ("id", "service", "requester")}
        return {"principal": {"type": "Person", "id": change["requester"]},
                "action": {"type": "Action", "id": "deploy"},
                "resource": {"type": "Service", "id": change["service"]}, "context": context}

    def decide(self, prepared):
        result = is_authorized(prepared, self.policies, self.entities)
        if result.decision == Decision.Allow:
            return False, []
        if result.decision != Decision.Deny or result.diagnostics.errors:
            raise ValueError(result.diagnostics.errors)
        return True, list(result.diagnostics.id_annotations_by_reason.values())


if __name__ == "__main__":
    Cedar().run()
