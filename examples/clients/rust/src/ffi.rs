//! Those declarations of changepolicy.h that are used here.

use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::c_char;

pub const OK: i32 = 0;
pub const BINARY: i32 = 1;
pub const JSON: i32 = 2;

/// Types of which only pointers exist outside the library.
macro_rules! opaque {
    ($($name:ident),*) => {
        $(
            #[repr(C)]
            pub struct $name {
                _data: [u8; 0],
                _marker: PhantomData<(*mut u8, PhantomPinned)>,
            }
        )*
    };
}
opaque!(Error, Bytes, Policy, Organization, Engine);

#[repr(C)]
pub struct Document {
    pub name: *const c_char,
    pub text: *const c_char,
    pub size: usize,
}

#[repr(C)]
pub struct Subject {
    pub kind: i32,
    pub encoding: i32,
    pub data: *const c_char,
    pub size: usize,
}

#[repr(C)]
pub struct Message {
    pub encoding: i32,
    pub data: *const c_char,
    pub size: usize,
}

#[repr(C)]
pub struct Question {
    pub struct_size: usize,
    pub now: *const c_char,
    pub transition: *const c_char,
    pub detail: i32,
    pub subject_digest: i32,
    pub role: *const c_char,
}

extern "C" {
    pub fn changepolicy_error_message(error: *const Error) -> *const c_char;
    pub fn changepolicy_error_path(error: *const Error) -> *const c_char;
    pub fn changepolicy_error_free(error: *mut Error);

    pub fn changepolicy_bytes_data(bytes: *const Bytes) -> *const c_char;
    pub fn changepolicy_bytes_size(bytes: *const Bytes) -> usize;
    pub fn changepolicy_bytes_free(bytes: *mut Bytes);

    pub fn changepolicy_policy_load(
        documents: *const Document,
        count: usize,
        policy: *mut *mut Policy,
        error: *mut *mut Error,
    ) -> i32;
    pub fn changepolicy_policy_free(policy: *mut Policy);

    pub fn changepolicy_organization_load(
        documents: *const Document,
        count: usize,
        organization: *mut *mut Organization,
        error: *mut *mut Error,
    ) -> i32;
    pub fn changepolicy_organization_free(organization: *mut Organization);

    pub fn changepolicy_engine_create(
        policy: *const Policy,
        organization: *const Organization,
        engine: *mut *mut Engine,
        error: *mut *mut Error,
    ) -> i32;
    pub fn changepolicy_engine_free(engine: *mut Engine);

    pub fn changepolicy_decide(
        engine: *const Engine,
        subject: *const Subject,
        question: *const Question,
        output: i32,
        answer: *mut *mut Bytes,
        error: *mut *mut Error,
    ) -> i32;
    pub fn changepolicy_decision_verdict(
        decision: *const Message,
        verdict: *mut i32,
        error: *mut *mut Error,
    ) -> i32;
    pub fn changepolicy_decision_digest(
        decision: *const Message,
        digest: *mut *mut Bytes,
        error: *mut *mut Error,
    ) -> i32;
}
