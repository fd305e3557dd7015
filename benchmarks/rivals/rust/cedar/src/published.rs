//! Cedar on the published scenarios: its entities are loaded once, and it finds by itself what
//! belongs to what.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, Policy, PolicyId, PolicySet, Request,
};
use serde::Deserialize;
use std::time::Instant;

#[derive(Deserialize)]
struct Scenario {
    application: String,
    size: usize,
    policies: usize,
}

#[derive(Deserialize)]
struct PolicyText {
    id: String,
    cedar: String,
}

#[derive(Deserialize)]
struct Access {
    principal: String,
    action: String,
    resource: String,
    allowed: bool,
}

fn uid(kind: &str, name: &str) -> EntityUid {
    format!("{kind}::\"{name}\"").parse().expect("an entity's name")
}

fn main() {
    let (folder, seconds) = rows::arguments();
    let scenario: Vec<Scenario> = rows::read_lines(&folder.join("scenario.json"));
    let texts: Vec<PolicyText> = rows::read_lines(&folder.join("policies.jsonl"));
    let accesses: Vec<Access> = rows::read_lines(&folder.join("requests.jsonl"));
    let world = std::fs::read_to_string(folder.join("entities.json")).expect("the entities");
    let resident = rows::resident_bytes();
    let start = Instant::now();
    let mut policies = PolicySet::new();
    for text in texts {
        let id = PolicyId::new(text.id);
        policies
            .add(Policy::parse(Some(id), text.cedar).expect("a policy"))
            .expect("an id that is not taken");
    }
    let entities = Entities::from_json_str(&world, None).expect("entities");
    let load_ms = start.elapsed().as_secs_f64() * 1000.0;
    let memory = (rows::resident_bytes() - resident).max(0);
    let requests: Vec<Request> = accesses
        .iter()
        .map(|access| {
            let thing = |name: &str| uid("Thing", name);
            let action = uid("Action", &access.action);
            Request::new(thing(&access.principal), action, thing(&access.resource), Context::empty(), None)
                .expect("a request")
        })
        .collect();
    let authorizer = Authorizer::new();
    let mut row = rows::measure(requests.len(), seconds, |number, compare| {
        let response = authorizer.is_authorized(&requests[number], &policies, &entities);
        let allowed = std::hint::black_box(response.decision() == Decision::Allow);
        if compare && allowed != accesses[number].allowed {
            rows::wrong("Cedar", &number.to_string(), &response);
        }
    });
    row["engine"] = "Cedar".into();
    row["version"] = "cedar-policy 4.14.1".into();
    row["scenario"] = format!("{} {}", scenario[0].application, scenario[0].size).into();
    row["policies"] = scenario[0].policies.into();
    row["load_ms"] = load_ms.into();
    row["memory_bytes"] = memory.into();
    println!("{row}");
}
