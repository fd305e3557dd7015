// Proofs, checkpoints and keys for other people's programs to judge, and theirs to be judged here.
//
//   changepolicy-audit-cases cases [--runs N] [--seed S]   writes cases, most of them altered, with
//                                                          our verdict, as JSON lines
//   changepolicy-audit-cases open                          reads checkpoints, proofs and keys that
//                                                          Go made; 1 where one is refused
//
// `./dev test all` runs both around the Go program in gocheck/:
//   changepolicy-audit-cases cases | gocheck | changepolicy-audit-cases open
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "libchangepolicy/audit/checkpoint.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/audit/note.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/audit/proof_text.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"
#include "nlohmann/json.hpp"
#include "tests/cel/random.h"

namespace changepolicy {
namespace {

using cel::Random;
using nlohmann::json;

constexpr std::string_view kOrigin = "audit.example/log";
constexpr uint64_t kLeaves = 2000;

std::string Entry(uint64_t index) { return StrCat("entry ", index); }

// A tree of different leaves, and one of equal leaves that is as large as any.
class Trees {
 public:
  Trees() {
    TreeBuilder builder;
    for (uint64_t i = 0; i < kLeaves; ++i) {
      const absl::Status status =
          builder.Append(LeafHash(Entry(i)), [this](const TreeNode& node, const Hash& hash) {
            nodes_[{node.level, node.index}] = hash;
          });
      if (!status.ok()) std::abort();
    }
    equal_.push_back(LeafHash("same"));
    for (int i = 1; i < 63; ++i) equal_.push_back(NodeHash(equal_.back(), equal_.back()));
  }

  absl::StatusOr<Hash> Read(bool large, const TreeNode& node) const {
    return large ? equal_.at(node.level) : nodes_.at({node.level, node.index});
  }

 private:
  std::map<std::pair<int, uint64_t>, Hash> nodes_;
  std::vector<Hash> equal_;
};

// A proof of either kind: of leaf `first` in a tree of `second`, or of a tree of `first` in one of
// `second`.
struct Claim {
  uint64_t first = 0;
  uint64_t second = 0;
  std::string part;
  std::string root;
  std::vector<std::string> proof;
};

std::string RandomBytes(size_t count, Random* random) {
  std::string bytes;
  for (size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(random->Next()));
  return bytes;
}

class CaseMaker {
 public:
  explicit CaseMaker(uint64_t seed) : random_(seed) {
    log_ = GenerateKey(kOrigin, RandomSeed()).value();
    witness_ = GenerateKey("witness.example/w", RandomSeed(), SignatureType::kCosignature).value();
    stranger_ = GenerateKey("stranger.example", RandomSeed()).value();
  }

  json Inclusion() {
    Claim claim = TrueClaim(/*inclusion=*/true);
    Alter(&claim);
    const absl::Status status =
        VerifyInclusion(claim.first, claim.second, claim.part, claim.proof, claim.root);
    return Told("inclusion", claim, status);
  }

  json Consistency() {
    Claim claim = TrueClaim(/*inclusion=*/false);
    Alter(&claim);
    const absl::Status status =
        VerifyConsistency(claim.first, claim.second, claim.proof, claim.part, claim.root);
    return Told("consistency", claim, status);
  }

  json SignedCheckpoint() {
    const uint64_t size = SizeOfSmallTree();
    std::string bytes = SignedBytes(CheckpointLines(size));
    if (random_.Chance(50)) AlterText(&bytes);
    const absl::StatusOr<OpenedCheckpoint> opened = OpenCheckpoint(bytes, Trust());
    json told = WithKeys("checkpoint", bytes, opened.status());
    if (opened.ok()) {
      told["size"] = opened->checkpoint.size;
      told["root"] = EncodeBase64(BytesOf(opened->checkpoint.root));
      json times = json::array();
      for (const VerifiedSignature& signature : opened->signatures) {
        if (signature.time) times.push_back(*signature.time);
      }
      told["times"] = times;
    }
    return told;
  }

