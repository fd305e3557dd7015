// cel-go: each rule is checked against declared variables and planned once, with the optimizations
// that the library offers. Nothing here finds rules but trying them all.
package main

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"changepolicy/benchmarks/rivals/rows"
)

type source struct{ id, text string }

type program struct {
	id      string
	program cel.Program
}

func unmet(rule rows.Rule) string {
	var conditions []string
	for _, equality := range rule.When.Equalities() {
		conditions = append(conditions, fmt.Sprintf("%s == %q", equality.Fact, equality.Value))
	}
	if rule.When.RiskAtLeast != 0 {
		conditions = append(conditions, fmt.Sprintf("risk >= %d", rule.When.RiskAtLeast))
	}
	if rule.When.Days != nil {
		conditions = append(conditions,
			"day in "+strings.ReplaceAll(fmt.Sprint(rule.When.Days), " ", ", "))
	}
	if rule.When.Hours != nil {
		conditions = append(conditions,
			fmt.Sprintf("hour >= %d && hour < %d", rule.When.Hours[0], rule.When.Hours[1]))
	}
	return strings.Join(append(conditions, rule.Must.Unmet("")), " && ")
}

func main() {
	var programs []program
	rows.Rival[[]source, interpreter.Activation]{
		Engine:  "cel-go",
		Version: "cel-go 0.32.0",
		Translate: func(rules []rows.Rule) []source {
			var sources []source
			for _, rule := range rules {
				sources = append(sources, source{rule.ID, unmet(rule)})
			}
			return sources
		},
		Load: func(sources []source) {
			var declarations []cel.EnvOption
			for fact, value := range (rows.Change{}).Facts() {
				switch value.(type) {
				case string:
					declarations = append(declarations, cel.Variable(fact, cel.StringType))
				case int64:
					declarations = append(declarations, cel.Variable(fact, cel.IntType))
				default:
					declarations = append(declarations, cel.Variable(fact, cel.BoolType))
				}
			}
			env, err := cel.NewEnv(declarations...)
			rows.Check(err)
			for _, rule := range sources {
				ast, issues := env.Compile(rule.text)
				rows.Check(issues.Err())
				planned, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
				rows.Check(err)
				programs = append(programs, program{rule.id, planned})
			}
		},
		Prepare: func(change rows.Change) interpreter.Activation {
			// Values of CEL's own, so that no evaluation converts them again.
			facts := map[string]any{}
			for fact, value := range change.Facts() {
				facts[fact] = types.DefaultTypeAdapter.NativeToValue(value)
			}
			activation, err := interpreter.NewActivation(facts)
			rows.Check(err)
			return activation
		},
		Decide: func(facts interpreter.Activation) rows.Answer {
			var answer rows.Answer
			for _, rule := range programs {
				value, _, err := rule.program.Eval(facts)
				rows.Check(err)
				if value == ref.Val(types.True) {
					answer.Unmet = append(answer.Unmet, rule.id)
				}
			}
			answer.Denied = len(answer.Unmet) > 0
			return answer
		},
	}.Run()
}
