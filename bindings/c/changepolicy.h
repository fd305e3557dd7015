/* Deciding changes and releases from C, and from every language that can call C.
 *
 *   changepolicy_document document = {"builtin:saas", NULL, 0};
 *   changepolicy_policy* policy = NULL;
 *   changepolicy_engine* engine = NULL;
 *   changepolicy_bytes* decision = NULL;
 *   changepolicy_error* error = NULL;
 *   changepolicy_subject change = {CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, json, strlen(json)};
 *   changepolicy_question question = {.struct_size = sizeof question,
 *                                     .now = "2026-01-31T09:30:00Z", .transition = "DEPLOY"};
 *   if (changepolicy_policy_load(&document, 1, &policy, &error) != CHANGEPOLICY_OK ||
 *       changepolicy_engine_create(policy, NULL, &engine, &error) != CHANGEPOLICY_OK ||
 *       changepolicy_decide(engine, &change, &question, CHANGEPOLICY_JSON, &decision, &error) !=
 *           CHANGEPOLICY_OK) {
 *     fprintf(stderr, "%s\n", changepolicy_error_message(error));
 *   }
 *
 * Only the verdict VERDICT_ALLOWED means yes; an error never does.
 *
 * Statuses. Every function that can fail returns a changepolicy_status and takes
 * `changepolicy_error** error`, its last argument, which may be NULL. On failure `*error` is set
 * and no other out parameter is touched; on success `*error` is not touched. NULL for an argument
 * that is not said to be optional is CHANGEPOLICY_INVALID_ARGUMENT. So is a handle of another type,
 * and, in a build with checked handles (changepolicy_checks_handles), one that was freed.
 *
 * Ownership. What a function hands out through a pointer to a pointer belongs to the caller, who
 * gives it back to the function of its type that ends in _free; NULL is allowed there. Objects do
 * not refer to each other as far as the caller is concerned: a policy may be freed while an engine
 * that was made from it is in use. A `const` pointer that a function returns belongs to the object
 * it was asked of. Arguments are only read during the call. Memory never changes hands otherwise:
 * the library's allocator and the caller's may differ.
 *
 * Threads. Policies, organizations, engines, series and CEL programs are immutable: any number of
 * threads may use one at once. An audit log takes calls from several threads. Everything else is
 * for one thread at a time. No object may be used after, or while, it is freed.
 *
 * Messages are those of changepolicy.v1, whose .proto files are installed with the library, in the
 * encoding that the call names. Instants are texts: RFC 3339, or a date, which is midnight UTC.
 *
 * Versions. Structs whose first member is `struct_size` are filled with zeros and then with
 * `sizeof` of the struct: members that a later version adds at the end are then absent, and a
 * library that is older refuses what it does not know. All others never change. Nothing is printed,
 * no clock, locale or environment is read, no file but that of an audit log is opened, no exception
 * leaves.
 */
#ifndef CHANGEPOLICY_H_
#define CHANGEPOLICY_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CHANGEPOLICY_EXPORT __attribute__((visibility("default")))
#else
#define CHANGEPOLICY_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Numbers of a fixed width: another language may hand over any value, and one that is not
 * declared is refused. */

/* Raised when something here changes its meaning; changepolicy_abi_version gives the library's. */
#define CHANGEPOLICY_ABI_VERSION 1

/* The canonical codes of google.rpc.Code, those that occur. */
typedef int32_t changepolicy_status;
enum {
  CHANGEPOLICY_OK = 0,
  /* A document, a message or an argument is wrong; the error says where and what to do. */
  CHANGEPOLICY_INVALID_ARGUMENT = 3,
  CHANGEPOLICY_NOT_FOUND = 5,
  CHANGEPOLICY_PERMISSION_DENIED = 7,
  /* A limit was exceeded, or a disk is full; the error names it. */
  CHANGEPOLICY_RESOURCE_EXHAUSTED = 8,
  /* Right by itself, but not as things stand. */
  CHANGEPOLICY_FAILED_PRECONDITION = 9,
  CHANGEPOLICY_OUT_OF_RANGE = 11,
  /* A mistake of the library, or memory ran out. */
  CHANGEPOLICY_INTERNAL = 13,
  /* Worth trying again: another writer holds the log. */
  CHANGEPOLICY_UNAVAILABLE = 14,
  /* A log is damaged, or a proof does not show what it should. */
  CHANGEPOLICY_DATA_LOSS = 15
};

typedef int32_t changepolicy_kind;
enum { CHANGEPOLICY_CHANGE = 1, CHANGEPOLICY_RELEASE = 2 };

typedef int32_t changepolicy_encoding;
enum {
  /* Serialized; what comes out is in the deterministic encoding: equal messages, equal bytes. */
  CHANGEPOLICY_BINARY = 1,
  /* Names of fields as in the .proto files. Read strictly: an unknown field is an error. */
  CHANGEPOLICY_JSON = 2
};

