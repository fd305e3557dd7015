// Open Policy Agent as a library: one prepared query, inputs parsed before. Each rule's body begins
// with its equalities between input and constant, which is what OPA's rule index is made of.
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"changepolicy/benchmarks/rivals/rows"
)

func deny(rule rows.Rule) string {
	var body []string
	for _, equality := range rule.When.Equalities() {
		body = append(body, fmt.Sprintf("input.%s == %q", equality.Fact, equality.Value))
	}
	if rule.When.RiskAtLeast != 0 {
		body = append(body, fmt.Sprintf("input.risk >= %d", rule.When.RiskAtLeast))
	}
	if rule.When.Days != nil {
		days := strings.Trim(strings.ReplaceAll(fmt.Sprint(rule.When.Days), " ", ", "), "[]")
		body = append(body, fmt.Sprintf("input.day in {%s}", days))
	}
	if rule.When.Hours != nil {
		body = append(body, fmt.Sprintf("input.hour >= %d", rule.When.Hours[0]),
			fmt.Sprintf("input.hour < %d", rule.When.Hours[1]))
	}
	body = append(body, rule.Must.Unmet("input."))
	return fmt.Sprintf("deny contains %q if {\n\t%s\n}\n\n", rule.ID, strings.Join(body, "\n\t"))
}

func main() {
	var query rego.PreparedEvalQuery
	ctx := context.Background()
	rows.Rival[string, ast.Value]{
		Engine:  "Open Policy Agent",
		Version: "opa 1.22.3",
		Translate: func(rules []rows.Rule) string {
			var text strings.Builder
			text.WriteString("package change\n\n")
			for _, rule := range rules {
				text.WriteString(deny(rule))
			}
			return text.String()
		},
		Load: func(source string) {
			var err error
			query, err = rego.New(rego.Query("data.change.deny"), rego.Module("change.rego", source)).
				PrepareForEval(ctx)
			rows.Check(err)
		},
		Prepare: func(change rows.Change) ast.Value {
			value, err := ast.InterfaceToValue(change.Facts())
			rows.Check(err)
			return value
		},
		Decide: func(input ast.Value) rows.Answer {
			results, err := query.Eval(ctx, rego.EvalParsedInput(input))
			rows.Check(err)
			found := results[0].Expressions[0].Value.([]any)
			answer := rows.Answer{Denied: len(found) > 0, Unmet: make([]string, len(found))}
			for i, id := range found {
				answer.Unmet[i] = id.(string)
			}
			return answer
		},
	}.Run()
}
