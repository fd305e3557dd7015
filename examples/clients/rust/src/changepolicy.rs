//! The C library as Rust: an engine that frees itself, and errors as results.

use crate::ffi;
use std::ffi::{CStr, CString};
use std::fmt;
use std::os::raw::c_char;
use std::ptr;

/// Why there is no answer: the name of the code, the place (empty: none is to blame), and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: &'static str,
    pub path: String,
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code)?;
        if !self.path.is_empty() {
            write!(out, " {}", self.path)?;
        }
        write!(out, ": {}", self.message)
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Frees the library's error, which is NULL where there was no memory for one.
    ///
    /// # Safety
    /// `error` is one that a function of the library set, and is not used again.
    unsafe fn take(status: i32, error: *mut ffi::Error) -> Error {
        let taken = Error {
            code: code_name(status),
            path: text_of(ffi::changepolicy_error_path(error)),
            message: text_of(ffi::changepolicy_error_message(error)),
        };
        ffi::changepolicy_error_free(error);
        taken
    }
}

fn code_name(code: i32) -> &'static str {
    match code {
        0 => "OK",
        3 => "INVALID_ARGUMENT",
        5 => "NOT_FOUND",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        9 => "FAILED_PRECONDITION",
        11 => "OUT_OF_RANGE",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        15 => "DATA_LOSS",
        _ => "UNKNOWN",
    }
}

/// # Safety
/// `text` ends with a NUL.
unsafe fn text_of(text: *const c_char) -> String {
    CStr::from_ptr(text).to_string_lossy().into_owned()
}

/// A change or a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Change = 1,
    Release = 2,
}

/// A document by its name; a policy that is built in (`builtin:saas`) has no text.
#[derive(Debug, Clone)]
pub struct Document {
    pub name: Vec<u8>,
    pub text: Vec<u8>,
}

/// changepolicy.v1.Verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Unspecified,
    Allowed,
    Denied,
    Unknown,
    Error,
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Verdict::Unspecified => "VERDICT_UNSPECIFIED",
            Verdict::Allowed => "VERDICT_ALLOWED",
            Verdict::Denied => "VERDICT_DENIED",
            Verdict::Unknown => "VERDICT_UNKNOWN",
            Verdict::Error => "VERDICT_ERROR",
        })
    }
}

/// An answer. Only `Verdict::Allowed` means yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub verdict: Verdict,
    pub digest: String,
    /// A serialized changepolicy.v1.Decision.
    pub message: Vec<u8>,
}

/// A pointer that is given back to the library, by the function of its type.
struct Owned<T> {
    pointer: *mut T,
    free: unsafe extern "C" fn(*mut T),
}

impl<T> Owned<T> {
    /// What a function of the library hands out through its last arguments but one.
    ///
    /// # Safety
    /// `call` leaves in them what the library left there; `free` is for such a pointer.
    unsafe fn from_call(
        free: unsafe extern "C" fn(*mut T),
        call: impl FnOnce(*mut *mut T, *mut *mut ffi::Error) -> i32,
    ) -> Result<Owned<T>, Error> {
        let mut pointer = ptr::null_mut();
        let mut error = ptr::null_mut();
        match call(&mut pointer, &mut error) {
            ffi::OK => Ok(Owned { pointer, free }),
            status => Err(Error::take(status, error)),
        }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: it was handed out by the library, and nobody has it any longer.
        unsafe { (self.free)(self.pointer) }
    }
}

impl Owned<ffi::Bytes> {
    fn as_slice(&self) -> &[u8] {
        // SAFETY: the bytes live as long as their owner, and are never NULL.
        unsafe {
            std::slice::from_raw_parts(
                ffi::changepolicy_bytes_data(self.pointer).cast(),
                ffi::changepolicy_bytes_size(self.pointer),
            )
        }
    }
}

/// A policy with an organization, ready to decide.
pub struct Engine(Owned<ffi::Engine>);

// SAFETY: engines are immutable, and the library lets any thread use and free them.
unsafe impl Send for Engine {}
unsafe impl Sync for Engine {}

