// Says on which routes an order goes, all conditions asked at once: route_order ORDER.textproto
// ROUTES
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "changepolicy/cel.h"
#include "changepolicy/cel_conditions.h"
#include "google/protobuf/text_format.h"
#include "order.pb.h"

int main(int argc, char** argv) {
  using namespace changepolicy;

  if (argc != 3) return 3;
  std::ifstream file(argv[1]);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  shop::Order order;
  if (!google::protobuf::TextFormat::ParseFromString(text, &order)) return 3;

  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create();
  if (!environment.ok() || !environment->AddVariable("order", "shop.Order").ok()) return 3;
  std::ifstream file_of_routes(argv[2]);
  std::vector<CelExpression> expressions;
  for (std::string route; std::getline(file_of_routes, route);) {
    CelCompiled compiled = environment->Compile(route);
    if (!compiled.expression) {
      std::cerr << ToText(compiled.issues) << "\n";
      return 3;
    }
    expressions.push_back(*std::move(compiled.expression));
  }
  const absl::StatusOr<CelConditions> routes = CelConditions::Create(std::move(expressions));
  if (!routes.ok()) {
    std::cerr << routes.status() << "\n";
    return 3;
  }

  const absl::StatusOr<v1::CelFound> found = routes->Find(CelInput().Borrow("order", &order));
  if (!found.ok()) {
    std::cerr << found.status() << "\n";
    return 3;
  }
  const auto route = [&](int number) {
    return routes->conditions()[static_cast<size_t>(number)].text();
  };
  for (const int number : found->holds()) std::cout << route(number) << "\n";
  for (const v1::CelFound::Undecided& one : found->undecided()) {
    std::cout << "undecided: " << route(one.condition()) << "\n";
  }
  return 0;
}
