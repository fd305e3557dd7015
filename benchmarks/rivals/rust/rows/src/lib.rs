//! What every program of this workspace does alike: it reads the scenario, has the engine answer
//! each change, compares, measures, and prints a row for each number of matches.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::Instant;

const BATCHES: usize = 100; // at most, for each row
const BATCH_SECONDS: f64 = 0.01; // of a batch, at least

/// Where a rule applies: what is absent is not asked about.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct When {
    pub category: Option<String>,
    pub service: Option<String>,
    pub environment: Option<String>,
    pub kind: Option<String>,
    pub team: Option<String>,
    pub requester: Option<String>,
    pub risk_at_least: Option<i64>,
    pub days: Option<Vec<i64>>,
    /// From the first, before the second.
    pub hours: Option<(i64, i64)>,
}

impl When {
    /// The facts that have to equal a text, except for those in `but`.
    pub fn equalities(&self, but: &[&str]) -> Vec<(&'static str, &str)> {
        [
            ("service", &self.service),
            ("team", &self.team),
            ("requester", &self.requester),
            ("kind", &self.kind),
            ("environment", &self.environment),
            ("category", &self.category),
        ]
        .into_iter()
        .filter(|(fact, _)| !but.contains(fact))
        .filter_map(|(fact, value)| value.as_deref().map(|text| (fact, text)))
        .collect()
    }
}

/// What is demanded of one fact.
#[derive(Clone, Debug, Deserialize)]
pub struct Must {
    pub fact: String,
    pub is: Option<bool>,
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
}

impl Must {
    /// `fact OPERATOR value` as most languages write it, with `prefix` before the fact: that the
    /// demand is not met.
    pub fn unmet(&self, prefix: &str) -> String {
        let fact = &self.fact;
        match (self.is, self.at_least, self.at_most) {
            (Some(value), _, _) => format!("{prefix}{fact} == {}", !value),
            (_, Some(least), _) => format!("{prefix}{fact} < {least}"),
            (_, _, Some(most)) => format!("{prefix}{fact} > {most}"),
            _ => panic!("a demand without a bound on {fact}"),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Rule {
    pub id: String,
    pub when: When,
    pub must: Must,
}

/// The facts of a change that rules read.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Change {
    pub id: String,
    pub category: String,
    pub service: String,
    pub environment: String,
    pub kind: String,
    pub risk: i64,
    pub day: i64,
    pub hour: i64,
    pub team: String,
    pub requester: String,
    pub approvals: i64,
    pub tests_passed: bool,
    pub rollback_minutes: i64,
    pub notice_hours: i64,
}

impl Change {
    /// Facts that are texts, facts that are numbers, and the one that is neither.
    pub fn texts(&self) -> [(&'static str, &str); 6] {
        [
            ("category", &self.category),
            ("service", &self.service),
            ("environment", &self.environment),
            ("kind", &self.kind),
            ("team", &self.team),
            ("requester", &self.requester),
        ]
    }
    pub fn numbers(&self) -> [(&'static str, i64); 6] {
        [
            ("risk", self.risk),
            ("day", self.day),
            ("hour", self.hour),
            ("approvals", self.approvals),
            ("rollback_minutes", self.rollback_minutes),
            ("notice_hours", self.notice_hours),
        ]
    }
}

/// What an engine answers: the ids of the rules that are not met.
#[derive(Debug, Default, Serialize)]
pub struct Answer {
    pub denied: bool,
    pub unmet: Vec<String>,
}

#[derive(Deserialize)]
struct Case {
    change: Change,
    verdict: String,
    unmet: Vec<String>,
}

#[derive(Deserialize)]
struct Scenario {
    rules: usize,
    matches: Vec<usize>,
}

/// An engine as its documentation advises to use it.
pub trait Rival: Sized {
    const ENGINE: &'static str;
    const VERSION: &'static str;
    /// The rules in the engine's own language, and a change as the engine takes it.
    type Source;
    type Input;

    fn translate(rules: &[Rule]) -> Self::Source;
    fn load(source: Self::Source) -> Self;
    fn prepare(&self, change: &Change) -> Self::Input;
    fn decide(&mut self, input: &Self::Input) -> Answer;
    /// What a reader of the row has to know.
    fn note(&self) -> String {
        String::new()
    }
}

/// A value a line.
pub fn read_lines<T: DeserializeOwned>(path: &Path) -> Vec<T> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    std::io::BufReader::new(file)
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).expect("a line of the scenario"))
        .collect()
}

/// Memory of the process that is resident now.
pub fn resident_bytes() -> i64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|field| field.parse::<i64>().ok());
    pages.unwrap_or(0) * 4096
}

