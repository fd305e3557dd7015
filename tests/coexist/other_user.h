#ifndef CHANGEPOLICY_TESTS_COEXIST_OTHER_USER_H_
#define CHANGEPOLICY_TESTS_COEXIST_OTHER_USER_H_

#ifdef __cplusplus
extern "C" {
#endif

/* 1 where everything that the other library stands on works as it does alone. */
int OtherUserWorks(void);

#ifdef __cplusplus
}
#endif

#endif /* CHANGEPOLICY_TESTS_COEXIST_OTHER_USER_H_ */
