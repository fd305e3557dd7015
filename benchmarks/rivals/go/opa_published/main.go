// Open Policy Agent on the published scenarios. What belongs to what stands in the data, by name and
// closed under transitivity; what is said of principal and resource is the input.
package main

import (
	"context"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"changepolicy/benchmarks/rivals/rows"
)

func module(policies []rows.Policy) string {
	var text strings.Builder
	text.WriteString("package access\n\ndefault permit := false\n\ndefault forbid := false\n\n")
	for _, policy := range policies {
		text.WriteString(policy.Effect + " if {\n  " + policy.Rego + "\n}\n\n")
	}
	return text.String()
}

func main() {
	folder, seconds := rows.Arguments()
	published := rows.ReadPublished(folder)
	ctx := context.Background()
	var query rego.PreparedEvalQuery
	milliseconds, memory := rows.Loaded(func() {
		ancestors := map[string]any{}
		for name, all := range published.World.Ancestors {
			set := map[string]any{}
			for one := range all {
				set[one] = true
			}
			ancestors[name] = set
		}
		data := map[string]any{"world": map[string]any{"ancestors": ancestors}}
		// Values as the evaluator has them, so that none is converted when it is read.
		store := inmem.NewFromObjectWithOpts(data, inmem.OptReturnASTValuesOnRead(true))
		var err error
		query, err = rego.New(
			rego.Query("allowed := [data.access.permit, data.access.forbid]"),
			rego.Module("access.rego", module(published.Policies)), rego.Store(store)).PrepareForEval(ctx)
		rows.Check(err)
	})
	thing := func(name string) map[string]any {
		facts := map[string]any{"id": name}
		for fact, value := range published.World.Things[name] {
			facts[fact] = value
		}
		return facts
	}
	inputs := make([]ast.Value, len(published.Accesses))
	for i, access := range published.Accesses {
		var err error
		inputs[i], err = ast.InterfaceToValue(map[string]any{"action": access.Action,
			"principal": thing(access.Principal), "resource": thing(access.Resource)})
		rows.Check(err)
	}
	published.Row("Open Policy Agent", "opa 1.22.3", seconds, milliseconds, memory, func(number int) bool {
		results, err := query.Eval(ctx, rego.EvalParsedInput(inputs[number]))
		rows.Check(err)
		found := results[0].Bindings["allowed"].([]any)
		return found[0] == true && found[1] == false
	})
}