/* How much a decision tells; never changes the answer. 0 is REASONS. */
typedef int32_t changepolicy_detail;
enum {
  CHANGEPOLICY_DETAIL_VERDICT = 1,
  CHANGEPOLICY_DETAIL_REASONS = 2,
  CHANGEPOLICY_DETAIL_FULL = 3,
  /* REASONS, and the rules that do not concern the subject. */
  CHANGEPOLICY_DETAIL_RULES = 4
};

typedef int32_t changepolicy_severity;
enum { CHANGEPOLICY_ERROR = 0, CHANGEPOLICY_WARNING = 1, CHANGEPOLICY_NOTICE = 2 };

/* ---- Values */

/* Bytes that somebody else owns. `data` may be NULL where `size` is 0. */
typedef struct changepolicy_view {
  const char* data;
  size_t size;
} changepolicy_view;

/* A document by name: the name's ending tells its format (.yaml .json .textproto .binpb), otherwise
 * the content does. The policies `builtin:saas` and `builtin:starter` are part of the library and
 * have no text. */
typedef struct changepolicy_document {
  const char* name;
  const char* text;
  size_t size;
} changepolicy_document;

/* A serialized changepolicy.v1.ChangeRequest or Release, or the JSON of one. */
typedef struct changepolicy_subject {
  changepolicy_kind kind;
  changepolicy_encoding encoding;
  const char* data;
  size_t size;
} changepolicy_subject;

/* A message of the type that the function names. */
typedef struct changepolicy_message {
  changepolicy_encoding encoding;
  const char* data;
  size_t size;
} changepolicy_message;

typedef struct changepolicy_error changepolicy_error;
typedef struct changepolicy_bytes changepolicy_bytes;
typedef struct changepolicy_list changepolicy_list;
typedef struct changepolicy_issues changepolicy_issues;
typedef struct changepolicy_policy changepolicy_policy;
typedef struct changepolicy_organization changepolicy_organization;
typedef struct changepolicy_engine changepolicy_engine;
typedef struct changepolicy_series changepolicy_series;
typedef struct changepolicy_batch changepolicy_batch;
typedef struct changepolicy_cel_program changepolicy_cel_program;
typedef struct changepolicy_cel_conditions changepolicy_cel_conditions;
typedef struct changepolicy_audit_log changepolicy_audit_log;
typedef struct changepolicy_audit_items changepolicy_audit_items;
typedef struct changepolicy_audit_entry changepolicy_audit_entry;

/* ---- The library */

/* The CHANGEPOLICY_ABI_VERSION that the loaded library was built with. */
CHANGEPOLICY_EXPORT int32_t changepolicy_abi_version(void);
/* Semantic Versioning, like `0.1.0`. */
CHANGEPOLICY_EXPORT const char* changepolicy_version(void);
/* 1 in a build (debug, sanitizers) that knows every handle that was freed, otherwise 0: there a
 * handle that was freed is undefined behaviour, as everywhere in C. */
CHANGEPOLICY_EXPORT int32_t changepolicy_checks_handles(void);
/* A serialized google.protobuf.FileDescriptorSet: every file of changepolicy.v1 and what they
 * import, each after those that it imports. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_descriptors(changepolicy_bytes** descriptors,
                                                                 changepolicy_error** error);
/* A message of changepolicy.v1, by its name (`Decision`), from one encoding to another. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_convert(const char* type,
                                                             const changepolicy_message* message,
                                                             changepolicy_encoding output,
                                                             changepolicy_bytes** bytes,
                                                             changepolicy_error** error);

/* ---- Bytes, lists, errors, issues. Threads may share them while none frees or fills. */

/* One NUL follows the bytes, which is not counted. For NULL: an empty text, and 0. The pointer is
 * valid until the bytes are freed, or given to a function that fills them. */
