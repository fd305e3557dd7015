// The clients' answers by the C++ library, without the C functions:
//
//   decide ORGANIZATION change|release SUBJECTS NOW [TRANSITION]
//
// ORGANIZATION is serialized. SUBJECTS has the hexadecimal digits of a serialized subject on each
// line; an empty one is passed over. Prints what a client prints with --hex, and `line N` on
// standard error for a subject that has no decision.
#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/escaping.h"
#include "changepolicy/engine.h"

namespace {

using changepolicy::Engine;
using changepolicy::Question;

struct Given {
  std::string organization;
  bool release = false;
  std::string subjects;
  Question question;
};

bool ReadArguments(int argc, char** argv, Given* given) {
  if (argc != 5 && argc != 6) return false;
  given->organization = argv[1];
  const std::string kind = argv[2];
  given->release = kind == "release";
  given->subjects = argv[3];
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, argv[4], &given->question.now, &error)) return false;
  if (argc == 6 && !changepolicy::v1::Transition_Parse("TRANSITION_" + std::string(argv[5]),
                                                       &given->question.transition)) {
    return false;
  }
  return given->release || kind == "change";
}

template <typename Subject>
bool Decide(const Engine& engine, const std::string& bytes, const Question& question) {
  Subject subject;
  if (!subject.ParseFromString(bytes)) return false;
  const absl::StatusOr<changepolicy::v1::Decision> decision = engine.Decide(subject, question);
  if (!decision.ok()) return false;
  std::cout << changepolicy::v1::Verdict_Name(decision->verdict()) << ' '
            << changepolicy::DecisionDigest(*decision) << ' '
            << absl::BytesToHexString(changepolicy::NormativeBytes(*decision)) << '\n';
  return true;
}

int DecideAll(const Engine& engine, const Given& given) {
  std::ifstream file(given.subjects);
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const std::string bytes = absl::HexStringToBytes(line);
    const bool decided =
        given.release ? Decide<changepolicy::v1::Release>(engine, bytes, given.question)
                      : Decide<changepolicy::v1::ChangeRequest>(engine, bytes, given.question);
    if (!decided) std::cerr << "line " << number << '\n';
  }
  return file.eof() ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  Given given;
  if (!ReadArguments(argc, argv, &given)) {
    std::cerr << "usage: decide ORGANIZATION change|release SUBJECTS NOW [TRANSITION]\n";
    return 2;
  }
  std::ifstream file(given.organization, std::ios::binary);
  changepolicy::v1::Organization message;
  if (!file || !message.ParseFromIstream(&file)) {
    std::cerr << given.organization << ": no serialized organization\n";
    return 2;
  }
  const changepolicy::PolicyResult policy = changepolicy::Policy::Builtin("saas");
  const changepolicy::OrganizationResult organization = changepolicy::Organization::Create(message);
  if (!policy.policy || !organization.organization) {
    std::cerr << changepolicy::ToText(policy.issues) << changepolicy::ToText(organization.issues);
    return 2;
  }
  return DecideAll(Engine(*policy.policy, *organization.organization), given);
}
