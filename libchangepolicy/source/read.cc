#include "libchangepolicy/source/read.h"

#include <cctype>
#include <utility>
#include <vector>

#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {

using google::protobuf::Message;

namespace {

Issue WholeFile(std::string_view id, std::string message, std::string help, std::string_view file) {
  Issue issue;
  issue.id = id;
  issue.message = std::move(message);
  issue.help = std::move(help);
  issue.file = file;
  return issue;
}

// What is wrong with the bytes before any format is looked at.
bool IsAcceptable(std::string_view bytes, std::string_view file, const ReadOptions& options,
                  Issues* issues) {
  if (bytes.size() > options.max_bytes) {
    issues->push_back(WholeFile(
        "too-large", StrCat("the document has ", bytes.size(), " bytes"),
        StrCat("at most ", options.max_bytes, " bytes are read; split the document"), file));
    return false;
  }
  return true;
}

bool IsText(std::string_view bytes, std::string_view file, Issues* issues) {
  size_t bad = 0;
  const bool utf8 = IsUtf8(bytes, &bad);
  const size_t nul = bytes.find('\0');
  if (utf8 && nul == std::string_view::npos) return true;
  const Document document(file, "");
  if (!utf8) {
    Issue issue = WholeFile("not-utf8", StrCat("byte ", bad, " is not UTF-8"),
                            "save the document as UTF-8", file);
    issue.position = Document(file, bytes.substr(0, bad)).PositionAt(bad);
    issues->push_back(std::move(issue));
  } else {
    Issue issue = WholeFile("nul-byte", StrCat("byte ", nul, " is a NUL"),
                            "only text is read in this format", file);
    issue.position = Document(file, bytes.substr(0, nul)).PositionAt(nul);
    issues->push_back(std::move(issue));
  }
  return false;
}

class TextprotoErrors final : public google::protobuf::io::ErrorCollector {
 public:
  TextprotoErrors(const Document& document, Schema schema, Issues* issues)
      : document_(document), schema_(schema), issues_(issues) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    size_t offset = document_.OffsetOf(line, column);
    size_t length = 1;
    // Of a value that is none protobuf names the place behind it.
    constexpr std::string_view kValue = "Unknown enumeration value of \"";
    if (message.starts_with(kValue)) {
      const std::string value =
          message.substr(kValue.size(), message.find('"', kValue.size()) - kValue.size());
      const size_t found = document_.text().rfind(value, offset);
      if (found != std::string::npos) {
        offset = found;
        length = value.size();
      }
    }
    const bool deep = message.find("recursion limit") != std::string::npos;
    issues_->push_back(document_.MakeIssue(
        deep ? "too-deep" : "textproto", deep ? "nested deeper than is read" : Sentence(message),
        deep ? "flatten the document"
             : StrCat("the names are those of the ",
                      schema_ == Schema::kOurs ? "protos (proto/changepolicy/v1)" : "schema",
                      ", enum values in full"),
        "", offset, length));
  }
  // As our own messages are: no capital, no full stop.
  static std::string Sentence(std::string message) {
    if (message.size() > 1 && message[1] >= 'a' && message[1] <= 'z') {
      message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
    }
    while (message.ends_with('.')) message.pop_back();
    return message;
  }
  void AddWarning(int, google::protobuf::io::ColumnNumber, const std::string&) override {}

 private:
  const Document& document_;
  const Schema schema_;
  Issues* issues_;
};

Issues ReadTextproto(std::string_view bytes, std::string_view file, Message* message,
                     const ReadOptions& options) {
  Issues issues;
  const Document document(file, bytes);
  TextprotoErrors errors(document, options.schema, &issues);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(options.max_depth);
  if (!parser.ParseFromString(std::string(bytes), message) && issues.empty()) {
    issues.push_back(WholeFile("textproto", "the text is no message in text format", "", file));
  }
  return issues;
}

Issues ReadBinary(std::string_view bytes, std::string_view file, Message* message) {
  if (bytes.size() <= INT32_MAX &&
      message->ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    std::vector<std::string> missing;
    message->FindInitializationErrors(&missing);
    if (missing.empty()) return {};
    return {WholeFile("missing-field", StrCat("`", missing[0], "` is required, and missing"),
                      "give it a value", file)};
  }
  return {WholeFile("not-protobuf",
                    StrCat("the bytes are no serialized ", message->GetDescriptor()->full_name()),
                    "check that the file is whole and of this message", file)};
}

}  // namespace

Format FormatOf(std::string_view file, std::string_view bytes) {
  const size_t dot = file.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? "" : file.substr(dot + 1);
  if (extension == "yaml" || extension == "yml") return Format::kYaml;
  if (extension == "json") return Format::kJson;
  if (extension == "textproto" || extension == "txtpb" || extension == "pbtxt") {
    return Format::kTextproto;
  }
  if (extension == "pb" || extension == "binpb") return Format::kBinary;
  if (!IsUtf8(bytes) || bytes.find('\0') != std::string_view::npos) return Format::kBinary;
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[')
             ? Format::kJson
             : Format::kYaml;
}

bool CheckText(std::string_view bytes, std::string_view file, const ReadOptions& options,
               Issues* issues) {
  return IsAcceptable(bytes, file, options, issues) && IsText(bytes, file, issues);
}

DocumentResult ReadDocument(std::string_view bytes, Format format, std::string_view file,
                            const ReadOptions& options) {
  DocumentResult result;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);  // a byte order mark
  if (!CheckText(bytes, file, options, &result.issues)) return result;
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    result.issues.push_back(WholeFile("empty", "the document is empty",
                                      "write something into it, or leave it out", file));
    return result;
  }
  auto document = std::make_shared<Document>(file, bytes);
  if (format == Format::kAuto) format = FormatOf(file, bytes);
  const bool read = format == Format::kJson ? ReadJson(document.get(), options, &result.issues)
                                            : ReadYaml(document.get(), options, &result.issues);
  if (read && !HasErrors(result.issues)) result.document = std::move(document);
  return result;
}

Issues ReadMessage(std::string_view bytes, Format format, std::string_view file, Message* message,
                   const ReadOptions& options) {
  Issues issues;
  if (!IsAcceptable(bytes, file, options, &issues)) return issues;
  if (format == Format::kAuto) format = FormatOf(file, bytes);
  if (format == Format::kBinary) return ReadBinary(bytes, file, message);
  if (format == Format::kTextproto) {
    if (!IsText(bytes, file, &issues)) return issues;
    return ReadTextproto(bytes, file, message, options);
  }
  DocumentResult read = ReadDocument(bytes, format, file, options);
  if (read.document == nullptr) return read.issues;
  Issues bound = Bind(*read.document, message, nullptr, options.schema);
  read.issues.insert(read.issues.end(), bound.begin(), bound.end());
  return read.issues;
}

}  // namespace changepolicy