  json Proof() {
    const uint64_t size = SizeOfSmallTree();
    const uint64_t index = random_.Below(size);
    ProofText proof;
    proof.index = index;
    proof.proof = InclusionProof(index, size, Reader(false)).value();
    proof.checkpoint = SignedBytes(
        CheckpointText({std::string(kOrigin), size, RootOf(size, Reader(false)).value(), {}})
            .value());
    if (random_.Chance(30)) proof.extra = RandomBytes(1 + random_.Below(9), &random_);
    std::string text = WriteProofText(proof).value();
    if (random_.Chance(60)) AlterText(&text);
    const std::string entry = Entry(random_.Chance(90) ? index : random_.Below(size));
    const absl::StatusOr<ProvedEntry> proved = VerifyProofText(text, entry, Trust());
    json told = WithKeys("proof", text, proved.status());
    told["entry"] = EncodeBase64(entry);
    return told;
  }

 private:
  std::function<absl::StatusOr<Hash>(const TreeNode&)> Reader(bool large) const {
    return [this, large](const TreeNode& node) { return trees_.Read(large, node); };
  }

  Ed25519Seed RandomSeed() {
    Ed25519Seed seed;
    for (uint8_t& byte : seed) byte = static_cast<uint8_t>(random_.Next());
    return seed;
  }

  uint64_t SizeOfSmallTree() { return 1 + random_.Below(random_.Chance(50) ? 20 : kLeaves); }

  Claim TrueClaim(bool inclusion) {
    const bool large = random_.Chance(30);
    Claim claim;
    claim.second = large ? 1 + random_.Next() % kMaxTreeSize : SizeOfSmallTree();
    claim.first = random_.Next() % claim.second + (inclusion ? 0 : 1);
    const auto read = Reader(large);
    claim.root = BytesOf(RootOf(claim.second, read).value());
    if (inclusion) {
      claim.part = BytesOf(read({0, claim.first}).value());
      claim.proof = ProofBytes(InclusionProof(claim.first, claim.second, read).value());
    } else {
      claim.part = BytesOf(RootOf(claim.first, read).value());
      claim.proof = ProofBytes(ConsistencyProof(claim.first, claim.second, read).value());
    }
    return claim;
  }

  void Alter(Claim* claim) {
    const size_t times = random_.Chance(15) ? 0 : random_.Chance(70) ? 1 : 2 + random_.Below(2);
    for (size_t i = 0; i < times; ++i) {
      switch (random_.Below(3)) {
        case 0:
          AlterNumber(claim);
          break;
        case 1:
          AlterHash(claim);
          break;
        default:
          AlterList(claim);
      }
    }
  }

  void AlterNumber(Claim* claim) {
    uint64_t& number = random_.Chance(50) ? claim->first : claim->second;
    const uint64_t other = claim->first + claim->second - number;
    const std::vector<uint64_t> choices = {number + 1,
                                           number - 1,
                                           number * 2,
                                           number / 2,
                                           number ^ uint64_t{1} << random_.Below(64),
                                           number ^ uint64_t{1} << random_.Below(6),
                                           random_.Below(20),
                                           random_.Next(),
                                           0,
                                           1,
                                           other,
                                           kMaxTreeSize,
                                           kMaxTreeSize + 1,
                                           ~uint64_t{0}};
    number = random_.Pick(choices);
  }

  // A hash that is about, or another.
  std::string AnyHash(const Claim& claim) {
    std::vector<std::string> choices = {claim.part, claim.root, "",
                                        std::string(BytesOf(EmptyTreeHash())),
                                        RandomBytes(32, &random_)};
    choices.insert(choices.end(), claim.proof.begin(), claim.proof.end());
    return random_.Pick(choices);
  }

  void AlterHash(Claim* claim) {
    const size_t which = random_.Below(claim->proof.size() + 2);
    std::string& hash = which == 0   ? claim->part
                        : which == 1 ? claim->root
                                     : claim->proof[which - 2];
    switch (random_.Below(6)) {
      case 0:
        hash = hash.substr(0, hash.size() / 2);
        break;
      case 1:
        hash += RandomBytes(1, &random_);
        break;
      case 2:
        hash.clear();
        break;
      case 3:
        hash = AnyHash(*claim);
        break;
      default:
        if (!hash.empty()) hash[random_.Below(hash.size())] ^= 1 << random_.Below(8);
    }
  }

