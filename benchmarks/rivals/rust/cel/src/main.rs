//! The crate `cel`, which is `cel-interpreter` under its new name. Each rule is compiled once; the
//! changes' variables are bound before. Nothing here finds rules but trying them all.

use cel::{Context, Program, Value};
use rows::{Answer, Change, Rival, Rule};

struct Cel {
    programs: Vec<(String, Program)>,
}

fn unmet(rule: &Rule) -> String {
    let mut conditions: Vec<String> = rule
        .when
        .equalities(&[])
        .iter()
        .map(|(fact, value)| format!("{fact} == \"{value}\""))
        .collect();
    if let Some(least) = rule.when.risk_at_least {
        conditions.push(format!("risk >= {least}"));
    }
    if let Some(days) = &rule.when.days {
        conditions.push(format!("day in {days:?}"));
    }
    if let Some((first, end)) = rule.when.hours {
        conditions.push(format!("hour >= {first} && hour < {end}"));
    }
    conditions.push(rule.must.unmet(""));
    conditions.join(" && ")
}

impl Rival for Cel {
    const ENGINE: &'static str = "cel-rust";
    const VERSION: &'static str = "cel 0.15.0";
    type Source = Vec<(String, String)>;
    type Input = Context<'static, 'static>;

    fn translate(rules: &[Rule]) -> Self::Source {
        rules.iter().map(|rule| (rule.id.clone(), unmet(rule))).collect()
    }

    fn load(source: Self::Source) -> Self {
        let compile = |(id, text): (String, String)| (id, Program::compile(&text).expect("an expression"));
        Cel { programs: source.into_iter().map(compile).collect() }
    }

    fn prepare(&self, change: &Change) -> Self::Input {
        let mut context = Context::default();
        for (fact, text) in change.texts() {
            context.add_variable(fact, text).expect("a text");
        }
        for (fact, number) in change.numbers() {
            context.add_variable(fact, number).expect("a number");
        }
        context.add_variable("tests_passed", change.tests_passed).expect("a boolean");
        context
    }

    fn decide(&mut self, input: &Self::Input) -> Answer {
        let mut unmet = Vec::new();
        for (id, program) in &self.programs {
            match program.execute(input) {
                Ok(Value::Bool(true)) => unmet.push(id.clone()),
                Ok(Value::Bool(false)) => {}
                other => panic!("{id}: {other:?}"),
            }
        }
        Answer { denied: !unmet.is_empty(), unmet }
    }
}

fn main() {
    rows::run::<Cel>();
}
