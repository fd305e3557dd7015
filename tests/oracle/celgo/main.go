// Evaluates expressions of the Common Expression Language with cel-go, so that its answers can be
// compared with those of libchangepolicy. Reads a request per line, answers with a line for each:
//
//	{"expr": "i + 1", "checked": true, "container": "", "variables": [{"name": "i", "type": "int", "value": "41"}]}
//	{"type": "int", "value": "42"}
//
// The value of a variable is an expression too. Values are written in the notation of
// tests/oracle/canonical.h; `error` and `refused` stand for those, and say why in `detail`.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
	"google.golang.org/protobuf/proto"
)

type variable struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

type request struct {
	Expr      string     `json:"expr"`
	Checked   bool       `json:"checked"`
	Container string     `json:"container"`
	Variables []variable `json:"variables"`
}

type answer struct {
	Type   string `json:"type,omitempty"`
	Value  string `json:"value"`
	Detail string `json:"detail,omitempty"`
}

func main() {
	oracle := &oracle{envs: map[string]*cel.Env{}, values: map[string]ref.Val{}}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			fmt.Fprintln(os.Stderr, "celgo:", err)
			os.Exit(1)
		}
		if err := encoder.Encode(oracle.answer(r)); err != nil {
			fmt.Fprintln(os.Stderr, "celgo:", err)
			os.Exit(1)
		}
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "celgo:", err)
		os.Exit(1)
	}
}

// oracle keeps what is dear to make: environments by their declarations, values by their texts.
type oracle struct {
	envs   map[string]*cel.Env
	values map[string]ref.Val
}

