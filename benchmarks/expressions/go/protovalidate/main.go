// protovalidate-go on the messages of validation.json, whose rules are those of validated.proto.
// Usage: protovalidate validation.json SECONDS.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"changepolicy/benchmarks/expressions/rows"
	_ "changepolicy/benchmarks/expressions/validatedpb"
)

type testCase struct {
	Name     string          `json:"name"`
	Message  string          `json:"message"`
	Value    json.RawMessage `json:"value"`
	Violates []string        `json:"violates"`
}

type table struct {
	Cases []testCase `json:"cases"`
}

var places = regexp.MustCompile(`\[[^\]]*\]`)

// Each rule that is violated, by its field and its id; of an element without its place.
func violated(err error) []string {
	names := []string{}
	var found *protovalidate.ValidationError
	if err != nil && !errors.As(err, &found) {
		rows.Check(err)
	}
	if found != nil {
		for _, violation := range found.Violations {
			field := places.ReplaceAllString(
				protovalidate.FieldPathString(violation.Proto.GetField()), "")
			names = append(names, fmt.Sprintf("%s %s", field, violation.Proto.GetRuleId()))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func main() {
	path, seconds := rows.Arguments()
	for _, asked := range rows.Read[table](path).Cases {
		name := protoreflect.FullName("changepolicy.benchmarks.validated." + asked.Message)
		kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
		rows.Check(err)
		message := kind.New().Interface()
		rows.Check(protojson.Unmarshal(asked.Value, message))
		validator, err := protovalidate.New(protovalidate.WithMessages(proto.Message(message)),
			protovalidate.WithDisableLazy())
		rows.Check(err)
		if names := violated(validator.Validate(message)); !slices.Equal(names, asked.Violates) {
			rows.Check(fmt.Errorf("%s: another answer: %q", asked.Name, names))
		}
		rows.Print(asked.Name, seconds, func() { _ = validator.Validate(message) })
	}
}
