// cel-go on the expressions of cases.json: programs are made beforehand, with constants folded, and
// the variables are values of cel-go already. Usage: celgo cases.json SECONDS.
package main

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/interpreter"

	"changepolicy/benchmarks/expressions/requestpb"
	"changepolicy/benchmarks/expressions/rows"
)

type testCase struct {
	Name      string               `json:"name"`
	CEL       string               `json:"cel"`
	Variables map[string][2]string `json:"variables"` // type and value, as CEL writes them
	Expect    string               `json:"expect"`
}

func typeOf(text string) *cel.Type {
	if inner, isList := strings.CutPrefix(text, "list("); isList {
		return cel.ListType(typeOf(strings.TrimSuffix(inner, ")")))
	}
	if inner, isMap := strings.CutPrefix(text, "map("); isMap {
		key, value, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ", ")
		return cel.MapType(typeOf(key), typeOf(value))
	}
	known := map[string]*cel.Type{"bool": cel.BoolType, "int": cel.IntType, "uint": cel.UintType,
		"double": cel.DoubleType, "string": cel.StringType, "bytes": cel.BytesType, "dyn": cel.DynType}
	if simple, isKnown := known[text]; isKnown {
		return simple
	}
	return cel.ObjectType(text)
}

func environment(variables map[string][2]string) *cel.Env {
	options := []cel.EnvOption{cel.Container("changepolicy.benchmarks"), ext.Encoders(), ext.Lists(),
		cel.Types(&requestpb.Request{}, &requestpb.Kinds{}, &requestpb.Payload{}, &requestpb.Auth{})}
	for name, variable := range variables {
		options = append(options, cel.Variable(name, typeOf(variable[0])))
	}
	env, err := cel.NewEnv(options...)
	rows.Check(err)
	return env
}

func program(env *cel.Env, text string) cel.Program {
	ast, issues := env.Compile(text)
	rows.Check(issues.Err())
	made, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	rows.Check(err)
	return made
}

func valueOf(text string) ref.Val {
	value, _, err := program(environment(nil), text).Eval(interpreter.EmptyActivation())
	rows.Check(err)
	return value
}

func main() {
	path, seconds := rows.Arguments()
	for _, asked := range rows.Read[[]testCase](path) {
		made := program(environment(asked.Variables), asked.CEL)
		values := map[string]any{}
		for name, variable := range asked.Variables {
			values[name] = valueOf(variable[1])
		}
		input, err := interpreter.NewActivation(values)
		rows.Check(err)
		answer, _, err := made.Eval(input)
		switch {
		case asked.Expect == "error":
			if err == nil {
				rows.Check(fmt.Errorf("%s: no error", asked.Name))
			}
		case err != nil:
			rows.Check(fmt.Errorf("%s: %w", asked.Name, err))
		default:
			expected := ref.Val(types.True)
			if asked.Expect != "" {
				expected = valueOf(asked.Expect)
			}
			if answer.Type().TypeName() != expected.Type().TypeName() || answer.Equal(expected) != types.True {
				rows.Check(fmt.Errorf("%s: another answer: %v", asked.Name, answer))
			}
		}
		rows.Print(asked.Name, seconds, func() { _, _, _ = made.Eval(input) })
	}
}
