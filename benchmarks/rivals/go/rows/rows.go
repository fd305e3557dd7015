// Package rows is what every program here does alike: it reads the scenario, has the engine answer
// each change, compares, measures, and prints a row for each number of matches.
package rows

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	batches      = 100                   // at most, for each row
	batchSeconds = 10 * time.Millisecond // of a batch, at least
)

// When says where a rule applies: what is absent is not asked about.
type When struct {
	Category    string  `json:"category"`
	Service     string  `json:"service"`
	Environment string  `json:"environment"`
	Kind        string  `json:"kind"`
	Team        string  `json:"team"`
	Requester   string  `json:"requester"`
	RiskAtLeast int64   `json:"risk_at_least"`
	Days        []int64 `json:"days"`
	Hours       []int64 `json:"hours"` // from the first, before the second
}

// Equality is a fact that has to equal a text.
type Equality struct{ Fact, Value string }

// Equalities gives those that are asked for.
func (w When) Equalities() []Equality {
	all := []Equality{{"service", w.Service}, {"team", w.Team}, {"requester", w.Requester},
		{"kind", w.Kind}, {"environment", w.Environment}, {"category", w.Category}}
	return slices.DeleteFunc(all, func(e Equality) bool { return e.Value == "" })
}

// Must is what is demanded of one fact.
type Must struct {
	Fact    string `json:"fact"`
	Is      *bool  `json:"is"`
	AtLeast *int64 `json:"at_least"`
	AtMost  *int64 `json:"at_most"`
}

// Unmet says `fact OPERATOR value`, as most languages write it: that the demand is not met.
func (m Must) Unmet(prefix string) string {
	switch {
	case m.Is != nil:
		return fmt.Sprintf("%s%s == %t", prefix, m.Fact, !*m.Is)
	case m.AtLeast != nil:
		return fmt.Sprintf("%s%s < %d", prefix, m.Fact, *m.AtLeast)
	default:
		return fmt.Sprintf("%s%s > %d", prefix, m.Fact, *m.AtMost)
	}
}

// Rule of the scenario.
type Rule struct {
	ID   string `json:"id"`
	When When   `json:"when"`
	Must Must   `json:"must"`
}

// Change has the facts that rules read.
type Change struct {
	ID              string `json:"id"`
	Category        string `json:"category"`
	Service         string `json:"service"`
	Environment     string `json:"environment"`
	Kind            string `json:"kind"`
	Risk            int64  `json:"risk"`
	Day             int64  `json:"day"`
	Hour            int64  `json:"hour"`
	Team            string `json:"team"`
	Requester       string `json:"requester"`
	Approvals       int64  `json:"approvals"`
	TestsPassed     bool   `json:"tests_passed"`
	RollbackMinutes int64  `json:"rollback_minutes"`
	NoticeHours     int64  `json:"notice_hours"`
}

// Facts by name.
func (c Change) Facts() map[string]any {
	return map[string]any{"category": c.Category, "service": c.Service, "environment": c.Environment,
		"kind": c.Kind, "risk": c.Risk, "day": c.Day, "hour": c.Hour, "team": c.Team,
		"requester": c.Requester, "approvals": c.Approvals, "tests_passed": c.TestsPassed,
		"rollback_minutes": c.RollbackMinutes, "notice_hours": c.NoticeHours}
}

// Answer holds the ids of the rules that are not met.
type Answer struct {
	Denied bool
	Unmet  []string
}

type testCase struct {
	Change  Change   `json:"change"`
	Verdict string   `json:"verdict"`
	Unmet   []string `json:"unmet"`
}

type scenario struct {
	Rules   int   `json:"rules"`
	Matches []int `json:"matches"`
}

// Rival is an engine as its documentation advises to use it. S is the rules in its language, I a
// change as it takes it.
type Rival[S, I any] struct {
	Engine, Version string
	Translate       func([]Rule) S
	Load            func(S) // what is loaded stays with the rival
	Prepare         func(Change) I
	Decide          func(I) Answer
	Note            string
	// OnlyOne says that the engine names one of the unmet rules, not all.
	OnlyOne bool
}

// Check stops the program at an error.
func Check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ReadLines reads a value a line.
func ReadLines[T any](path string) []T {
	file, err := os.Open(path)
	Check(err)
	defer file.Close()
	var all []T
	decoder := json.NewDecoder(bufio.NewReader(file))
	for decoder.More() {
		var one T
		Check(decoder.Decode(&one))
		all = append(all, one)
	}
	return all
}

func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	return pages * 4096
}