CHANGEPOLICY_EXPORT const char* changepolicy_bytes_data(const changepolicy_bytes* bytes);
CHANGEPOLICY_EXPORT size_t changepolicy_bytes_size(const changepolicy_bytes* bytes);
/* Empty ones, for a function that fills the caller's (changepolicy_decide_into). */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_bytes_create(changepolicy_bytes** bytes,
                                                                  changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_bytes_free(changepolicy_bytes* bytes);

/* A list of byte strings. Beyond its end, and for NULL: an empty view. */
CHANGEPOLICY_EXPORT size_t changepolicy_list_size(const changepolicy_list* list);
CHANGEPOLICY_EXPORT changepolicy_view changepolicy_list_at(const changepolicy_list* list,
                                                           size_t index);
CHANGEPOLICY_EXPORT void changepolicy_list_free(changepolicy_list* list);

/* For NULL: CHANGEPOLICY_OK and empty texts. The message is for people and names place and remedy;
 * with several issues it holds all of them. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_error_code(const changepolicy_error* error);
CHANGEPOLICY_EXPORT const char* changepolicy_error_message(const changepolicy_error* error);
/* Where it is, of the first issue where there are several: a path in a document or message
 * (`gates[3].must`), or the name of an argument; empty where no place is to blame. */
CHANGEPOLICY_EXPORT const char* changepolicy_error_path(const changepolicy_error* error);
/* What is wrong with documents, one by one; may be empty, never NULL but for NULL. */
CHANGEPOLICY_EXPORT const changepolicy_issues* changepolicy_error_issues(
    const changepolicy_error* error);
CHANGEPOLICY_EXPORT void changepolicy_error_free(changepolicy_error* error);

/* Something wrong with a document. Lines and columns count from 1, columns in code points; 0 where
 * not known. `text` is all of it as the command prints it, with the line and a caret. */
typedef struct changepolicy_issue {
  size_t struct_size;
  changepolicy_severity severity;
  int32_t line;
  int32_t column;
  int32_t length; /* code points that the caret underlines */
  const char* id; /* stable, like `unknown-field` */
  const char* message;
  const char* help; /* what to do; may be empty */
  const char* path;
  const char* file;
  const char* source_line;
  const char* text;
} changepolicy_issue;

CHANGEPOLICY_EXPORT size_t changepolicy_issues_size(const changepolicy_issues* issues);
/* Fills `issue`, whose texts live as long as the issues. OUT_OF_RANGE beyond the end. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_issues_at(const changepolicy_issues* issues,
                                                               size_t index,
                                                               changepolicy_issue* issue,
                                                               changepolicy_error** error);

/* ---- Policies and organizations. Threads may share what is loaded, and load at once. */

/* The first document is the policy, the others are overlays, laid over it in their order. The error
 * has all issues of all documents. Linear in their size. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_policy_load(const changepolicy_document* documents, size_t count,
                         changepolicy_policy** policy, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_policy_free(changepolicy_policy* policy);
/* `sha256:<hex>` of the merged document's canonical form. Empty for what is no policy. */
CHANGEPOLICY_EXPORT const char* changepolicy_policy_digest(const changepolicy_policy* policy);
/* Warnings and notices: what is accepted, and likely not what was meant. */
CHANGEPOLICY_EXPORT const changepolicy_issues* changepolicy_policy_issues(
    const changepolicy_policy* policy);
/* The merged document, a changepolicy.v1.Policy. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_policy_message(const changepolicy_policy* policy, changepolicy_encoding output,
                            changepolicy_bytes** message, changepolicy_error** error);
/* The text of a policy that is built in: `saas`, `starter`. NOT_FOUND. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_builtin_policy(const char* name,
                                                                    changepolicy_bytes** text,
                                                                    changepolicy_error** error);

/* Documents that together are a directory and a ledger; none at all is an organization of nobody.
 */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_organization_load(
    const changepolicy_document* documents, size_t count, changepolicy_organization** organization,
    changepolicy_error** error);
/* The same directory with another changepolicy.v1.Ledger; nothing of the directory is computed
 * again. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_organization_with_ledger(
    const changepolicy_organization* organization, const changepolicy_message* ledger,
    changepolicy_organization** result, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_organization_free(changepolicy_organization* organization);
CHANGEPOLICY_EXPORT const changepolicy_issues* changepolicy_organization_issues(
    const changepolicy_organization* organization);
/* A changepolicy.v1.Organization. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_organization_message(
    const changepolicy_organization* organization, changepolicy_encoding output,
    changepolicy_bytes** message, changepolicy_error** error);

/* ---- Questions about one subject. Threads may share an engine. */

/* `organization` may be NULL: one of nobody. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_engine_create(
    const changepolicy_policy* policy, const changepolicy_organization* organization,
    changepolicy_engine** engine, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_engine_free(changepolicy_engine* engine);

typedef struct changepolicy_question {
  size_t struct_size;
  const char* now;            /* the instant for which the answer holds; required, or a number */
  const char* transition;     /* like `DEPLOY`; NULL or "": the next one */
  changepolicy_detail detail; /* 0: REASONS */
  int32_t subject_digest;     /* not 0: the Decision has the subject's digest */
  const char* role; /* of a checklist alone: only what this role sees to; NULL or "": all */
  /* Instead of `now`, which is NULL then, for who has the instant as a number: seconds since
   * 1970-01-01T00:00:00Z, in the years 1 to 9999, and nanoseconds after that second, 0 to
   * 999999999. Otherwise all three are 0. */
  int64_t now_seconds;
  int32_t now_nanos;
  int32_t now_is_number; /* not 0: the instant is the number */
} changepolicy_question;

/* Each answers with the message of changepolicy.v1 that stands beside it. INVALID_ARGUMENT for a
 * question without an instant, a subject without id, or what is no such subject; RESOURCE_EXHAUSTED
 * for a subject over a limit. */
CHANGEPOLICY_EXPORT changepolicy_status /* Decision */
changepolicy_decide(const changepolicy_engine* engine, const changepolicy_subject* subject,
                    const changepolicy_question* question, changepolicy_encoding output,
                    changepolicy_bytes** answer, changepolicy_error** error);
/* The same into bytes of the caller's, whose memory is kept from call to call: who asks again and
 * again, with the instant as a number, takes none from the heap. On failure `answer` is empty, so
 * that no earlier Decision is taken for this one. `subject` must not lie in `answer`. For several
 * threads at once where each has an `answer` of its own. */
