// Writes the flat classes of the model (docs/flat.md):
//
//   changepolicy_flat_generator DESCRIPTORS FOLDER FILE...
//
// DESCRIPTORS is a FileDescriptorSet as `protoc --descriptor_set_out --include_imports` writes it,
// FILE the .proto files in it whose messages get classes; x/y.proto becomes x/y.flat.h and
// x/y.flat.cc below FOLDER, and changepolicy/v1/tables.flat.cc lists the tables of all.
//
// It is a program and no plugin of protoc, since a plugin links libprotoc, which brings a second
// libprotobuf wherever ours is linked statically (cmake/ChangepolicyPic.cmake).
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "flat_generator/generator.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace {

using changepolicy::flat_generator::Written;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

bool ReadDescriptors(const std::string& path, DescriptorPool* pool) {
  std::ifstream stream(path, std::ios::binary);
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromIstream(&stream)) return false;
  for (const google::protobuf::FileDescriptorProto& file : set.file()) {
    if (pool->BuildFile(file) == nullptr) return false;
  }
  return true;
}

bool Write(const std::filesystem::path& folder, const Written& written) {
  const std::filesystem::path path = folder / written.path;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream << written.text;
  return stream.flush().good();
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::cerr << "usage: changepolicy_flat_generator DESCRIPTORS FOLDER FILE...\n";
    return 3;
  }
  DescriptorPool pool;
  if (!ReadDescriptors(arguments[1], &pool)) {
    std::cerr << arguments[1] << ": no descriptors\n";
    return 1;
  }
  std::vector<const FileDescriptor*> files;
  for (int i = 3; i < count; ++i) {
    files.push_back(pool.FindFileByName(arguments[i]));
    if (files.back() == nullptr) {
      std::cerr << arguments[i] << ": not among the descriptors\n";
      return 1;
    }
  }
  std::vector<Written> all;
  std::string complaint;
  if (!changepolicy::flat_generator::Generate(files, &all, &complaint)) {
    std::cerr << complaint << "\n";
    return 1;
  }
  for (const Written& written : all) {
    if (!Write(arguments[2], written)) {
      std::cerr << written.path << ": cannot be written\n";
      return 1;
    }
  }
  return 0;
}
