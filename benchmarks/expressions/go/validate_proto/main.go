// Writes the descriptors of protovalidate's rules, so that protoc knows them. Usage:
// validate_proto FILE.
package main

import (
	"os"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	"changepolicy/benchmarks/expressions/rows"
)

func main() {
	file := protodesc.ToFileDescriptorProto(validate.File_buf_validate_validate_proto)
	set := &descriptorpb.FileDescriptorSet{}
	imports := validate.File_buf_validate_validate_proto.Imports()
	for i := range imports.Len() {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(imports.Get(i).FileDescriptor))
	}
	set.File = append(set.File, file)
	bytes, err := proto.Marshal(set)
	rows.Check(err)
	rows.Check(os.WriteFile(os.Args[1], bytes, 0o644))
}
