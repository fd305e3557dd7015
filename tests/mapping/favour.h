// Which of two imports of a subject opens more gates.
//
// What speaks for a subject: approvals that count, evidence and deployments that ended well,
// objections that were lifted, and every fact that is known. What speaks against it: withdrawals,
// objections that stand, evidence and deployments that ended badly, who took part (whoever did must
// not approve), and where it goes. A payload that says less may take from the first, and from the
// second nothing; where a list of facts is not known as a whole, it must be as good as unknown.
#ifndef TESTS_MAPPING_FAVOUR_H_
#define TESTS_MAPPING_FAVOUR_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace changepolicy {

using Complaints = std::vector<std::string>;

// What speaks for the subject in `after` and did not in `before`.
Complaints Invented(const google::protobuf::Message& before,
                    const google::protobuf::Message& after);

// What spoke against it in `before` and does not in `after`.
Complaints Forgotten(const google::protobuf::Message& before,
                     const google::protobuf::Message& after);

// What speaks for all subjects together, where facts differ and only their number and our words for
// them can be compared. Said twice it counts once.
struct Weight {
  // By whom it was given and for which commit: what it says.
  std::multimap<std::string, std::string> approvals;
  std::multimap<std::string, std::string> unlimited;  // those of no commit, or for no environment
  std::set<std::string> passed;                       // evidence and deployments
  std::set<std::string> lifted;                       // objections
  std::set<std::string> words;  // values of enums among the facts, with their field
};
Weight WeightOf(const std::map<std::string, std::unique_ptr<google::protobuf::Message>>& subjects);

}  // namespace changepolicy

#endif  // TESTS_MAPPING_FAVOUR_H_
