// The way from rules and records to answers.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/ballots.h"
#include "libchangepolicy/approval/outcome.h"
#include "libchangepolicy/approval/requirement.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/approval/vetoes.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

RuleAnswer Failure(std::string_view code, std::string_view message) {
  RuleAnswer answer;
  answer.status = v1::STATUS_ERROR;
  answer.error_code = std::string(code);
  answer.error = std::string(message);
  return answer;
}

// The context is not as approval.h asks; empty where it is.
std::string_view Misuse(const ApprovalContext& context, bool needs_subject) {
  if (context.roster == nullptr) return "no directory was given";
  if (context.policy == nullptr) return "no policy was given";
  if (needs_subject && (context.change == nullptr) == (context.release == nullptr)) {
    return "expected either a change or a release";
  }
  return {};
}

// What part of the trials for further people is spent on those for several rules at once.
constexpr int64_t kShareOfAskingTogether = 10;

// Rules that were judged together, and what was found.
struct Finding {
  std::vector<int> rules;
  std::shared_ptr<const Claims> claims;
  AssignmentSolution solution;
};

// Of rules that share a group, all where they are complete together; else those that have enough
// people whom no other of them could ever want: nothing that is still to come takes anybody from
// them. They are found complete here; the others come back, to be judged together.
std::vector<int> SettleComplete(std::vector<int> rules, const Poll& poll,
                                std::vector<Finding>* findings) {
  if (rules.size() < 2) return rules;
  auto all = std::make_shared<const Claims>(CollectClaims(rules, poll));
  AssignmentSolution together = SolveByVoices(all->problem);
  if (together.kind == AssignmentSolution::Kind::kComplete) {
    findings->push_back({std::move(rules), std::move(all), std::move(together)});
    return {};
  }
  // Whoever is linked with an elector by delegations may come to speak for them, or they for him.
  const std::vector<int>& circle = poll.context.roster->DelegationCircles();
  std::map<int, std::set<int>> wanted_by;  // rules, by circle
  for (const int rule : rules) {
    for (const int slot : poll.compiled.rules[rule].slots) {
      for (const Tenure& tenure : poll.compiled.terms[slot].electorate->tenures) {
        wanted_by[circle[tenure.person]].insert(rule);
      }
    }
  }
  const auto is_own = [&](int person, int rule) {
    const std::set<int>& wanted = wanted_by[circle[person]];
    return wanted.size() == wanted.count(rule);
  };
  std::vector<int> open;
  for (const int rule : rules) {
    auto claims = std::make_shared<const Claims>(CollectClaims({rule}, poll));
    AssignmentProblem problem = claims->problem;
    for (Voice& voice : problem.voices) {
      if (!is_own(voice.actor, rule) || !is_own(voice.seat, rule)) voice.claims.clear();
    }
    AssignmentSolution solution = SolveByVoices(problem);
    if (solution.kind == AssignmentSolution::Kind::kComplete) {
      findings->push_back({{rule}, std::move(claims), std::move(solution)});
    } else {
      open.push_back(rule);
    }
  }
  return open;
}

// Rules of one component together; where they cannot all be met, the ones that quarrel are told
// so, and the others are judged without them.
void Judge(std::vector<int> rules, const Poll& poll, std::vector<Finding>* findings) {
  while (!rules.empty()) {
    auto claims = std::make_shared<const Claims>(CollectClaims(rules, poll));
    AssignmentSolution solution = SolveAssignment(claims->problem);
    std::set<int> quarrel;
    for (const int slot : solution.violating) quarrel.insert(poll.compiled.terms[slot].rule);
    const bool part = solution.kind == AssignmentSolution::Kind::kImpossible &&
                      quarrel.size() < rules.size() && !quarrel.empty();
    const std::vector<int> found = part ? std::vector<int>(quarrel.begin(), quarrel.end()) : rules;
    findings->push_back({found, std::move(claims), std::move(solution)});
    if (!part) return;
    rules.erase(std::remove_if(rules.begin(), rules.end(),
                               [&](int rule) { return quarrel.count(rule) > 0; }),
                rules.end());
  }
}

// Whether some candidate could help two of the findings, so that fewer people might do for all of
// them than each asks for by itself.
bool ShareCandidates(const std::vector<Finding*>& findings, const Poll& poll) {
  std::vector<const Finding*> wants(poll.context.roster->size(), nullptr);
  bool shared = false;
  for (const Finding* finding : findings) {
    for (const Candidate& candidate : finding->claims->problem.candidates) {
      const Finding*& wanting = wants[candidate.person];
      shared |= wanting != nullptr && wanting != finding;
      wanting = finding;
    }
  }
  return shared;
}