func (o *oracle) env(r request) (*cel.Env, error) {
	key := r.Container
	for _, v := range r.Variables {
		key += "\n" + v.Name + ":" + v.Type
	}
	if env, ok := o.envs[key]; ok {
		return env, nil
	}
	options := []cel.EnvOption{
		cel.Container(r.Container),
		cel.OptionalTypes(),
		cel.EnableIdentifierEscapeSyntax(),
		cel.CrossTypeNumericComparisons(true),
		cel.ParserRecursionLimit(400),
		ext.Strings(), ext.Lists(), ext.Bindings(), ext.TwoVarComprehensions(),
		ext.Math(), ext.Sets(), ext.Encoders(), ext.Protos(), ext.Regex(), ext.Network(),
	}
	for _, v := range r.Variables {
		t, rest, err := parseType(v.Type)
		if err != nil || rest != "" {
			return nil, fmt.Errorf("no type: %s", v.Type)
		}
		options = append(options, cel.Variable(v.Name, t))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	o.envs[key] = env
	return env, nil
}

func (o *oracle) answer(r request) answer {
	env, err := o.env(r)
	if err != nil {
		return answer{Value: "refused", Detail: err.Error()}
	}
	activation := map[string]any{}
	for _, v := range r.Variables {
		value, ok := o.values[v.Value]
		if !ok {
			_, value, err = evaluate(env, v.Value, true, map[string]any{})
			if err != nil {
				return answer{Value: "refused", Detail: v.Value + ": " + err.Error()}
			}
			o.values[v.Value] = value
		}
		activation[v.Name] = value
	}
	ast, value, err := evaluate(env, r.Expr, r.Checked, activation)
	if ast == nil {
		return answer{Value: "refused", Detail: err.Error()}
	}
	a := answer{}
	if r.Checked {
		a.Type = ast.OutputType().String()
	}
	if err != nil {
		a.Value, a.Detail = "error", err.Error()
		return a
	}
	a.Value = canonical(value)
	return a
}

// evaluate gives no tree when the text is refused.
func evaluate(env *cel.Env, text string, checked bool, activation map[string]any) (ast *cel.Ast, value ref.Val, err error) {
	defer func() {
		if r := recover(); r != nil {
			value, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		return nil, nil, issues.Err()
	}
	if checked {
		parsed, issues = env.Check(parsed)
		if issues.Err() != nil {
			return nil, nil, issues.Err()
		}
	}
	program, err := env.Program(parsed)
	if err != nil {
		// What cannot be planned fails when it is evaluated.
		return parsed, nil, err
	}
	value, _, err = program.Eval(activation)
	return parsed, value, err
}

// parseType reads a type as its String method writes it, and gives what follows.
func parseType(text string) (*cel.Type, string, error) {
	end := strings.IndexAny(text, "(), ")
	if end < 0 {
		end = len(text)
	}
	name, rest := text[:end], text[end:]
	var parameters []*cel.Type
	for strings.HasPrefix(rest, "(") || (len(parameters) > 0 && strings.HasPrefix(rest, ", ")) {
		parameter, after, err := parseType(strings.TrimPrefix(rest[1:], " "))
		if err != nil {
			return nil, "", err
		}
		parameters, rest = append(parameters, parameter), after
	}
	if len(parameters) > 0 {
		if !strings.HasPrefix(rest, ")") {
			return nil, "", fmt.Errorf("no type: %s", text)
		}
		rest = rest[1:]
	}
	switch {
	case name == "list" && len(parameters) == 1:
		return cel.ListType(parameters[0]), rest, nil
	case name == "map" && len(parameters) == 2:
		return cel.MapType(parameters[0], parameters[1]), rest, nil
	case name == "optional_type" && len(parameters) == 1:
		return cel.OptionalType(parameters[0]), rest, nil
	}
	simple := map[string]*cel.Type{
		"bool": cel.BoolType, "int": cel.IntType, "uint": cel.UintType, "double": cel.DoubleType,
		"string": cel.StringType, "bytes": cel.BytesType, "dyn": cel.DynType, "null": cel.NullType,
		"google.protobuf.Timestamp": cel.TimestampType, "google.protobuf.Duration": cel.DurationType,
		"google.protobuf.Any": cel.AnyType,
	}
	if t, ok := simple[name]; ok {
		return t, rest, nil
	}
	return cel.ObjectType(name), rest, nil
}

// quoted writes bytes with everything but plain ASCII as \xHH.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, "\\x%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func canonical(value ref.Val) string {
	switch v := value.(type) {
	case types.Null:
		return "null"
	case types.Bool:
		return fmt.Sprintf("%t", bool(v))
	case types.Int:
		return fmt.Sprintf("%d", int64(v))
	case types.Uint:
		return fmt.Sprintf("%du", uint64(v))
	case types.Double:
		if math.IsNaN(float64(v)) {
			return "double(nan)"
		}
		return fmt.Sprintf("double(%016x)", math.Float64bits(float64(v)))
	case types.String:
		return quoted(string(v))
	case types.Bytes:
		return "b" + quoted(string(v))
	case types.Timestamp:
		return fmt.Sprintf("timestamp(%d.%09d)", v.Unix(), v.Nanosecond())
	case types.Duration:
		return fmt.Sprintf("duration(%d)", v.Nanoseconds())
	case *types.Type:
		return "type(" + v.TypeName() + ")"
	case *types.Optional:
		if !v.HasValue() {
			return "optional.none()"
		}
		return "optional(" + canonical(v.GetValue()) + ")"
	case *types.Err:
		return "error"
	case *types.Unknown:
		return "unknown"
	case traits.Mapper:
		var entries []string
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			entries = append(entries, canonical(key)+": "+canonical(v.Get(key)))
		}
		sort.Strings(entries)
		return "{" + strings.Join(entries, ", ") + "}"
	case traits.Lister:
		var elements []string
		for it := v.Iterator(); it.HasNext() == types.True; {
			elements = append(elements, canonical(it.Next()))
		}
		return "[" + strings.Join(elements, ", ") + "]"
	}
	if message, ok := value.Value().(proto.Message); ok {
		bytes, err := proto.MarshalOptions{Deterministic: true, AllowPartial: true}.Marshal(message)
		if err == nil {
			return value.Type().TypeName() + quoted(string(bytes))
		}
	}
	return "other(" + value.Type().TypeName() + ")"
}
