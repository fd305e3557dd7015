// Which steps lie behind a state, over lives with one way, several ways and ways that go round.
#include "libchangepolicy/domain/steps_behind.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using Steps = std::vector<v1::Transition>;

constexpr v1::Transition kSubmit = v1::TRANSITION_SUBMIT, kAssess = v1::TRANSITION_ASSESS,
                         kApprove = v1::TRANSITION_APPROVE, kDeploy = v1::TRANSITION_DEPLOY,
                         kCancel = v1::TRANSITION_CANCEL, kReject = v1::TRANSITION_REJECT;

// 1 submit 2 assess 3 approve 4 deploy 5; from 2 straight to 5; 6 is cancelled from anywhere before
// 5; 3 may be sent back to 2.
const std::vector<LifeEdge> kLife = {
    {1, kSubmit, 2}, {2, kAssess, 3}, {3, kApprove, 4}, {4, kDeploy, 5}, {2, kDeploy, 5},
    {1, kCancel, 6}, {2, kCancel, 6}, {3, kCancel, 6},  {4, kCancel, 6}, {3, kReject, 2},
};

struct Row {
  int state;
  Steps certain, possible;
};

class Behind : public testing::TestWithParam<Row> {};

TEST_P(Behind, IsFound) {
  std::vector<LifeEdge> edges = kLife;
  for (int order = 0; order < 2; ++order) {
    const StepsBehind steps = FindStepsBehind(edges, 1, GetParam().state);
    EXPECT_EQ(steps.certain, GetParam().certain);
    EXPECT_EQ(steps.possible, GetParam().possible);
    edges = {kLife.rbegin(), kLife.rend()};
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Behind,
    testing::Values(Row{1, {}, {}},  // the start
                    Row{2, {kSubmit}, {kAssess, kReject}}, Row{3, {kSubmit, kAssess}, {kReject}},
                    Row{4, {kSubmit, kAssess, kApprove}, {kReject}},
                    Row{5, {kSubmit, kDeploy}, {kAssess, kApprove, kReject}},
                    Row{6, {kCancel}, {kSubmit, kAssess, kApprove, kReject}},
                    // Not stated, and a state to which no way leads.
                    Row{0, {}, {kSubmit, kAssess, kApprove, kDeploy, kReject, kCancel}},
                    Row{7, {}, {kSubmit, kAssess, kApprove, kDeploy, kReject, kCancel}}),
    [](const auto& info) { return "State" + std::to_string(info.param.state); });

}  // namespace
}  // namespace changepolicy
