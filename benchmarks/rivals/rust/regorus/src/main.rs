//! Regorus. The rules are one partial set, compiled for Regorus' virtual machine, which its benchmarks
//! show to be its quickest way; where that refuses the policy, its interpreter. It tries every rule.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{CompiledPolicy, Engine, PolicyLengthConfig, Rc, Value};
use rows::{Answer, Change, Rival, Rule};
use std::num::NonZeroUsize;

enum Machine {
    Virtual(Box<RegoVM>),
    Interpreter { policy: CompiledPolicy, why: String },
}

fn deny(rule: &Rule) -> String {
    let mut lines: Vec<String> = rule
        .when
        .equalities(&[])
        .iter()
        .map(|(fact, value)| format!("  input.{fact} == \"{value}\""))
        .collect();
    if let Some(least) = rule.when.risk_at_least {
        lines.push(format!("  input.risk >= {least}"));
    }
    if let Some(days) = &rule.when.days {
        let days: Vec<String> = days.iter().map(i64::to_string).collect();
        lines.push(format!("  input.day in {{{}}}", days.join(", ")));
    }
    if let Some((first, end)) = rule.when.hours {
        lines.push(format!("  input.hour >= {first}\n  input.hour < {end}"));
    }
    lines.push(format!("  {}", rule.must.unmet("input.")));
    format!("deny contains \"{}\" if {{\n{}\n}}\n\n", rule.id, lines.join("\n"))
}

impl Rival for Machine {
    const ENGINE: &'static str = "regorus";
    const VERSION: &'static str = "regorus 0.14.1";
    type Source = String;
    type Input = Value;

    fn translate(rules: &[Rule]) -> String {
        let rules: String = rules.iter().map(deny).collect();
        format!("package change\n\nimport rego.v1\n\n{rules}")
    }

    fn load(source: String) -> Self {
        let mut engine = Engine::new();
        engine.set_policy_length_config(PolicyLengthConfig {
            max_file_bytes: NonZeroUsize::MAX,
            max_lines: NonZeroUsize::MAX,
            ..Default::default()
        });
        engine.add_policy("change.rego".into(), source).expect("a policy");
        let entry: Rc<str> = "data.change.deny".into();
        let policy = engine.compile_with_entrypoint(&entry).expect("a compiled policy");
        match Compiler::compile_from_policy(&policy, &[&entry]) {
            Ok(program) => {
                let mut machine = RegoVM::new();
                machine.set_max_instructions(usize::MAX);
                machine.load_program(program);
                Machine::Virtual(Box::new(machine))
            }
            Err(error) => Machine::Interpreter { policy, why: error.to_string() },
        }
    }

    fn prepare(&self, change: &Change) -> Value {
        let mut facts = serde_json::Map::new();
        for (fact, text) in change.texts() {
            facts.insert(fact.into(), text.into());
        }
        for (fact, number) in change.numbers() {
            facts.insert(fact.into(), number.into());
        }
        facts.insert("tests_passed".into(), change.tests_passed.into());
        serde_json::Value::Object(facts).into()
    }

    fn decide(&mut self, input: &Value) -> Answer {
        let found = match self {
            Machine::Virtual(machine) => {
                machine.set_input(input.clone());
                machine.execute().expect("an answer")
            }
            Machine::Interpreter { policy, .. } => {
                policy.eval_with_input(input.clone()).expect("an answer")
            }
        };
        let set = found.as_set().expect("a set of ids");
        let unmet: Vec<String> = set.iter().map(|id| id.as_string().expect("an id").to_string()).collect();
        Answer { denied: !unmet.is_empty(), unmet }
    }

    fn note(&self) -> String {
        match self {
            Machine::Virtual(_) => "virtual machine".into(),
            Machine::Interpreter { why, .. } => format!("interpreter; the virtual machine says: {why}"),
        }
    }
}

fn main() {
    rows::run::<Machine>();
}