  void AlterList(Claim* claim) {
    std::vector<std::string>& proof = claim->proof;
    const size_t at = random_.Below(proof.size() + 1);
    if (proof.empty() || random_.Chance(30)) {
      proof.insert(proof.begin() + static_cast<ptrdiff_t>(at), AnyHash(*claim));
      return;
    }
    const size_t which = random_.Below(proof.size());
    switch (random_.Below(6)) {
      case 0:
        proof.erase(proof.begin() + static_cast<ptrdiff_t>(which));
        break;
      case 1:
        proof.insert(proof.begin(), std::string(proof[which]));
        break;
      case 2:
        std::swap(proof[which], proof[random_.Below(proof.size())]);
        break;
      case 3:
        proof.resize(which);
        break;
      case 4:
        std::reverse(proof.begin(), proof.end());
        break;
      default:
        std::swap(claim->part, claim->root);
    }
  }

  json Told(std::string_view kind, const Claim& claim, const absl::Status& status) {
    json proof = json::array();
    for (const std::string& hash : claim.proof) proof.push_back(EncodeBase64(hash));
    return {{"kind", kind},
            {"first", claim.first},
            {"second", claim.second},
            {"part", EncodeBase64(claim.part)},
            {"root", EncodeBase64(claim.root)},
            {"proof", proof},
            {"ok", status.ok()},
            {"message", MessageOf(status)}};
  }

  CheckpointTrust Trust() const {
    return {std::string(kOrigin), {log_.verifier}, {witness_.verifier}, 0};
  }

  json WithKeys(std::string_view kind, const std::string& bytes, const absl::Status& status) {
    return {{"kind", kind},
            {"origin", kOrigin},
            {"log", WriteVerifierKey(log_.verifier)},
            {"witness", WriteVerifierKey(witness_.verifier)},
            {"bytes", EncodeBase64(bytes)},
            {"ok", status.ok()},
            {"message", MessageOf(status)}};
  }

  // The text of a checkpoint; some have lines that are none, and are then signed nevertheless.
  std::string CheckpointLines(uint64_t size) {
    std::string root = EncodeBase64(BytesOf(RootOf(size, Reader(false)).value()));
    const std::vector<std::string> sizes = {"0",
                                            "007",
                                            "+7",
                                            "-7",
                                            " 7",
                                            "7 ",
                                            "",
                                            "9223372036854775807",
                                            "9223372036854775808",
                                            "18446744073709551615",
                                            "18446744073709551616",
                                            "0x7",
                                            "1_000"};
    const std::vector<std::string> roots = {"",
                                            "YQ==",
                                            EncodeBase64(RandomBytes(33, &random_)),
                                            root + " ",
                                            root.substr(0, 43),
                                            root.substr(0, 42) + "9="};
    const std::vector<std::string> rests = {"more\n", "more\n\nmore\n", "\n", "\n\n", " \n"};
    const auto odd = [this] { return random_.Chance(8); };
    std::string text = StrCat(odd() ? "audit.example/other" : kOrigin, "\n",
                              odd() ? random_.Pick(sizes) : StrCat(size), "\n",
                              odd() ? random_.Pick(roots) : root, "\n");
    if (random_.Chance(15)) text += random_.Pick(rests);
    return text;
  }

  std::string SignedBytes(const std::string& text) {
    Note note{text, {}};
    const auto check = [](const absl::Status& status) {
      if (!status.ok()) std::abort();
    };
    if (random_.Chance(20)) check(SignNote(stranger_, &note));
    if (random_.Chance(95)) check(SignNote(log_, &note));
    if (random_.Chance(50)) {
      check(CosignNote(witness_, static_cast<int64_t>(random_.Next() >> 30), &note));
    }
    if (note.signatures.empty()) check(SignNote(stranger_, &note));
    return WriteNote(note).value();
  }

  void AlterText(std::string* text) {
    const std::vector<std::string> pieces = {"\n",
                                             " ",
                                             "\t",
                                             "+",
                                             "0",
                                             "=",
                                             "A",
                                             "—",
                                             "é",
                                             "\r",
                                             std::string(1, '\0'),
                                             "\xFF",
                                             "\x7F",
                                             "\u00A0",
                                             "\n\n",
                                             "— a YWJjZGU=\n",
                                             "extra YQ==\n"};
    const size_t times = random_.Chance(80) ? 1 : 2;
    for (size_t i = 0; i < times && !text->empty(); ++i) {
      const size_t at = random_.Below(text->size());
      const size_t line =
          text->rfind('\n', at) == std::string::npos ? 0 : text->rfind('\n', at) + 1;
      const size_t next = std::min(text->find('\n', at), text->size() - 1) + 1;
      const std::string whole = line < next ? text->substr(line, next - line) : "";
      switch (random_.Below(6)) {
        case 0:
          (*text)[at] = static_cast<char>((*text)[at] ^ 1 << random_.Below(8));
          break;
        case 1:
          text->insert(at, random_.Pick(pieces));
          break;
        case 2:
          text->erase(at, 1);
          break;
        case 3:
          text->insert(next, whole);
          break;
        case 4:
          text->erase(line, whole.size());
          break;
        default:
          text->resize(at);
      }
    }
  }