CHANGEPOLICY_EXPORT changepolicy_status /* Decision */
changepolicy_decide_into(const changepolicy_engine* engine, const changepolicy_subject* subject,
                         const changepolicy_question* question, changepolicy_encoding output,
                         changepolicy_bytes* answer, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status /* CategorizeAnswer */
changepolicy_categorize(const changepolicy_engine* engine, const changepolicy_subject* subject,
                        const changepolicy_question* question, changepolicy_encoding output,
                        changepolicy_bytes** answer, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status /* ApprovalsAnswer */
changepolicy_required_approvals(const changepolicy_engine* engine,
                                const changepolicy_subject* subject,
                                const changepolicy_question* question, changepolicy_encoding output,
                                changepolicy_bytes** answer, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status /* ReadinessAnswer */
changepolicy_check_readiness(const changepolicy_engine* engine, const changepolicy_subject* subject,
                             const changepolicy_question* question, changepolicy_encoding output,
                             changepolicy_bytes** answer, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status /* TransitionAnswer */
changepolicy_evaluate_transition(const changepolicy_engine* engine,
                                 const changepolicy_subject* subject,
                                 const changepolicy_question* question,
                                 changepolicy_encoding output, changepolicy_bytes** answer,
                                 changepolicy_error** error);
/* Of a change: which of its documents is weak, and why. */
CHANGEPOLICY_EXPORT changepolicy_status /* DocumentsAnswer */
changepolicy_lint_documents(const changepolicy_engine* engine, const changepolicy_subject* subject,
                            const changepolicy_question* question, changepolicy_encoding output,
                            changepolicy_bytes** answer, changepolicy_error** error);
/* What there is to do at each step. Without a subject (NULL): all that the policy asks for of a
 * `kind` (0: of both), and the question needs no instant; with one, `kind` is its own. */
CHANGEPOLICY_EXPORT changepolicy_status /* Checklist */
changepolicy_checklist(const changepolicy_engine* engine, changepolicy_kind kind,
                       const changepolicy_subject* subject, const changepolicy_question* question,
                       changepolicy_encoding output, changepolicy_bytes** answer,
                       changepolicy_error** error);

/* The verdict of a Decision, for callers that do not read its other fields. Only ALLOWED means yes.
 */
typedef int32_t changepolicy_verdict;
enum {
  CHANGEPOLICY_VERDICT_UNSPECIFIED = 0,
  CHANGEPOLICY_VERDICT_ALLOWED = 1,
  CHANGEPOLICY_VERDICT_DENIED = 2,
  CHANGEPOLICY_VERDICT_UNKNOWN = 3,
  CHANGEPOLICY_VERDICT_ERROR = 4
};
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_decision_verdict(const changepolicy_message* decision, changepolicy_verdict* verdict,
                              changepolicy_error** error);
/* `sha256:<hex>` of the normative part of a Decision. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_decision_digest(
    const changepolicy_message* decision, changepolicy_bytes** digest, changepolicy_error** error);
/* A Decision as text for a terminal, in the policy's own words. `verbose`: not 0 for every rule. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_decision_text(const changepolicy_policy* policy, const changepolicy_message* decision,
                           int32_t verbose, changepolicy_bytes** text, changepolicy_error** error);

/* ---- Many subjects at once. Threads may share an engine and a finished batch. */

typedef struct changepolicy_batch_options {
  size_t struct_size;
  int32_t threads; /* 0: as many as the machine has processors */
} changepolicy_batch_options;

/* Decides every subject by the same question: one call, whatever the count. A subject that cannot
 * be decided is an error of its own, and never of the batch. `options` may be NULL. The answers are
 * the same for any number of threads. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_decide_many(
    const changepolicy_engine* engine, const changepolicy_subject* subjects, size_t count,
    const changepolicy_question* question, const changepolicy_batch_options* options,
    changepolicy_encoding output, changepolicy_batch** batch, changepolicy_error** error);
CHANGEPOLICY_EXPORT size_t changepolicy_batch_size(const changepolicy_batch* batch);
/* The decision, or the reason why there is none: exactly one of the two is there. The error belongs
 * to the batch. Beyond the end neither is. */
CHANGEPOLICY_EXPORT changepolicy_view changepolicy_batch_decision(const changepolicy_batch* batch,
                                                                  size_t index);
CHANGEPOLICY_EXPORT const changepolicy_error* changepolicy_batch_error(
    const changepolicy_batch* batch, size_t index);
CHANGEPOLICY_EXPORT void changepolicy_batch_free(changepolicy_batch* batch);

/* The same over columns of Apache Arrow, by its C data interface, whose two structs any library of
 * Arrow declares (docs/batch.md has the columns of the answer). `subjects`: a column of bytes, or
 * with JSON of text. `now`, with its schema, may be NULL; otherwise it is a column of timestamps
 * with a zone, and each row is decided as of its own instant instead of the question's. What comes
 * in is borrowed and not released; what goes out is the caller's to release. A row that cannot be
 * decided has its `error` set and no verdict. */
struct ArrowSchema;
struct ArrowArray;
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_decide_arrow(
    const changepolicy_engine* engine, changepolicy_kind kind, changepolicy_encoding input,
    const struct ArrowSchema* subjects_schema, const struct ArrowArray* subjects,
    const struct ArrowSchema* now_schema, const struct ArrowArray* now,
    const changepolicy_question* question, const changepolicy_batch_options* options,
    struct ArrowSchema* answer_schema, struct ArrowArray* answer, changepolicy_error** error);
/* The type of every such answer. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_arrow_schema(struct ArrowSchema* schema,
                                                                  changepolicy_error** error);

/* ---- Lints. Threads may share an engine. */

/* Lints that look at the policy, at the organization, and at a changepolicy.v1.Population of
 * records. Each answers with a LintAnswer. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_lint_policy(const changepolicy_engine* engine,
                                                                 const char* now,
                                                                 changepolicy_encoding output,
                                                                 changepolicy_bytes** answer,
                                                                 changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_lint_organization(
    const changepolicy_engine* engine, const char* now, changepolicy_encoding output,
    changepolicy_bytes** answer, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_lint_population(
    const changepolicy_engine* engine, const changepolicy_message* population, const char* now,
    changepolicy_encoding output, changepolicy_bytes** answer, changepolicy_error** error);

/* ---- What is owed (docs/duties.md). Threads may share an engine. */

/* A DueAnswer about the subjects and the organization: what is due up to `until` (NULL: all). */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_list_due(
    const changepolicy_engine* engine, const changepolicy_subject* subjects, size_t count,
    const char* now, const char* until, changepolicy_encoding output, changepolicy_bytes** answer,
    changepolicy_error** error);

/* ---- Versions of a policy. Threads may share a series. */

/* From the first version to the last. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_series_create(const changepolicy_policy* const* versions, size_t count,
                           changepolicy_series** series, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_series_free(changepolicy_series* series);
/* The version that decides about a subject; without one (NULL) that which is in force.
 * `grandfathered_until` may be NULL; it is an RFC 3339 instant where a later version lets the
 * subject stay with this one, otherwise empty. FAILED_PRECONDITION where no version is in force. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_series_choose(const changepolicy_series* series, const changepolicy_subject* subject,
                           const char* now, changepolicy_policy** policy,
                           changepolicy_bytes** grandfathered_until, changepolicy_error** error);
/* A Decision by the version for the subject. `organization` may be NULL. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_series_decide(
    const changepolicy_series* series, const changepolicy_organization* organization,
    const changepolicy_subject* subject, const changepolicy_question* question,
    changepolicy_encoding output, changepolicy_bytes** decision, changepolicy_error** error);
/* A PolicyComparison: the open subjects that the two policies answer differently. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_compare_policies(
    const changepolicy_policy* before, const changepolicy_policy* after,
    const changepolicy_organization* organization, const changepolicy_subject* subjects,
    size_t count, const char* now, changepolicy_encoding output, changepolicy_bytes** answer,
    changepolicy_error** error);

/* ---- Calendar (docs/calendars.md). Threads may share an engine. */

typedef struct changepolicy_slot_question {
  size_t struct_size;
  const char* now;    /* required */
  const char* from;   /* NULL: now */
  const char* until;  /* NULL: 366 days after `from` */
  int32_t count;      /* slots wanted, 1 to 1000; 0: 1 */
  const char* length; /* of the work with its reserve, like `2h30m`; NULL: that of its schedule */
} changepolicy_slot_question;

/* The next times at which the subject could be deployed, a SlotsAnswer. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_next_slots(const changepolicy_engine* engine, const changepolicy_subject* subject,
                        const changepolicy_slot_question* question, changepolicy_encoding output,
                        changepolicy_bytes** answer, changepolicy_error** error);
/* Every pair of scheduled work that is in each other's way, a ConflictsAnswer. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_conflicts(const changepolicy_engine* engine,
                                                               const char* now,
                                                               changepolicy_encoding output,
                                                               changepolicy_bytes** answer,
                                                               changepolicy_error** error);
/* The scheduled work that a changepolicy.v1.Freeze would hit, a FreezeImpactAnswer. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_freeze_impact(
    const changepolicy_engine* engine, const changepolicy_message* freeze, const char* now,
    changepolicy_encoding output, changepolicy_bytes** answer, changepolicy_error** error);
/* The freeze with this id, of the organization, then of the policy: a Freeze. NOT_FOUND. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_find_freeze(const changepolicy_engine* engine,
                                                                 const char* id,
                                                                 changepolicy_encoding output,
                                                                 changepolicy_bytes** freeze,
                                                                 changepolicy_error** error);
/* Everything that is planned in [from, until), at most five years: a ForwardSchedule. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_forward_schedule(
    const changepolicy_engine* engine, const char* now, const char* from, const char* until,
    changepolicy_encoding output, changepolicy_bytes** schedule, changepolicy_error** error);
/* Departures of trains of which some date lies in [from, until): a TrainDeparture each. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_departures(const changepolicy_engine* engine,
                                                                const char* from, const char* until,
                                                                changepolicy_encoding output,
                                                                changepolicy_list** departures,
                                                                changepolicy_error** error);
/* Which of the changes go with a train, a TrainPlan: by a departure's id, a train's id, or `major`,
 * `minor`, `patch` for the next one of this kind. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_plan_train(
    const changepolicy_engine* engine, const char* train, const changepolicy_subject* changes,
    size_t count, const char* now, changepolicy_encoding output, changepolicy_bytes** plan,
    changepolicy_error** error);

/* ---- The Common Expression Language (docs/cel.md). Threads may share a program. */

/* A variable and its type (`list(string)`, `shop.Order`), or a variable and its value. */
typedef struct changepolicy_cel_variable {
  const char* name;
  const char* type;
} changepolicy_cel_variable;
/* `value`: a serialized changepolicy.v1.CelValue; a message is one that holds an Any. The name ""
 * is for the message whose fields are variables. */
typedef struct changepolicy_cel_binding {
  const char* name;
  changepolicy_view value;
} changepolicy_cel_binding;

/* Computes a function from `count` serialized CelValues. It hands over what changepolicy_cel_return
 * or changepolicy_cel_fail is given for `call`; a call that does neither fails. It must give the
 * same for the same, may be called by several threads at once, and must not unwind. */
typedef struct changepolicy_cel_call changepolicy_cel_call;
typedef void (*changepolicy_cel_callback)(void* user, const changepolicy_view* arguments,
                                          size_t count, changepolicy_cel_call* call);
/* `value` is copied: a serialized CelValue. */
CHANGEPOLICY_EXPORT void changepolicy_cel_return(changepolicy_cel_call* call,
                                                 changepolicy_view value);
CHANGEPOLICY_EXPORT void changepolicy_cel_fail(changepolicy_cel_call* call, const char* message);

/* `signature`: like `string.shout(int) -> string`. `user` must outlive the programs. */
typedef struct changepolicy_cel_function {
  const char* signature;
  changepolicy_cel_callback callback;
  void* user;
} changepolicy_cel_function;

typedef struct changepolicy_cel_options {
  size_t struct_size;
  changepolicy_view descriptors; /* a serialized FileDescriptorSet of messages of your own */
  const changepolicy_cel_variable* variables;
  size_t variable_count;
  const changepolicy_cel_function* functions;
  size_t function_count;
  const char* fields_of;        /* a message whose fields are variables; NULL: none */
  const char* container;        /* the package in which names are looked up; NULL: none */
  const char* const* libraries; /* extensions that may be used; NULL: all */
  size_t library_count;
  int32_t typed_enums; /* not 0: enums are types of their own */
  int32_t unchecked;   /* not 0: types are not looked at before the evaluation */
  /* Limits, beyond which comes an error that names them; 0: the defaults of CelLimits (cel.h). */
  uint64_t most_text_bytes;
  uint64_t most_nesting;
  uint64_t most_steps;
  uint64_t most_cost;
  uint64_t most_memory_bytes;
} changepolicy_cel_options;

/* Names of the extension libraries, sorted. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_libraries(changepolicy_list** names,
                                                                   changepolicy_error** error);
/* A serialized CelValue as the language writes it, in at most about `max_length` bytes (0: 10000).
 */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_value_text(changepolicy_view value,
                                                                    size_t max_length,
                                                                    changepolicy_bytes** text,
                                                                    changepolicy_error** error);

/* The error has every issue of the text. `options` may be NULL. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_cel_compile(const char* text, const changepolicy_cel_options* options,
                         changepolicy_cel_program** program, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_cel_program_free(changepolicy_cel_program* program);
/* A CelResult: a value, an error or an unknown. `unknown` names variables and fields that are not
 * known yet. An error of the expression is a result; the status is about the call. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_evaluate(
    const changepolicy_cel_program* program, const changepolicy_cel_binding* bindings, size_t count,
    const char* const* unknown, size_t unknown_count, changepolicy_encoding output,
    changepolicy_bytes** result, changepolicy_error** error);
/* What is left when everything is computed that does not hang on an unknown, and the paths that
 * could still change it. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_residual(
    const changepolicy_cel_program* program, const changepolicy_cel_binding* bindings, size_t count,
    const char* const* unknown, size_t unknown_count, changepolicy_cel_program** residual,
    changepolicy_list** open, changepolicy_error** error);
/* Of what it yields, as the language writes it. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_type(
    const changepolicy_cel_program* program, changepolicy_bytes** type, changepolicy_error** error);
/* As a person would write it; and the tree that it was parsed to. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_unparse(
    const changepolicy_cel_program* program, changepolicy_bytes** text, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_dump(
    const changepolicy_cel_program* program, changepolicy_bytes** tree, changepolicy_error** error);

typedef int32_t changepolicy_cel_reference;
enum { CHANGEPOLICY_CEL_VARIABLES = 1, CHANGEPOLICY_CEL_PATHS = 2, CHANGEPOLICY_CEL_FUNCTIONS = 3 };
/* What it refers to outside itself, sorted. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_references(
    const changepolicy_cel_program* program, changepolicy_cel_reference what,
    changepolicy_list** names, changepolicy_error** error);

/* The most that size() may give for values of the input; 0: the defaults of CelSizes (cel.h). By
 * path instead: `order.lines` at most 20, `order.lines[*].name` at most 64. */
typedef struct changepolicy_cel_size {
  const char* path;
  uint64_t most;
} changepolicy_cel_size;
typedef struct changepolicy_cel_sizes {
  size_t struct_size;
  uint64_t string;
  uint64_t bytes;
  uint64_t list;
  uint64_t map;
  const changepolicy_cel_size* paths;
  size_t path_count;
} changepolicy_cel_sizes;
/* In the units of cel-go; UINT64_MAX stands for no bound. `sizes` may be NULL, and so may `text`,
 * the maximum and the part that most of it goes into, for people. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_estimate_cost(
    const changepolicy_cel_program* program, const changepolicy_cel_sizes* sizes, uint64_t* min,
    uint64_t* max, changepolicy_bytes** text, changepolicy_error** error);

/* Many conditions, of which it is asked which hold: rules of access, routes, notices. Most are not
 * evaluated for it (docs/cel.md). The error has every issue of every text, with `texts[3]` as its
 * path. `options` may be NULL. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_conditions_compile(
    const char* const* texts, size_t count, const changepolicy_cel_options* options,
    changepolicy_cel_conditions** conditions, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_cel_conditions_free(changepolicy_cel_conditions* conditions);
/* A CelFound: which hold, and which are errors or unknown, by their places in `texts`. An input
 * that does not fit the declarations is refused. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_cel_conditions_find(
    const changepolicy_cel_conditions* conditions, const changepolicy_cel_binding* bindings,
    size_t count, const char* const* unknown, size_t unknown_count, changepolicy_encoding output,
    changepolicy_bytes** found, changepolicy_error** error);

/* ---- The audit log (docs/audit.md). Threads may share a log, not items or an entry. */

typedef struct changepolicy_audit_options {
  size_t struct_size;
  int32_t create;       /* not 0: make the file where there is none; it then needs `origin` */
  int32_t read_only;    /* not 0: nothing is written */
  const char* origin;   /* like `example.com/changes`; NULL: that of the file */
  int32_t busy_seconds; /* how long another writer is waited for; 0: 10 */
  const char* vfs;      /* one that was registered with SQLite; NULL: its default */
} changepolicy_audit_options;

/* `options` may be NULL: a log that is there, to be written. Closing frees. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_open(const char* path, const changepolicy_audit_options* options,
                        changepolicy_audit_log** log, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_audit_log_free(changepolicy_audit_log* log);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_origin(const changepolicy_audit_log* log,
                                                                  changepolicy_bytes** origin,
                                                                  changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_size(changepolicy_audit_log* log,
                                                                int64_t* size,
                                                                changepolicy_error** error);

/* What is appended in one commit. `recorded_at` is an instant; `recorded_by` may be NULL. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_items_create(const char* recorded_at, const char* recorded_by,
                                changepolicy_audit_items** items, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_audit_items_free(changepolicy_audit_items* items);
CHANGEPOLICY_EXPORT size_t changepolicy_audit_items_size(const changepolicy_audit_items* items);
/* A Decision, with all that it was made from. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_add_decision(
    changepolicy_audit_items* items, const changepolicy_engine* engine,
    const changepolicy_subject* subject, const changepolicy_question* question,
    const changepolicy_message* decision, changepolicy_error** error);
/* An EventRecord; the policy says what of it are personal data. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_add_event(changepolicy_audit_items* items, const changepolicy_policy* policy,
                             const changepolicy_message* event, changepolicy_error** error);
/* A KeyChange. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_add_key_change(
    changepolicy_audit_items* items, const changepolicy_message* key_change,
    changepolicy_error** error);
/* All or none. `indexes`: room for as many as there are items, or NULL. On success they lie on the
 * disk, and the items are empty; on failure nothing of them is in the log. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_append(changepolicy_audit_log* log,
                                                                  changepolicy_audit_items* items,
                                                                  int64_t* indexes,
                                                                  changepolicy_error** error);

/* An entry as it was read. `message` is an AuditEntry in the encoding asked for. Where it is a
 * decision, `subject` and `decision` are what it holds, in that encoding, otherwise they are empty
 * and `subject_kind` is 0. `erased`: 1 where personal data of it are gone. */
typedef struct changepolicy_audit_entry_view {
  size_t struct_size;
  int64_t index;
  int32_t erased;
  changepolicy_kind subject_kind;
  changepolicy_view message;
  changepolicy_view subject;
  changepolicy_view decision;
} changepolicy_audit_entry_view;

CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_read(changepolicy_audit_log* log,
                                                                int64_t index,
                                                                changepolicy_encoding output,
                                                                changepolicy_audit_entry** entry,
                                                                changepolicy_error** error);
/* Fills `view`, which lives as long as the entry. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_entry_get(const changepolicy_audit_entry* entry,
                             changepolicy_audit_entry_view* view, changepolicy_error** error);
CHANGEPOLICY_EXPORT void changepolicy_audit_entry_free(changepolicy_audit_entry* entry);
/* From `first` on, in order, until the visitor answers other than 0, which is a success too. The
 * view lives as long as the call; the log must not be used by the visitor. */
typedef int32_t (*changepolicy_audit_visitor)(void* user,
                                              const changepolicy_audit_entry_view* entry);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_read_all(
    changepolicy_audit_log* log, int64_t first, changepolicy_encoding output,
    changepolicy_audit_visitor visitor, void* user, changepolicy_error** error);
/* The bytes of an entry: the leaf of the tree. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_read_bytes(changepolicy_audit_log* log,
                                                                      int64_t index,
                                                                      changepolicy_bytes** bytes,
                                                                      changepolicy_error** error);
/* A blob by its name, `sha256:<hex>`, as it is stored. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_read_blob(changepolicy_audit_log* log,
                                                                     const char* name,
                                                                     changepolicy_bytes** blob,
                                                                     changepolicy_error** error);
/* The same as a message of changepolicy.v1 of this name, with personal data as far as they are
 * there. `erased`, 1 where some are gone, may be NULL. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_read_blob_message(
    changepolicy_audit_log* log, const char* name, const char* type, changepolicy_encoding output,
    changepolicy_bytes** message, int32_t* erased, changepolicy_error** error);
/* Personal data in the clear: an Opening each. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_openings(changepolicy_audit_log* log,
                                                                    changepolicy_encoding output,
                                                                    changepolicy_list** openings,
                                                                    changepolicy_error** error);

/* Hashes are 32 bytes each. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_root(changepolicy_audit_log* log,
                                                                int64_t size,
                                                                changepolicy_bytes** root,
                                                                changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_prove_inclusion(changepolicy_audit_log* log, int64_t index, int64_t size,
                                   changepolicy_list** proof, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_prove_consistency(changepolicy_audit_log* log, int64_t earlier, int64_t size,
                                     changepolicy_list** proof, changepolicy_error** error);
/* What a proof shows, without the log. DATA_LOSS where it does not show it. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_check_inclusion(
    changepolicy_view entry, int64_t index, int64_t size, const changepolicy_view* proof,
    size_t count, changepolicy_view root, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_check_consistency(
    int64_t earlier, int64_t size, const changepolicy_view* proof, size_t count,
    changepolicy_view earlier_root, changepolicy_view root, changepolicy_error** error);

/* `signer` is secret; `verifier` is for everybody. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_generate_log_key(const char* name,
                                                                      changepolicy_bytes** signer,
                                                                      changepolicy_bytes** verifier,
                                                                      changepolicy_error** error);
/* Signs the log as it is, keeps the note and hands it out. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_make_checkpoint(
    changepolicy_audit_log* log, const char* const* signers, size_t count,
    changepolicy_bytes** note, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_add_cosignatures(
    changepolicy_audit_log* log, changepolicy_view note, changepolicy_error** error);
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_checkpoints(changepolicy_audit_log* log,
                                                                       changepolicy_list** notes,
                                                                       changepolicy_error** error);

/* Told how much is done, some hundred times, by the thread that called. */
typedef void (*changepolicy_progress)(void* user, int64_t done, int64_t total);

typedef struct changepolicy_verify_options {
  size_t struct_size;
  const char* const* keys; /* verifier keys of the log; without any only hashes are checked */
  size_t key_count;
  const char* const* witnesses;
  size_t witness_count;
  const changepolicy_view* checkpoints; /* that the caller kept */
  size_t checkpoint_count;
  changepolicy_progress progress; /* NULL: nobody is told */
  void* user;
} changepolicy_verify_options;

/* Reads and hashes everything: a VerificationReport. What is wrong with the log is in the report,
 * not in the status. `options` may be NULL. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_verify(
    changepolicy_audit_log* log, const changepolicy_verify_options* options,
    changepolicy_encoding output, changepolicy_bytes** report, changepolicy_error** error);

typedef struct changepolicy_replay_options {
  size_t struct_size;
  int64_t first;   /* entries [first, end) */
  int64_t end;     /* 0 or below: to the end */
  int32_t threads; /* 0: as many as the machine has processors */
  int32_t listed;  /* entries listed that did not come out the same; 0: 1000 */
  changepolicy_progress progress;
  void* user;
} changepolicy_replay_options;

/* Decides every logged decision again and compares the bytes: a ReplayReport. Writes nothing. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_audit_replay(
    changepolicy_audit_log* log, const changepolicy_replay_options* options,
    changepolicy_encoding output, changepolicy_bytes** report, changepolicy_error** error);

/* Erases personal data that name one of these values, and appends an Erasure at `index`. `openings`
 * is how many are gone. Both may be NULL. NOT_FOUND where there is none. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_audit_erase(changepolicy_audit_log* log, const char* const* values, size_t count,
                         const char* reason, const char* recorded_at, const char* recorded_by,
                         int64_t* index, int64_t* openings, changepolicy_error** error);

#ifdef __cplusplus
}
#endif

#endif /* CHANGEPOLICY_H_ */