/// Processor time of all threads of the process.
fn processor_nanoseconds() -> f64 {
    extern "C" {
        fn clock() -> std::ffi::c_long; // in millionths of a second, by POSIX
    }
    // SAFETY: it takes nothing and may be called by any thread.
    unsafe { clock() as f64 * 1000.0 }
}

/// Asks about each of `count` inputs until a third of the time is over, then measures. `ask` is
/// called with an input's number and with whether to compare the answer.
pub fn measure(count: usize, seconds: f64, mut ask: impl FnMut(usize, bool)) -> serde_json::Value {
    let checking = Instant::now();
    let mut checked = 0;
    while checked < count && (checked == 0 || checking.elapsed().as_secs_f64() < seconds / 3.0) {
        ask(checked, true);
        checked += 1;
    }
    let each = checking.elapsed().as_secs_f64() / checked as f64;
    let batch = ((BATCH_SECONDS / each) as usize).clamp(1, count);
    let (mut samples, mut processor) = (Vec::new(), Vec::new());
    let mut next = 0;
    let measuring = Instant::now();
    while samples.len() < BATCHES
        && (samples.is_empty() || measuring.elapsed().as_secs_f64() < seconds)
    {
        let start = Instant::now();
        let used = processor_nanoseconds();
        for _ in 0..batch {
            ask(next, false);
            next = if next + 1 == count { 0 } else { next + 1 };
        }
        processor.push((processor_nanoseconds() - used) / batch as f64);
        samples.push(start.elapsed().as_secs_f64() * 1e9 / batch as f64);
    }
    samples.sort_by(f64::total_cmp);
    processor.sort_by(f64::total_cmp);
    let at = |sorted: &[f64], part: f64| sorted[(part * (sorted.len() - 1) as f64) as usize];
    serde_json::json!({
        "ns_per_decision": at(&samples, 0.5), "p10": at(&samples, 0.1), "p90": at(&samples, 0.9),
        "ns_processor": at(&processor, 0.5), "checked": checked, "of": count,
    })
}

/// Stops the program at an answer that is not the expected one.
pub fn wrong(engine: &str, asked: &str, answer: &dyn std::fmt::Debug) -> ! {
    eprintln!("{engine}: another answer to {asked}: {answer:?}");
    std::process::exit(1);
}

fn row<R: Rival>(rival: &mut R, folder: &Path, matches: usize, seconds: f64) -> serde_json::Value {
    let cases: Vec<Case> = read_lines(&folder.join(format!("changes-{matches}.jsonl")));
    let inputs: Vec<R::Input> = cases.iter().map(|case| rival.prepare(&case.change)).collect();
    let mut row = measure(cases.len(), seconds, |number, compare| {
        let mut answer = std::hint::black_box(rival.decide(&inputs[number]));
        if compare {
            let case = &cases[number];
            answer.unmet.sort();
            if answer.denied != (case.verdict == "DENIED") || answer.unmet != case.unmet {
                wrong(R::ENGINE, &case.change.id, &answer);
            }
        }
    });
    let texts: Vec<String> =
        cases.iter().map(|case| serde_json::to_string(&case.change).expect("facts")).collect();
    let from_bytes = measure(cases.len(), seconds, |number, _| {
        let change = serde_json::from_str(&texts[number]).expect("facts");
        let input = rival.prepare(&change);
        std::hint::black_box(serde_json::to_string(&rival.decide(&input)).expect("an answer"));
    });
    row["ns_from_bytes"] = from_bytes["ns_processor"].clone();
    row["engine"] = R::ENGINE.into();
    row["version"] = R::VERSION.into();
    row["matches"] = matches.into();
    row["note"] = rival.note().into();
    row
}

/// The arguments of every program: `FOLDER SECONDS`.
pub fn arguments() -> (PathBuf, f64) {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, seconds] = arguments.as_slice() else {
        eprintln!("usage: {} FOLDER SECONDS", arguments[0]);
        std::process::exit(3);
    };
    (PathBuf::from(folder), seconds.parse().expect("a number of seconds"))
}

/// The whole program: `PROGRAM FOLDER SECONDS`.
pub fn run<R: Rival>() {
    let (folder, seconds) = arguments();
    let scenario: Vec<Scenario> = read_lines(&folder.join("scenario.json"));
    let rules: Vec<Rule> = read_lines(&folder.join("rules.jsonl"));
    let source = R::translate(&rules);
    drop(rules);
    let resident = resident_bytes();
    let start = Instant::now();
    let mut rival = R::load(source);
    let load_ms = start.elapsed().as_secs_f64() * 1000.0;
    let memory = (resident_bytes() - resident).max(0);
    for &matches in &scenario[0].matches {
        let mut row = row(&mut rival, &folder, matches, seconds);
        row["rules"] = scenario[0].rules.into();
        row["load_ms"] = load_ms.into();
        row["memory_bytes"] = memory.into();
        println!("{row}");
    }
}
