// What people write into changes of the corpus.
#ifndef BENCHMARKS_CORPUS_TEXTS_H_
#define BENCHMARKS_CORPUS_TEXTS_H_

#include <array>
#include <string_view>

namespace changepolicy::corpus {

inline constexpr std::array<std::string_view, 8> kTitles = {"Shorter time-outs towards {}",
                                                            "Read replicas for {}",
                                                            "Retry queue of {}",
                                                            "New limits for {}",
                                                            "Metrics of {} by tenant",
                                                            "Drop the old endpoint of {}",
                                                            "Move {} to the new runtime",
                                                            "Clearer errors from {}"};

inline constexpr std::array<std::string_view, 7> kDescriptions = {
    "Deploy {} with the new setting, one node after the other.",
    "Replace the client library that {} uses and keep its interface.",
    "Add an index and let {} read by it.",
    "Raise the pool size of {} and watch the queue.",
    "Switch {} to the shared certificate store.",
    "Let {} write to both places and read from the new one.",
    "Take the lock earlier in {}, so that two workers never meet."};

inline constexpr std::array<std::string_view, 6> kRationales = {
    "Clients wait too long at the end of the month.",
    "The old version gets no repairs after this quarter.",
    "Support sees a dozen tickets about it every week.",
    "The auditors asked for it in their last report.",
    "Costs of storage grow faster than the data.",
    "An incident in spring showed that it fails badly."};

inline constexpr std::array<std::string_view, 5> kImpacts = {
    "Only {} is affected; nobody has to sign in again.", "Users of {} may see one slow request.",
    "No stored data is touched; {} restarts once.",
    "Services that read {} see the new field and ignore it.", "Clients of {} notice nothing."};

inline constexpr std::array<std::string_view, 5> kRisks = {
    "The pool might be too small; then requests queue.",
    "A node may fail to start; the other keeps serving.",
    "Old clients could send what is no longer read.",
    "The index may take longer to build than planned.",
    "It can fail under load that staging does not have."};

inline constexpr std::array<std::string_view, 5> kTests = {
    "Unit and integration suites, then a day in staging.",
    "Compare answers of both versions on last night's requests.",
    "Load test in staging at twice the usual rate.",
    "Regression suite and a manual check of ten clients.",
    "Scan, smoke tests, and a rehearsal in staging."};

inline constexpr std::array<std::string_view, 5> kRollbacks = {
    "Deploy the previous version again; it reads the same data.",
    "Switch the setting back and restart.", "Restore the snapshot that is taken before.",
    "Revert the commit and let the pipeline run.",
    "Stop the new nodes; the old ones are kept for a week."};

// Stand for nothing, by the policy's list.
inline constexpr std::array<std::string_view, 4> kPlaceholders = {"TBD", "n/a", "to be done",
                                                                  "see ticket"};

}  // namespace changepolicy::corpus

#endif  // BENCHMARKS_CORPUS_TEXTS_H_
