"""cel-python: each rule is compiled once, by the quicker of its two runners.
Nothing here finds rules but trying them all."""
import celpy

import rows


def _unmet(rule):
    when = rule["when"]
    conditions = [f'{fact} == "{when[fact]}"' for fact in rows.EQUALITIES if fact in when]
    if "risk_at_least" in when:
        conditions.append(f"risk >= {when['risk_at_least']}")
    if "days" in when:
        conditions.append(f"day in {when['days']}")
    if "hours" in when:
        conditions.append(f"hour >= {when['hours'][0]} && hour < {when['hours'][1]}")
    return " && ".join([*conditions, rows.unmet(rule["must"])])


class Cel(rows.Rival):
    engine, package = "cel-python", "cel-python"

    def translate(self, rules):
        return [(rule["id"], _unmet(rule)) for rule in rules]

    def load(self, source):
        environment = celpy.Environment(runner_class=celpy.CompiledRunner)
        self.programs = [(rule, environment.program(environment.compile(text)))
                         for rule, text in source]

    def prepare(self, change):
        return {fact: celpy.json_to_cel(value) for fact, value in change.items()}

    def decide(self, prepared):
        found = [rule for rule, program in self.programs if program.evaluate(prepared)]
        return bool(found), found


if __name__ == "__main__":
    Cel().run()