func (r Rival[S, I]) check(answer Answer, expected testCase) {
	slices.Sort(answer.Unmet)
	same := slices.Equal(answer.Unmet, expected.Unmet)
	if r.OnlyOne && answer.Denied {
		same = len(answer.Unmet) == 1 && slices.Contains(expected.Unmet, answer.Unmet[0])
	}
	if answer.Denied != (expected.Verdict == "DENIED") || !same {
		Wrong(r.Engine, expected.Change.ID, answer)
	}
}

// Wrong stops the program at an answer that is not the expected one.
func Wrong(engine string, asked, answer any) {
	Check(fmt.Errorf("%s: another answer to %v: %v", engine, asked, answer))
}

// processorNanoseconds is the time that all threads of the process used, the collector's included.
func processorNanoseconds() float64 {
	var used syscall.Rusage
	Check(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return float64(used.Utime.Nano() + used.Stime.Nano())
}

// Measure asks about each of count inputs until a third of the time is over, then measures. ask is
// called with an input's number and with whether to compare the answer.
func Measure(count int, seconds float64, ask func(number int, compare bool)) map[string]any {
	box := time.Duration(seconds * float64(time.Second))
	checking, checked := time.Now(), 0
	for checked < count && (checked == 0 || time.Since(checking) < box/3) {
		ask(checked, true)
		checked++
	}
	each := time.Since(checking)/time.Duration(checked) + 1
	batch := min(max(int(batchSeconds/each), 1), count)
	var samples, processor []float64
	next := 0
	measuring := time.Now()
	for len(samples) < batches && (len(samples) == 0 || time.Since(measuring) < box) {
		start, used := time.Now(), processorNanoseconds()
		for range batch {
			ask(next, false)
			next = (next + 1) % count
		}
		processor = append(processor, (processorNanoseconds()-used)/float64(batch))
		samples = append(samples, float64(time.Since(start).Nanoseconds())/float64(batch))
	}
	slices.Sort(samples)
	slices.Sort(processor)
	at := func(sorted []float64, part float64) float64 {
		return sorted[int(part*float64(len(sorted)-1))]
	}
	return map[string]any{"ns_per_decision": at(samples, 0.5), "p10": at(samples, 0.1),
		"p90": at(samples, 0.9), "ns_processor": at(processor, 0.5), "checked": checked, "of": count}
}

func (r Rival[S, I]) row(folder string, matches int, seconds float64) map[string]any {
	cases := ReadLines[testCase](filepath.Join(folder, fmt.Sprintf("changes-%d.jsonl", matches)))
	inputs := make([]I, len(cases))
	for i := range cases {
		inputs[i] = r.Prepare(cases[i].Change)
	}
	row := Measure(len(cases), seconds, func(number int, compare bool) {
		answer := r.Decide(inputs[number])
		if compare {
			r.check(answer, cases[number])
		}
	})
	texts := make([][]byte, len(cases))
	for i := range cases {
		var err error
		texts[i], err = json.Marshal(cases[i].Change)
		Check(err)
	}
	fromBytes := Measure(len(cases), seconds, func(number int, _ bool) {
		var change Change
		Check(json.Unmarshal(texts[number], &change))
		_, err := json.Marshal(r.Decide(r.Prepare(change)))
		Check(err)
	})
	row["ns_from_bytes"] = fromBytes["ns_processor"]
	row["engine"], row["version"], row["note"] = r.Engine, r.Version, r.Note
	row["matches"] = matches
	return row
}

// Arguments of every program: `FOLDER SECONDS`.
func Arguments() (string, float64) {
	if len(os.Args) != 3 {
		fmt.Fprintf(os.Stderr, "usage: %s FOLDER SECONDS\n", os.Args[0])
		os.Exit(3)
	}
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	Check(err)
	return os.Args[1], seconds
}

// Print writes a row.
func Print(row map[string]any) {
	text, err := json.Marshal(row)
	Check(err)
	fmt.Println(string(text))
}

// Loaded tells how long load took, in milliseconds, and how much memory it needed.
func Loaded(load func()) (milliseconds float64, bytes int64) {
	runtime.GC()
	resident, start := residentBytes(), time.Now()
	load()
	return float64(time.Since(start).Microseconds()) / 1000, max(residentBytes()-resident, 0)
}

// Run is the whole program.
func (r Rival[S, I]) Run() {
	folder, seconds := Arguments()
	described := ReadLines[scenario](filepath.Join(folder, "scenario.json"))[0]
	source := r.Translate(ReadLines[Rule](filepath.Join(folder, "rules.jsonl")))
	milliseconds, memory := Loaded(func() { r.Load(source) })
	for _, matches := range described.Matches {
		row := r.row(folder, matches, seconds)
		row["rules"], row["load_ms"], row["memory_bytes"] = described.Rules, milliseconds, memory
		Print(row)
	}
}
