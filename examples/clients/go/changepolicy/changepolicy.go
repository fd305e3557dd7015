// Package changepolicy decides changes and releases by the C library.
package changepolicy

/*
#cgo pkg-config: changepolicy
#include <stdlib.h>
#include <changepolicy.h>
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"strings"
	"unsafe"
)

// Code says what kind of mistake an Error is.
type Code int32

// The codes of changepolicy_status.
const (
	InvalidArgument    Code = C.CHANGEPOLICY_INVALID_ARGUMENT
	NotFound           Code = C.CHANGEPOLICY_NOT_FOUND
	PermissionDenied   Code = C.CHANGEPOLICY_PERMISSION_DENIED
	ResourceExhausted  Code = C.CHANGEPOLICY_RESOURCE_EXHAUSTED
	FailedPrecondition Code = C.CHANGEPOLICY_FAILED_PRECONDITION
	OutOfRange         Code = C.CHANGEPOLICY_OUT_OF_RANGE
	Internal           Code = C.CHANGEPOLICY_INTERNAL
	Unavailable        Code = C.CHANGEPOLICY_UNAVAILABLE
	DataLoss           Code = C.CHANGEPOLICY_DATA_LOSS
)

var codeNames = map[Code]string{
	InvalidArgument: "INVALID_ARGUMENT", NotFound: "NOT_FOUND",
	PermissionDenied: "PERMISSION_DENIED", ResourceExhausted: "RESOURCE_EXHAUSTED",
	FailedPrecondition: "FAILED_PRECONDITION", OutOfRange: "OUT_OF_RANGE", Internal: "INTERNAL",
	Unavailable: "UNAVAILABLE", DataLoss: "DATA_LOSS",
}

func (c Code) String() string {
	if name, known := codeNames[c]; known {
		return name
	}
	return "UNKNOWN"
}

// Error is what the library refused. Path is empty where no place is to blame.
type Error struct {
	Code    Code
	Path    string
	Message string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%v: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%v %s: %s", e.Code, e.Path, e.Message)
}

// Kind of a subject.
type Kind int32

// The kinds of changepolicy_kind.
const (
	Change  Kind = C.CHANGEPOLICY_CHANGE
	Release Kind = C.CHANGEPOLICY_RELEASE
)

// Document is one by its name; a policy that is built in (`builtin:saas`) has no text.
type Document struct {
	Name string
	Text []byte
}

// Decision is an answer. Only the verdict VERDICT_ALLOWED means yes.
type Decision struct {
	Verdict string
	Digest  string
	Message []byte // a serialized changepolicy.v1.Decision
}

// Engine decides. Any number of goroutines may use one at once.
type Engine struct {
	handle *C.changepolicy_engine
}

// NewEngine takes a policy with its overlays, and what together is a directory and a ledger.
// Close frees it.
func NewEngine(policy, organization []Document) (*Engine, error) {
	var memory arena
	defer memory.free()
	policies, err := memory.documents(policy)
	if err != nil {
		return nil, err
	}
	organizations, err := memory.documents(organization)
	if err != nil {
		return nil, err
	}

	var failure *C.changepolicy_error
	var loaded *C.changepolicy_policy
	status := C.changepolicy_policy_load(first(policies), C.size_t(len(policies)),
		&loaded, &failure)
	if status != C.CHANGEPOLICY_OK {
		return nil, take(status, failure)
	}
	defer C.changepolicy_policy_free(loaded)
	var people *C.changepolicy_organization
	status = C.changepolicy_organization_load(first(organizations),
		C.size_t(len(organizations)), &people, &failure)
	if status != C.CHANGEPOLICY_OK {
		return nil, take(status, failure)
	}
	defer C.changepolicy_organization_free(people)
	engine := &Engine{}
	status = C.changepolicy_engine_create(loaded, people, &engine.handle, &failure)
	if status != C.CHANGEPOLICY_OK {
		return nil, take(status, failure)
	}
	return engine, nil
}

// Close frees the engine, once no goroutine uses it any longer. Closing twice does nothing.
func (e *Engine) Close() {
	C.changepolicy_engine_free(e.handle)
	e.handle = nil
}

// Decide decides a subject in JSON at an instant. An empty transition is the next one.
func (e *Engine) Decide(kind Kind, subject []byte, now, transition string) (*Decision, error) {
	var memory arena
	defer memory.free()
	question := C.changepolicy_question{struct_size: C.sizeof_changepolicy_question}
	var err error
	if question.now, err = memory.text("now", now); err != nil {
		return nil, err
	}
	if question.transition, err = memory.text("transition", transition); err != nil {
		return nil, err
	}
	asked := C.changepolicy_subject{
		kind:     C.changepolicy_kind(kind),
		encoding: C.CHANGEPOLICY_JSON,
		data:     memory.bytes(subject),
		size:     C.size_t(len(subject)),
	}

	var failure *C.changepolicy_error
	var decided *C.changepolicy_bytes
	status := C.changepolicy_decide(e.handle, &asked, &question,
		C.CHANGEPOLICY_BINARY, &decided, &failure)
	if status != C.CHANGEPOLICY_OK {
		return nil, take(status, failure)
	}
	defer C.changepolicy_bytes_free(decided)
	message := C.changepolicy_message{
		encoding: C.CHANGEPOLICY_BINARY,
		data:     C.changepolicy_bytes_data(decided),
		size:     C.changepolicy_bytes_size(decided),
	}
	decision := &Decision{Message: copyOf(decided)}
	if decision.Digest, err = digestOf(&message); err != nil {
		return nil, err
	}
	if decision.Verdict, err = memory.verdictOf(&message); err != nil {
		return nil, err
	}
	return decision, nil
}

func digestOf(message *C.changepolicy_message) (string, error) {
	var digest *C.changepolicy_bytes
	var failure *C.changepolicy_error
	status := C.changepolicy_decision_digest(message, &digest, &failure)
	if status != C.CHANGEPOLICY_OK {
		return "", take(status, failure)
	}
	defer C.changepolicy_bytes_free(digest)
	return string(copyOf(digest)), nil
}

// verdictOf reads the verdict from the Decision's JSON, so that no protobuf library is needed.
func (a *arena) verdictOf(message *C.changepolicy_message) (string, error) {
	name, err := a.text("type", "Decision")
	if err != nil {
		return "", err
	}
	var text *C.changepolicy_bytes
	var failure *C.changepolicy_error
	status := C.changepolicy_convert(name, message, C.CHANGEPOLICY_JSON, &text, &failure)
	if status != C.CHANGEPOLICY_OK {
		return "", take(status, failure)
	}
	defer C.changepolicy_bytes_free(text)
	fields := struct{ Verdict string }{"VERDICT_UNSPECIFIED"}
	if err := json.Unmarshal(copyOf(text), &fields); err != nil {
		return "", fmt.Errorf("the decision's JSON: %w", err)
	}
	return fields.Verdict, nil
}

// arena is memory of C's that lives for one call: the library must not keep pointers to Go's.
type arena struct {
	pointers []unsafe.Pointer
}

func (a *arena) free() {
	for _, pointer := range a.pointers {
		C.free(pointer)
	}
}

func (a *arena) bytes(data []byte) *C.char {
	pointer := C.CBytes(data)
	a.pointers = append(a.pointers, pointer)
	return (*C.char)(pointer)
}

// text refuses a NUL, at which C would end it.
func (a *arena) text(name, text string) (*C.char, error) {
	if strings.ContainsRune(text, 0) {
		return nil, &Error{InvalidArgument, name, "the text holds a NUL"}
	}
	return a.bytes(append([]byte(text), 0)), nil
}

func (a *arena) documents(documents []Document) ([]C.changepolicy_document, error) {
	converted := make([]C.changepolicy_document, len(documents))
	for i, document := range documents {
		name, err := a.text(fmt.Sprintf("documents[%d].name", i), document.Name)
		if err != nil {
			return nil, err
		}
		converted[i] = C.changepolicy_document{
			name: name,
			text: a.bytes(document.Text),
			size: C.size_t(len(document.Text)),
		}
	}
	return converted, nil
}

func first(documents []C.changepolicy_document) *C.changepolicy_document {
	if len(documents) == 0 {
		return nil
	}
	return &documents[0]
}

func copyOf(bytes *C.changepolicy_bytes) []byte {
	return C.GoBytes(unsafe.Pointer(C.changepolicy_bytes_data(bytes)),
		C.int(C.changepolicy_bytes_size(bytes)))
}

// take turns the library's error into one of Go's and frees it. Without memory there may be none,
// which then has no text.
func take(status C.changepolicy_status, failure *C.changepolicy_error) *Error {
	defer C.changepolicy_error_free(failure)
	return &Error{
		Code:    Code(status),
		Path:    C.GoString(C.changepolicy_error_path(failure)),
		Message: C.GoString(C.changepolicy_error_message(failure)),
	}
}
