//! Decides changes or releases of a file by the built-in policy, in several threads.

mod changepolicy;
mod ffi;

use changepolicy::{Decision, Document, Engine, Error, Kind, Verdict};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io, thread};

const ALLOWED: u8 = 0;
const NOT_ALLOWED: u8 = 1;
const FAILED: u8 = 2;

const THREADS: usize = 4;

const USAGE: &str =
    "usage: decide [--overlay FILE] [--hex] ORGANIZATION change|release FILE NOW [TRANSITION]";

struct Arguments {
    overlay: Option<PathBuf>,
    hex: bool,
    organization: PathBuf,
    kind: Kind,
    file: PathBuf,
    now: String,
    transition: Option<String>,
}

impl Arguments {
    /// None where they are wrong.
    fn read(given: impl Iterator<Item = OsString>) -> Option<Arguments> {
        let mut given = given.peekable();
        let (mut overlay, mut hex) = (None, false);
        while let Some(option) = given.next_if(|word| word.as_bytes().starts_with(b"--")) {
            match option.to_str()? {
                "--overlay" => overlay = Some(PathBuf::from(given.next()?)),
                "--hex" => hex = true,
                _ => return None,
            }
        }
        let organization = PathBuf::from(given.next()?);
        let kind = match given.next()?.to_str()? {
            "change" => Kind::Change,
            "release" => Kind::Release,
            _ => return None,
        };
        let arguments = Arguments {
            overlay,
            hex,
            organization,
            kind,
            file: PathBuf::from(given.next()?),
            now: given.next()?.to_string_lossy().into_owned(),
            transition: given.next().map(|word| word.to_string_lossy().into_owned()),
        };
        given.next().is_none().then_some(arguments)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error {
        code: match error.kind() {
            io::ErrorKind::NotFound => "NOT_FOUND",
            _ => "INVALID_ARGUMENT",
        },
        path: path.display().to_string(),
        message: error.to_string(),
    })
}

fn read_document(path: &Path) -> Result<Document, Error> {
    Ok(Document {
        name: path.as_os_str().as_bytes().to_vec(),
        text: read(path)?,
    })
}

/// A subject of the file, and what its complaint begins with.
struct Task<'a> {
    place: String,
    subject: &'a [u8],
}

/// A file of JSON lines has a subject on each line, any other one.
fn tasks<'a>(path: &Path, content: &'a [u8]) -> Vec<Task<'a>> {
    if path.extension() != Some(OsStr::new("jsonl")) {
        return vec![Task {
            place: String::new(),
            subject: content,
        }];
    }
    (1..)
        .zip(content.split(|byte| *byte == b'\n'))
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| Task {
            place: format!("line {number}: "),
            subject: line,
        })
        .collect()
}

fn decide_all(
    engine: &Engine,
    tasks: &[Task],
    arguments: &Arguments,
) -> Vec<Result<Decision, Error>> {
    let share = tasks.len() / THREADS + 1;
    thread::scope(|scope| {
        let running: Vec<_> = tasks
            .chunks(share)
            .map(|mine| {
                scope.spawn(move || {
                    mine.iter()
                        .map(|task| {
                            engine.decide(
                                arguments.kind,
                                task.subject,
                                &arguments.now,
                                arguments.transition.as_deref(),
                            )
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().expect("no thread panics"))
            .collect()
    })
}

/// A line for each task, in their order; gives the exit code.
fn print(tasks: &[Task], answers: &[Result<Decision, Error>], hex: bool) -> io::Result<u8> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut code = ALLOWED;
    for (task, answer) in tasks.iter().zip(answers) {
        let decision = match answer {
            Ok(decision) => decision,
            Err(error) => {
                eprintln!("{}{error}", task.place);
                code = FAILED;
                continue;
            }
        };
        write!(out, "{} {}", decision.verdict, decision.digest)?;
        if hex {
            out.write_all(b" ")?;
            for byte in &decision.message {
                write!(out, "{byte:02x}")?;
            }
        }
        writeln!(out)?;
        if decision.verdict != Verdict::Allowed {
            code = code.max(NOT_ALLOWED);
        }
    }
    out.flush()?;
    Ok(code)
}

fn run(arguments: &Arguments) -> Result<u8, Box<dyn std::error::Error>> {
    let mut policy = vec![Document {
        name: b"builtin:saas".to_vec(),
        text: Vec::new(),
    }];
    if let Some(overlay) = &arguments.overlay {
        policy.push(read_document(overlay)?);
    }
    let organization = [read_document(&arguments.organization)?];
    let content = read(&arguments.file)?;
    let tasks = tasks(&arguments.file, &content);
    let engine = Engine::new(&policy, &organization)?;
    let answers = decide_all(&engine, &tasks, arguments);
    Ok(print(&tasks, &answers, arguments.hex)?)
}

fn main() -> ExitCode {
    let result = match Arguments::read(std::env::args_os().skip(1)) {
        Some(arguments) => run(&arguments),
        None => Err(USAGE.into()),
    };
    ExitCode::from(result.unwrap_or_else(|error| {
        eprintln!("{error}");
        FAILED
    }))
}
