// Package rows is what the programs here do alike: they read a table, measure, and print rows.
package rows

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

const batches = 15 // of each case

// Check stops the program at an error.
func Check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Read reads a table.
func Read[T any](path string) T {
	var table T
	text, err := os.ReadFile(path)
	Check(err)
	Check(json.Unmarshal(text, &table))
	return table
}

// Arguments of every program: `TABLE SECONDS`; 0 seconds only check the answers.
func Arguments() (string, float64) {
	if len(os.Args) != 3 {
		fmt.Fprintf(os.Stderr, "usage: %s TABLE SECONDS\n", os.Args[0])
		os.Exit(3)
	}
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	Check(err)
	return os.Args[1], seconds
}

// Print writes the row of a case: the median time of an ask, in seconds that are about what is
// asked for.
func Print(name string, seconds float64, ask func()) {
	row := map[string]any{"name": name}
	if seconds > 0 {
		row["ns"] = median(seconds, ask)
	}
	text, err := json.Marshal(row)
	Check(err)
	fmt.Println(string(text))
}

func median(seconds float64, ask func()) float64 {
	enough := time.Duration(seconds * float64(time.Second) / (batches + 1))
	count := 1
	for {
		start := time.Now()
		for range count {
			ask()
		}
		if time.Since(start) >= enough/2 {
			break
		}
		count *= 2
	}
	samples := make([]float64, batches)
	for i := range samples {
		start := time.Now()
		for range count {
			ask()
		}
		samples[i] = float64(time.Since(start).Nanoseconds()) / float64(count)
	}
	slices.Sort(samples)
	return samples[batches/2]
}
