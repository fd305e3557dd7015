// cel-go on the published scenarios. The host looks up what is said of principal and resource, and
// tries the policies: those that forbid first, then those that permit until one does.
package main

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"changepolicy/benchmarks/rivals/rows"
)

func declared(name, typeName string) cel.EnvOption {
	kinds := map[string]*cel.Type{"string": cel.StringType, "bool": cel.BoolType, "int": cel.IntType,
		"list(string)":      cel.ListType(cel.StringType),
		"map(string, bool)": cel.MapType(cel.StringType, cel.BoolType)}
	return cel.Variable(name, kinds[typeName])
}

func main() {
	folder, seconds := rows.Arguments()
	published := rows.ReadPublished(folder)
	var permits, forbids []cel.Program
	milliseconds, memory := rows.Loaded(func() {
		var declarations []cel.EnvOption
		for name, typeName := range published.Variables {
			declarations = append(declarations, declared(name, typeName))
		}
		env, err := cel.NewEnv(declarations...)
		rows.Check(err)
		for _, policy := range published.Policies {
			ast, issues := env.Compile(policy.CEL)
			rows.Check(issues.Err())
			program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
			rows.Check(err)
			if policy.Effect == "permit" {
				permits = append(permits, program)
			} else {
				forbids = append(forbids, program)
			}
		}
	})
	value := func(from any) ref.Val {
		if number, isNumber := from.(float64); isNumber {
			from = int64(number) // JSON's numbers; the scenarios have integers only
		}
		return types.DefaultTypeAdapter.NativeToValue(from)
	}
	inputs := make([]interpreter.Activation, len(published.Accesses))
	for i, access := range published.Accesses {
		facts := map[string]any{"action": value(access.Action)}
		for side, name := range map[string]string{"principal": access.Principal, "resource": access.Resource} {
			facts[side+".id"] = value(name)
			facts[side+".ancestors"] = value(published.World.Ancestors[name])
			for fact, of := range published.World.Things[name] {
				facts[side+"."+fact] = value(of)
			}
		}
		var err error
		inputs[i], err = interpreter.NewActivation(facts)
		rows.Check(err)
	}
	applies := func(programs []cel.Program, facts interpreter.Activation) bool {
		for _, program := range programs {
			value, _, err := program.Eval(facts)
			rows.Check(err)
			if value == ref.Val(types.True) {
				return true
			}
		}
		return false
	}
	published.Row("cel-go", "cel-go 0.32.0", seconds, milliseconds, memory, func(number int) bool {
		return !applies(forbids, inputs[number]) && applies(permits, inputs[number])
	})
}