  Trees trees_;
  Random random_;
  SignerKey log_, witness_, stranger_;
};

int WriteCases(uint64_t runs, uint64_t seed) {
  CaseMaker maker(seed);
  for (uint64_t i = 0; i < runs; ++i) {
    const uint64_t kind = i % 20;
    const json told = kind < 8    ? maker.Inclusion()
                      : kind < 16 ? maker.Consistency()
                      : kind < 18 ? maker.SignedCheckpoint()
                                  : maker.Proof();
    // A message may quote what is not UTF-8.
    std::cout << told.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  }
  std::cerr << runs << " cases of seed " << seed << "\n";
  return std::cout.good() ? 0 : 1;
}

// What is wrong with a checkpoint, a proof and two keys that Go made.
absl::Status Open(const json& made) {
  const auto text = [&made](const char* name) { return made.at(name).get<std::string>(); };
  CP_ASSIGN_OR_RETURN(const SignerKey signer, ParseSignerKey(text("log_secret")));
  if (WriteSignerKey(signer) != text("log_secret") ||
      WriteVerifierKey(signer.verifier) != text("log")) {
    return InvalidArgument(StrCat("the key `", text("log"), "` is written differently here"));
  }
  CheckpointTrust trust{text("origin"), {}, {}, 1};
  for (const auto& [name, keys] :
       {std::pair("log", &trust.log_keys), std::pair("witness", &trust.witness_keys)}) {
    CP_ASSIGN_OR_RETURN(const VerifierKey key, ParseVerifierKey(text(name)));
    keys->push_back(key);
  }
  CP_ASSIGN_OR_RETURN(const std::string checkpoint, DecodeBase64(text("checkpoint")));
  CP_ASSIGN_OR_RETURN(const OpenedCheckpoint opened, OpenCheckpoint(checkpoint, trust));
  CP_ASSIGN_OR_RETURN(const std::string again, WriteNote(opened.note));
  if (again != checkpoint) return InvalidArgument("the checkpoint is written differently here");
  CP_ASSIGN_OR_RETURN(const std::string proof, DecodeBase64(text("proof")));
  CP_ASSIGN_OR_RETURN(const std::string entry, DecodeBase64(text("entry")));
  CP_RETURN_IF_ERROR(VerifyProofText(proof, entry, trust).status());
  CP_ASSIGN_OR_RETURN(const ProofText parsed, ParseProofText(proof));
  CP_ASSIGN_OR_RETURN(const std::string proof_again, WriteProofText(parsed));
  if (proof_again != proof) return InvalidArgument("the proof is written differently here");
  return absl::OkStatus();
}

int OpenAll() {
  size_t opened = 0;
  for (std::string line; std::getline(std::cin, line); ++opened) {
    if (const absl::Status status = Open(json::parse(line)); !status.ok()) {
      std::cerr << "Go made what is refused here: " << status << "\n" << line << "\n";
      return 1;
    }
  }
  std::cerr << opened << " logs that Go made were opened\n";
  return opened > 0 ? 0 : 1;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  CLI::App app("Cases for other people's verifiers, and theirs for this one");
  app.require_subcommand(1);
  uint64_t runs = 20'000;
  uint64_t seed = 1;
  CLI::App* const cases = app.add_subcommand("cases", "write cases as JSON lines");
  cases->add_option("--runs", runs, "how many")->capture_default_str();
  cases->add_option("--seed", seed, "of the random numbers")->capture_default_str();
  app.add_subcommand("open", "read what Go made");
  CLI11_PARSE(app, argc, argv);
  return cases->parsed() ? changepolicy::WriteCases(runs, seed) : changepolicy::OpenAll();
}