// The fewest people to ask for all rules that are not complete, each of which by itself would ask
// for the fewest.
void AskTogether(const Poll& poll, std::vector<Finding>* findings) {
  std::vector<Finding*> open;
  std::vector<int> rules;
  std::set<int> asked;
  size_t most = 0;
  for (Finding& finding : *findings) {
    const AssignmentSolution& solution = finding.solution;
    if (solution.kind != AssignmentSolution::Kind::kIncomplete) continue;
    open.push_back(&finding);
    rules.insert(rules.end(), finding.rules.begin(), finding.rules.end());
    for (const int c : solution.further) {
      asked.insert(finding.claims->problem.candidates[c].person);
    }
    most = std::max(most, solution.further.size());
  }
  // No set is smaller than the largest that one of them needs.
  if (asked.size() == most || !ShareCandidates(open, poll)) return;
  std::sort(rules.begin(), rules.end());
  auto claims = std::make_shared<Claims>(CollectClaims(rules, poll));
  // Each of them has its answer already; this one only makes it better.
  claims->problem.suggestion_nodes /= kShareOfAskingTogether;
  const AssignmentSolution solution = SolveAssignment(claims->problem);
  const bool found = solution.kind == AssignmentSolution::Kind::kIncomplete;
  const bool better =
      found && (solution.further_is_minimum || solution.further.size() < asked.size());
  for (Finding* finding : open) {
    if (better) {
      finding->claims = claims;
      finding->solution = solution;
    } else {
      finding->solution.further_is_minimum = false;
    }
  }
}

void NoteMemberships(const CompiledRequirements& compiled, absl::Time now,
                     std::vector<absl::Time>* changes) {
  std::set<const Electorate*> seen;
  for (const SlotTerms& terms : compiled.terms) {
    if (!seen.insert(terms.electorate.get()).second) continue;
    const std::vector<absl::Time>& boundaries = terms.electorate->boundaries;
    const auto next = std::upper_bound(boundaries.begin(), boundaries.end(), now);
    if (next != boundaries.end()) changes->push_back(*next);
  }
}

std::vector<RuleAnswer> Evaluate(absl::Span<const RuleTerms> rules, const ApprovalContext& context,
                                 const ApprovalSubject& subject, std::vector<absl::Time>* changes) {
  std::vector<absl::Time> noted;
  const BallotBox box(context, subject, &noted);
  std::vector<std::vector<bool>> recused;
  for (const RuleTerms& rule : rules) recused.push_back(box.Recused(rule));
  ElectorateIndex electorates(context, subject);
  const CompiledRequirements compiled =
      CompileRequirements(rules, context, subject, recused, &electorates);
  const std::vector<v1::StandingVeto> vetoes = StandingVetoes(context, subject, &noted);
  const Poll poll{context, rules, compiled, box, recused, vetoes, &noted};
  std::vector<RuleAnswer> answers(rules.size());
  std::vector<Finding> findings;
  for (const std::vector<int>& component : compiled.components) {
    std::vector<int> sound;
    for (const int rule : component) {
      const CompiledRule& own = compiled.rules[rule];
      if (!own.error.empty()) {
        answers[rule] = Failure(own.error_code, own.error);
      } else if (!context.history.problem.empty() && !own.slots.empty()) {
        answers[rule] = Failure("bad_revisions", context.history.problem);
      } else {
        sound.push_back(rule);
      }
    }
    Judge(SettleComplete(std::move(sound), poll, &findings), poll, &findings);
  }
  AskTogether(poll, &findings);
  for (const Finding& finding : findings) {
    Tell(finding.rules, *finding.claims, finding.solution, poll, &answers);
  }
  NoteMemberships(compiled, context.now, &noted);
  if (changes == nullptr) return answers;
  std::sort(noted.begin(), noted.end());
  noted.erase(std::unique(noted.begin(), noted.end()), noted.end());
  std::copy_if(noted.begin(), noted.end(), std::back_inserter(*changes),
               [&](absl::Time at) { return at > context.now && at != absl::InfiniteFuture(); });
  return answers;
}

}  // namespace

std::vector<RuleAnswer> EvaluateApprovals(absl::Span<const v1::ApprovalRule* const> applicable,
                                          const ApprovalContext& context,
                                          std::vector<absl::Time>* changes) {
  if (const std::string_view misuse = Misuse(context, true); !misuse.empty()) {
    return std::vector<RuleAnswer>(applicable.size(), Failure("bad_context", misuse));
  }
  std::vector<RuleTerms> rules;
  for (const v1::ApprovalRule* rule : applicable) rules.push_back(TermsOf(*rule));
  return Evaluate(rules, context, ApprovalSubject(context), changes);
}

RuleAnswer EvaluateException(const v1::AcceptedRisk& risk, const ApprovalContext& context,
                             std::vector<absl::Time>* changes) {
  if (const std::string_view misuse = Misuse(context, false); !misuse.empty()) {
    return Failure("bad_context", misuse);
  }
  RuleTerms terms;
  terms.id = risk.id();
  if (!context.policy->exceptions().has_needs()) {
    return Failure("no_exceptions", "the policy does not say who accepts risks");
  }
  terms.needs = &context.policy->exceptions().needs();
  // An accepted risk has no revisions, and its own requester.
  ApprovalContext own = context;
  own.history = {};
  own.change = nullptr;
  own.release = nullptr;
  return Evaluate({&terms, 1}, own, ApprovalSubject(own, risk), changes).front();
}

}  // namespace changepolicy
