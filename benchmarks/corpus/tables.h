// Who works at the firm of the corpus, and on what.
#ifndef BENCHMARKS_CORPUS_TABLES_H_
#define BENCHMARKS_CORPUS_TABLES_H_

#include <string_view>
#include <vector>

#include "changepolicy/v1/common.pb.h"

namespace changepolicy::corpus {

struct PersonRow {
  std::string_view id;
  std::string_view team;
  std::vector<std::string_view> roles;
  bool leads = false;
};
const std::vector<PersonRow>& PeopleTable();

struct ServiceRow {
  std::string_view id;
  std::string_view team;
  bool client_facing;
  bool critical;
  int notice_hours;  // 0: none is owed
  v1::DataClass data_class;
  std::vector<std::string_view> depends_on;
  std::vector<std::string_view> assets;
};
const std::vector<ServiceRow>& ServiceTable();

// People of a team, or of a role, in the order of the table.
std::vector<std::string_view> TeamOf(std::string_view team);
std::vector<std::string_view> WithRole(std::string_view role);
std::string_view LeadOf(std::string_view team);
std::vector<const ServiceRow*> ServicesOf(std::string_view team);

}  // namespace changepolicy::corpus

#endif  // BENCHMARKS_CORPUS_TABLES_H_
