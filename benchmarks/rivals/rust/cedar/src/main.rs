//! Cedar. A rule is a `forbid` whose scope names the service and the requester, which is where Cedar
//! asks for what a policy is about; the rest is its condition. Request and entities are made before.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, Policy, PolicyId, PolicySet, Request,
    RestrictedExpression,
};
use rows::{Answer, Change, Rival, Rule};

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

fn forbid(rule: &Rule) -> String {
    let when = &rule.when;
    let scope = |part: &str, kind: &str, name: &Option<String>| match name {
        Some(name) => format!("{part} == {kind}::\"{name}\""),
        None => part.to_string(),
    };
    let mut conditions: Vec<String> = when
        .equalities(&["service", "requester"])
        .iter()
        .map(|(fact, value)| format!("context.{fact} == \"{value}\""))
        .collect();
    if let Some(least) = when.risk_at_least {
        conditions.push(format!("context.risk >= {least}"));
    }
    if let Some(days) = &when.days {
        conditions.push(format!("{days:?}.contains(context.day)"));
    }
    if let Some((first, end)) = when.hours {
        conditions.push(format!("context.hour >= {first} && context.hour < {end}"));
    }
    conditions.push(rule.must.unmet("context."));
    format!(
        "forbid({}, action == Action::\"deploy\", {}) when {{ {} }};",
        scope("principal", "Person", &when.requester),
        scope("resource", "Service", &when.service),
        conditions.join(" && ")
    )
}

fn uid(kind: &str, name: &str) -> EntityUid {
    format!("{kind}::\"{name}\"").parse().expect("an entity's name")
}

impl Rival for Cedar {
    const ENGINE: &'static str = "Cedar";
    const VERSION: &'static str = "cedar-policy 4.14.1";
    type Source = Vec<(String, String)>;
    type Input = Request;

    fn translate(rules: &[Rule]) -> Self::Source {
        let mut texts = vec![("permit".to_string(), "permit(principal, action, resource);".to_string())];
        texts.extend(rules.iter().map(|rule| (rule.id.clone(), forbid(rule))));
        texts
    }

    fn load(source: Self::Source) -> Self {
        let mut policies = PolicySet::new();
        for (id, text) in source {
            policies
                .add(Policy::parse(Some(PolicyId::new(id)), text).expect("a policy"))
                .expect("an id that is not taken");
        }
        Cedar { authorizer: Authorizer::new(), policies, entities: Entities::empty() }
    }

    fn prepare(&self, change: &Change) -> Request {
        let mut pairs: Vec<(String, RestrictedExpression)> = Vec::new();
        for (fact, text) in change.texts() {
            if fact != "service" && fact != "requester" {
                pairs.push((fact.into(), RestrictedExpression::new_string(text.into())));
            }
        }
        for (fact, number) in change.numbers() {
            pairs.push((fact.into(), RestrictedExpression::new_long(number)));
        }
        pairs.push(("tests_passed".into(), RestrictedExpression::new_bool(change.tests_passed)));
        Request::new(
            uid("Person", &change.requester),
            uid("Action", "deploy"),
            uid("Service", &change.service),
            Context::from_pairs(pairs).expect("facts"),
            None,
        )
        .expect("a request")
    }

    fn decide(&mut self, input: &Request) -> Answer {
        let response = self.authorizer.is_authorized(input, &self.policies, &self.entities);
        assert_eq!(response.diagnostics().errors().count(), 0);
        let denied = response.decision() == Decision::Deny;
        let unmet = if denied {
            response.diagnostics().reason().map(|id| id.to_string()).collect()
        } else {
            Vec::new()
        };
        Answer { denied, unmet }
    }
}

fn main() {
    rows::run::<Cedar>();
}
