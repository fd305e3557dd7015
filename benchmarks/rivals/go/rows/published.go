package rows

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Policy of a published scenario.
type Policy struct {
	ID     string `json:"id"`
	Effect string `json:"effect"`
	CEL    string `json:"cel"`
	Rego   string `json:"rego"`
}

// Access is what is asked in a published scenario.
type Access struct {
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	Allowed   bool   `json:"allowed"`
}

// World of a published scenario: of each thing its facts, and all that it belongs to.
type World struct {
	Things    map[string]map[string]any  `json:"things"`
	Ancestors map[string]map[string]bool `json:"ancestors"`
}

// Published is a scenario that the makers of another engine published.
type Published struct {
	Name      string
	Policies  []Policy
	Accesses  []Access
	World     World
	Variables map[string]string
}

func readJSON(path string, into any) {
	text, err := os.ReadFile(path)
	Check(err)
	Check(json.Unmarshal(text, into))
}

// ReadPublished reads all of it.
func ReadPublished(folder string) Published {
	described := ReadLines[struct {
		Application string
		Size        int
	}](filepath.Join(folder, "scenario.json"))[0]
	read := Published{
		Name:     fmt.Sprintf("%s %d", described.Application, described.Size),
		Policies: ReadLines[Policy](filepath.Join(folder, "policies.jsonl")),
		Accesses: ReadLines[Access](filepath.Join(folder, "requests.jsonl")),
	}
	readJSON(filepath.Join(folder, "world.json"), &read.World)
	readJSON(filepath.Join(folder, "variables.json"), &read.Variables)
	return read
}

// Row measures, and prints the row. ask answers whether the access is allowed.
func (p Published) Row(engine, version string, seconds, milliseconds float64, memory int64,
	ask func(number int) bool) {
	row := Measure(len(p.Accesses), seconds, func(number int, compare bool) {
		if allowed := ask(number); compare && allowed != p.Accesses[number].Allowed {
			Wrong(engine, p.Accesses[number], allowed)
		}
	})
	row["engine"], row["version"], row["scenario"] = engine, version, p.Name
	row["policies"], row["load_ms"], row["memory_bytes"] = len(p.Policies), milliseconds, memory
	Print(row)
}
