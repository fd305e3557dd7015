/* What the scenes do with the C library, in one place: make an engine of a policy that comes with
 * the library, and decide a change. */
#ifndef CHANGEPOLICY_TESTS_COEXIST_USE_H_
#define CHANGEPOLICY_TESTS_COEXIST_USE_H_

#ifdef __cplusplus
extern "C" {
#endif

/* Uses the library that `handle`, of dlopen or RTLD_DEFAULT, stands for. Returns 0 where the
 * decision is the expected one, otherwise 1 after a line on standard error. */
int UseChangepolicy(void* handle);

#ifdef __cplusplus
}
#endif

#endif /* CHANGEPOLICY_TESTS_COEXIST_USE_H_ */
