/* Deciding changes and releases from C, and from every language that can call C.
 *
 *   changepolicy_document policy = {"builtin:saas", NULL, 0};
 *   changepolicy_document firm = {"organization.yaml", text, strlen(text)};
 *   changepolicy_engine* engine = NULL;
 *   changepolicy_text* error = NULL;
 *   if (changepolicy_engine_create(&policy, 1, &firm, 1, &engine, &error) != CHANGEPOLICY_OK) {
 *     fprintf(stderr, "%s\n", changepolicy_text_data(error));
 *     changepolicy_text_free(error);
 *   }
 *
 * Ownership: what a function hands out through a pointer to a pointer belongs to the caller, who
 * gives it back to the function that ends in _free; NULL is allowed there. Arguments are only read
 * during the call. Threads: an engine may be used by any number of threads at once; a text by one.
 * Nothing is printed, no clock or file is read, no exception leaves the library.
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

/* Raised when something here changes its meaning; changepolicy_abi_version gives the library's. */
#define CHANGEPOLICY_ABI_VERSION 1

/* Statuses, kinds and encodings are numbers of a fixed width: another language may hand over any
 * value, and one that is not declared is refused. */
typedef int32_t changepolicy_status;
enum {
  CHANGEPOLICY_OK = 0,
  /* A document, a subject or an argument is wrong; the error says where and what to do. */
  CHANGEPOLICY_INVALID = 1,
  /* A limit was exceeded; the error names it. */
  CHANGEPOLICY_LIMIT = 2,
  /* A mistake of the library. */
  CHANGEPOLICY_INTERNAL = 3
};

typedef int32_t changepolicy_kind;
enum { CHANGEPOLICY_CHANGE = 1, CHANGEPOLICY_RELEASE = 2 };

typedef int32_t changepolicy_encoding;
enum {
  /* Serialized messages of changepolicy.v1. */
  CHANGEPOLICY_BINARY = 1,
  CHANGEPOLICY_JSON = 2
};

/* A document by name: the name's ending tells its format (.yaml .json .textproto .binpb). The
 * policy `builtin:saas` is part of the library and has no text. */
typedef struct changepolicy_document {
  const char* name;
  const char* text;
  size_t size;
} changepolicy_document;

typedef struct changepolicy_engine changepolicy_engine;
typedef struct changepolicy_text changepolicy_text;

/* The CHANGEPOLICY_ABI_VERSION that the loaded library was built with. */
CHANGEPOLICY_EXPORT int changepolicy_abi_version(void);

/* The first policy is the policy, the others are overlays. The organization may be in several
 * documents, or in none. On success `*engine` is set, otherwise `*error`. */
CHANGEPOLICY_EXPORT changepolicy_status
changepolicy_engine_create(const changepolicy_document* policies, size_t policy_count,
                           const changepolicy_document* organization, size_t organization_count,
                           changepolicy_engine** engine, changepolicy_text** error);
CHANGEPOLICY_EXPORT void changepolicy_engine_free(changepolicy_engine* engine);

/* Decides one subject. `now`: RFC 3339 or a date, required. `transition`: like "DEPLOY"; NULL or ""
 * for the next one. On success `*decision` is set, a Decision in the encoding asked for, otherwise
 * `*error`. Only the verdict VERDICT_ALLOWED means yes. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_decide(
    const changepolicy_engine* engine, changepolicy_kind kind, changepolicy_encoding input,
    const char* subject, size_t subject_size, const char* now, const char* transition,
    changepolicy_encoding output, changepolicy_text** decision, changepolicy_text** error);

/* `sha256:<hex>` of the normative part of a serialized Decision. */
CHANGEPOLICY_EXPORT changepolicy_status changepolicy_decision_digest(const char* decision,
                                                                     size_t size,
                                                                     changepolicy_text** digest,
                                                                     changepolicy_text** error);

/* Bytes and their number; one NUL follows them, which is not counted. */
CHANGEPOLICY_EXPORT const char* changepolicy_text_data(const changepolicy_text* text);
CHANGEPOLICY_EXPORT size_t changepolicy_text_size(const changepolicy_text* text);
CHANGEPOLICY_EXPORT void changepolicy_text_free(changepolicy_text* text);

#ifdef __cplusplus
}
#endif

#endif /* CHANGEPOLICY_H_ */
