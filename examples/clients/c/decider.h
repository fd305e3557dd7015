/* A policy with an organization, and what they decide: changepolicy.h as a program would wrap it.
 */
#ifndef DECIDER_H_
#define DECIDER_H_

#include <changepolicy.h>

typedef struct decision {
  changepolicy_verdict verdict; /* only ALLOWED means yes */
  changepolicy_bytes* digest;   /* `sha256:<hex>` */
  changepolicy_bytes* message;  /* a serialized changepolicy.v1.Decision */
} decision;

/* The first of `policy` is the policy, the others are overlays. The engine is the caller's, who
 * frees it with changepolicy_engine_free; any number of threads may decide by it at once. */
changepolicy_status decider_open(const changepolicy_document* policy, size_t policy_count,
                                 const changepolicy_document* organization,
                                 changepolicy_engine** engine, changepolicy_error** error);

/* `transition` may be NULL: the next one. On success `made` is the caller's, who clears it; on
 * failure it is not touched. */
changepolicy_status decider_decide(const changepolicy_engine* engine,
                                   const changepolicy_subject* subject, const char* now,
                                   const char* transition, decision* made,
                                   changepolicy_error** error);
void decision_clear(decision* made);

/* As they are written in changepolicy.h and in the .proto files. */
const char* status_name(changepolicy_status status);
const char* verdict_name(changepolicy_verdict value);

#endif /* DECIDER_H_ */
