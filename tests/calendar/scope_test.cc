// To whom windows and freezes apply: by service, team, environment and change model, with all that
// is part of them.
#include "libchangepolicy/calendar/scope.h"

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

template <typename Message>
Message Read(std::string_view yaml) {
  Message message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test", &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return message;
}

constexpr char kDirectory[] = R"(
services:
  - {id: shop, depends_on: [db]}
  - {id: cart, part_of: shop, assets: [cart-1]}
  - {id: coupons, part_of: cart}
  - {id: db, assets: [db-1]}
teams: [{id: retail}, {id: web, part_of: retail}, {id: ops}]
)";

struct Row {
  const char* scope;
  const char* work;   // a ScheduledWork
  std::string parts;  // one letter per part: no, yes, unknown
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.scope << " of " << row.work;
}

class Scopes : public testing::TestWithParam<Row> {};

TEST_P(Scopes, Concern) {
  const Relations relations(Read<v1::Directory>(kDirectory));
  flat::Arena arena;
  const Work work = WorkOf(Read<v1::ScheduledWork>(GetParam().work), &arena);
  const WorkParts parts(work, relations, &arena);
  const WorkParts::Answer answer =
      parts.Ask(CompiledScope(Read<v1::CalendarScope>(GetParam().scope)), &arena);
  std::string letters;
  for (int part = 0; part < parts.size(); ++part) {
    const Concern concern = answer.Of(part);
    letters += concern == Concern::kNo ? 'n' : concern == Concern::kYes ? 'y' : '?';
  }
  EXPECT_EQ(letters, GetParam().parts);
  EXPECT_EQ(answer.None(), letters.find_first_not_of('n') == std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Scopes,
    testing::Values(Row{"{}", "{services: [shop]}", "y"},
                    Row{"{services: [shop]}", "{services: [shop]}", "y"},
                    Row{"{services: [shop]}", "{services: [coupons]}", "y"},
                    Row{"{services: [cart]}", "{services: [shop]}", "n"},
                    Row{"{services: [db]}", "{services: [shop]}", "n"},
                    Row{"{services: [cart, db]}", "{services: [cart, shop]}", "yn"},
                    Row{"{services: [shop]}", "{assets: [cart-1]}", "y"},
                    Row{"{services: [shop]}", "{assets: [db-1]}", "n"},
                    Row{"{services: [shop]}", "{assets: [unlisted]}", "n"},
                    Row{"{services: [shop]}", "{people: [ann]}", "?"},
                    Row{"{teams: [retail]}", "{services: [db], team: web}", "y"},
                    Row{"{teams: [web]}", "{services: [db], team: retail}", "n"},
                    Row{"{teams: [web]}", "{services: [db]}", "?"},
                    Row{"{environments: [PRODUCTION]}",
                        "{services: [db], environments: [STAGING, PRODUCTION]}", "ny"},
                    Row{"{environments: [PRODUCTION]}", "{services: [db]}", "?"},
                    Row{"{environments: [PRODUCTION], services: [db]}",
                        "{services: [db, shop], environments: [STAGING, PRODUCTION]}", "nynn"},
                    Row{"{change_models: [patch]}", "{services: [db], change_model: patch}", "y"},
                    Row{"{change_models: [patch]}", "{services: [db]}", "n"},
                    // What cannot hold in any case is no question.
                    Row{"{services: [shop], teams: [web]}", "{people: [ann], team: ops}", "n"},
                    Row{"{services: [shop], environments: [PRODUCTION]}",
                        "{people: [ann], environments: [STAGING]}", "n"}));

TEST(Relations, LeadToWhatIsNeeded) {
  const Relations relations(Read<v1::Directory>(kDirectory));
  const auto needs = [&](std::string_view service) {
    std::vector<std::string> ids;
    for (const Relations::Node node : relations.Needs(relations.FindService(service))) {
      ids.push_back(relations.IdOf(node));
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  EXPECT_EQ(needs("shop"), (std::vector<std::string>{"cart", "cart-1", "coupons", "db", "db-1"}));
  EXPECT_EQ(needs("coupons"), std::vector<std::string>{});
  EXPECT_EQ(relations.FindService("cart-1"), -1);
  // A circle is followed once.
  const Relations circle(Read<v1::Directory>(
      "services: [{id: a, depends_on: [b], part_of: b}, {id: b, depends_on: [a], part_of: a}]"));
  EXPECT_EQ(circle.Needs(circle.FindService("a")).size(), 1u);
  const auto above = circle.AboveService(circle.FindService("a"));
  EXPECT_EQ(std::vector<std::string>(above.begin(), above.end()), std::vector<std::string>{"b"});
}

}  // namespace
}  // namespace changepolicy
