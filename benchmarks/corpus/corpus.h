// Changes as a firm of forty people might ask about them in a day: what benchmarks decide.
//
// The same for the same `n` on every machine: nothing here reads a clock, a file or a locale. The
// changes are of about a kilobyte each, no two alike, normal, standard and emergency, from
// submission to deployment; some are complete, some lack one or two things, some leave facts
// unstated. They are what the built-in policy of changepolicy decides, and no more than that is
// known of the policy here.
#ifndef BENCHMARKS_CORPUS_CORPUS_H_
#define BENCHMARKS_CORPUS_CORPUS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy::corpus {

struct Corpus {
  v1::Organization organization;
  std::vector<std::string> subjects;  // serialized ChangeRequests
  std::vector<absl::Time> instants;   // of each question, one a subject
};

// Linear in `n`. Corpora of different sizes begin alike.
Corpus MakeCorpus(size_t n);

// The organization of every corpus. Its directory and its ledger are fresh during all instants.
v1::Organization MakeOrganization();

}  // namespace changepolicy::corpus

#endif  // BENCHMARKS_CORPUS_CORPUS_H_