impl Engine {
    /// Takes a policy with its overlays, and what together is a directory and a ledger.
    pub fn new(policy: &[Document], organization: &[Document]) -> Result<Engine, Error> {
        let policy = Documents::new(policy)?;
        let organization = Documents::new(organization)?;
        // SAFETY: the documents live until the calls return.
        unsafe {
            let loaded = Owned::from_call(ffi::changepolicy_policy_free, |out, error| {
                ffi::changepolicy_policy_load(policy.as_ptr(), policy.len(), out, error)
            })?;
            let people = Owned::from_call(ffi::changepolicy_organization_free, |out, error| {
                ffi::changepolicy_organization_load(
                    organization.as_ptr(),
                    organization.len(),
                    out,
                    error,
                )
            })?;
            Owned::from_call(ffi::changepolicy_engine_free, |out, error| {
                ffi::changepolicy_engine_create(loaded.pointer, people.pointer, out, error)
            })
            .map(Engine)
        }
    }

    /// Decides a subject in JSON at an instant. Without a transition the next one.
    pub fn decide(
        &self,
        kind: Kind,
        subject: &[u8],
        now: &str,
        transition: Option<&str>,
    ) -> Result<Decision, Error> {
        let now = c_text("now", now.as_bytes())?;
        let transition = c_text("transition", transition.unwrap_or_default().as_bytes())?;
        let question = ffi::Question {
            struct_size: std::mem::size_of::<ffi::Question>(),
            now: now.as_ptr(),
            transition: transition.as_ptr(),
            detail: 0,
            subject_digest: 0,
            role: ptr::null(),
        };
        let asked = ffi::Subject {
            kind: kind as i32,
            encoding: ffi::JSON,
            data: subject.as_ptr().cast(),
            size: subject.len(),
        };
        // SAFETY: what the structs point to lives until the call returns.
        let decided = unsafe {
            Owned::from_call(ffi::changepolicy_bytes_free, |out, error| {
                ffi::changepolicy_decide(self.0.pointer, &asked, &question, ffi::BINARY, out, error)
            })?
        };
        let message = decided.as_slice();
        Ok(Decision {
            verdict: verdict_of(message)?,
            digest: digest_of(message)?,
            message: message.to_vec(),
        })
    }
}

fn binary(message: &[u8]) -> ffi::Message {
    ffi::Message {
        encoding: ffi::BINARY,
        data: message.as_ptr().cast(),
        size: message.len(),
    }
}

fn digest_of(decision: &[u8]) -> Result<String, Error> {
    // SAFETY: the decision lives until the call returns.
    let digest = unsafe {
        Owned::from_call(ffi::changepolicy_bytes_free, |out, error| {
            ffi::changepolicy_decision_digest(&binary(decision), out, error)
        })?
    };
    Ok(String::from_utf8_lossy(digest.as_slice()).into_owned())
}

/// Whatever is not known here allows nothing.
fn verdict_of(decision: &[u8]) -> Result<Verdict, Error> {
    let mut verdict = 0;
    // SAFETY: the decision lives until the call returns.
    unsafe {
        let mut error = ptr::null_mut();
        let status =
            ffi::changepolicy_decision_verdict(&binary(decision), &mut verdict, &mut error);
        if status != ffi::OK {
            return Err(Error::take(status, error));
        }
    }
    Ok(match verdict {
        1 => Verdict::Allowed,
        2 => Verdict::Denied,
        3 => Verdict::Unknown,
        4 => Verdict::Error,
        _ => Verdict::Unspecified,
    })
}

/// For C, where a text ends at its first NUL.
fn c_text(name: &str, text: &[u8]) -> Result<CString, Error> {
    CString::new(text).map_err(|_| Error {
        code: "INVALID_ARGUMENT",
        path: name.to_owned(),
        message: "the text holds a NUL".to_owned(),
    })
}

/// Documents as the library takes them, with the names that they point to.
struct Documents<'a> {
    array: Vec<ffi::Document>,
    _names: Vec<CString>,
    _texts: &'a [Document],
}

impl<'a> Documents<'a> {
    fn new(documents: &'a [Document]) -> Result<Documents<'a>, Error> {
        let names = documents
            .iter()
            .map(|document| c_text("documents.name", &document.name))
            .collect::<Result<Vec<_>, _>>()?;
        let array = documents
            .iter()
            .zip(&names)
            .map(|(document, name)| ffi::Document {
                name: name.as_ptr(),
                text: document.text.as_ptr().cast(),
                size: document.text.len(),
            })
            .collect();
        Ok(Documents {
            array,
            _names: names,
            _texts: documents,
        })
    }

    fn as_ptr(&self) -> *const ffi::Document {
        self.array.as_ptr()
    }

    fn len(&self) -> usize {
        self.array.len()
    }
}
