// Asks an order questions in the Common Expression Language: check_order ORDER.textproto QUESTIONS
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "changepolicy/cel.h"
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
  CelInput input;
  input.Borrow("order", &order);

  std::ifstream questions(argv[2]);
  for (std::string question; std::getline(questions, question);) {
    const CelCompiled compiled = environment->Compile(question);
    if (!compiled.expression) {
      std::cerr << ToText(compiled.issues) << "\n";
      return 3;
    }
    const v1::CelResult result = compiled.expression->Evaluate(input);
    if (result.has_error()) {
      std::cout << "error: " << result.error().message() << "\n";
    } else {
      std::cout << ToText(result.value()) << "\n";
    }
  }
  return 0;
}
