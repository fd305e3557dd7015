//! ZEN Engine. The rules are one decision table that collects; the demand's columns ask for what is
//! not met. The table is compiled once, which also builds the engine's index of it.

use rows::{Answer, Change, Rival, Rule};
use serde_json::{json, Map, Value};
use std::sync::Arc;
use zen_engine::model::GraphContent;
use zen_engine::{Decision, Variable};

const COLUMNS: [&str; 13] = [
    "service", "team", "requester", "kind", "environment", "category", "risk", "day", "hour",
    "approvals", "tests_passed", "rollback_minutes", "notice_hours",
];

struct Zen {
    decision: Decision,
    runtime: tokio::runtime::Runtime,
}

fn table_row(rule: &Rule) -> Value {
    let mut cells = Map::new();
    cells.insert("_id".into(), rule.id.clone().into());
    for (fact, value) in rule.when.equalities(&[]) {
        cells.insert(fact.into(), format!("\"{value}\"").into());
    }
    if let Some(least) = rule.when.risk_at_least {
        cells.insert("risk".into(), format!(">= {least}").into());
    }
    if let Some(days) = &rule.when.days {
        let days: Vec<String> = days.iter().map(i64::to_string).collect();
        cells.insert("day".into(), days.join(", ").into());
    }
    if let Some((first, end)) = rule.when.hours {
        cells.insert("hour".into(), format!("[{first}..{end})").into());
    }
    let must = &rule.must;
    let unmet = match (must.is, must.at_least, must.at_most) {
        (Some(value), _, _) => format!("{}", !value),
        (_, Some(least), _) => format!("< {least}"),
        (_, _, Some(most)) => format!("> {most}"),
        _ => panic!("a demand without a bound"),
    };
    cells.insert(must.fact.clone(), unmet.into());
    cells.insert("rule".into(), format!("\"{}\"", rule.id).into());
    Value::Object(cells)
}

impl Rival for Zen {
    const ENGINE: &'static str = "ZEN Engine";
    const VERSION: &'static str = "zen-engine 2.1.6";
    type Source = String;
    type Input = Variable;

    fn translate(rules: &[Rule]) -> String {
        let inputs: Vec<Value> =
            COLUMNS.iter().map(|fact| json!({"id": fact, "name": fact, "field": fact})).collect();
        let table = json!({
            "hitPolicy": "collect",
            "inputs": inputs,
            "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
            "rules": rules.iter().map(table_row).collect::<Vec<_>>(),
        });
        json!({
            "nodes": [
                {"id": "in", "name": "in", "type": "inputNode", "content": {}},
                {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
                {"id": "out", "name": "out", "type": "outputNode", "content": {}},
            ],
            "edges": [
                {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
                {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
            ],
        })
        .to_string()
    }

    fn load(source: String) -> Self {
        let mut content: GraphContent = serde_json::from_str(&source).expect("a decision graph");
        content.compile();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Zen { decision: Decision::from(Arc::new(content)), runtime }
    }

    fn prepare(&self, change: &Change) -> Variable {
        let mut facts = Map::new();
        for (fact, text) in change.texts() {
            facts.insert(fact.into(), text.into());
        }
        for (fact, number) in change.numbers() {
            facts.insert(fact.into(), number.into());
        }
        facts.insert("tests_passed".into(), change.tests_passed.into());
        Value::Object(facts).into()
    }

    fn decide(&mut self, input: &Variable) -> Answer {
        let response = self.runtime.block_on(self.decision.evaluate(input.clone())).expect("an answer");
        let found = response.result.as_array().expect("a list of rows");
        let unmet: Vec<String> = found
            .borrow()
            .iter()
            .map(|row| row.dot("rule").and_then(|id| id.as_str().map(String::from)).expect("an id"))
            .collect();
        Answer { denied: !unmet.is_empty(), unmet }
    }
}

fn main() {
    rows::run::<Zen>();
}
