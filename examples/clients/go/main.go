// Command decide decides changes or releases of a file by the built-in policy, in several
// goroutines.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"example.com/decide/changepolicy"
)

const (
	allowed    = 0
	notAllowed = 1
	failed     = 2

	workers = 4
)

// arguments of the command line.
type arguments struct {
	overlay      string
	hex          bool
	organization string
	kind         changepolicy.Kind
	file         string
	now          string
	transition   string
}

// readArguments ends the program where they are wrong.
func readArguments() arguments {
	var given arguments
	flag.StringVar(&given.overlay, "overlay", "", "laid over the policy")
	flag.BoolVar(&given.hex, "hex", false, "print the Decision's bytes as well")
	flag.Usage = func() {
		fmt.Fprintf(os.Stderr, "usage: %s [--overlay FILE] [--hex] ORGANIZATION change|release "+
			"FILE NOW [TRANSITION]\n", os.Args[0])
	}
	flag.Parse()
	kinds := map[string]changepolicy.Kind{
		"change": changepolicy.Change, "release": changepolicy.Release,
	}
	kind, known := kinds[flag.Arg(1)]
	if flag.NArg() < 4 || flag.NArg() > 5 || !known {
		flag.Usage()
		os.Exit(failed)
	}
	given.kind = kind
	given.organization, given.file = flag.Arg(0), flag.Arg(2)
	given.now, given.transition = flag.Arg(3), flag.Arg(4)
	return given
}

// task is a subject of the file, and what came of it.
type task struct {
	place    string // what its complaint begins with
	subject  []byte
	decision *changepolicy.Decision
	err      error
}

// readTasks finds a subject on each line of a file of JSON lines, and one in any other file.
func readTasks(file string) ([]task, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(file, ".jsonl") {
		return []task{{subject: content}}, nil
	}
	var tasks []task
	for i, line := range bytes.Split(content, []byte("\n")) {
		if len(line) > 0 {
			tasks = append(tasks, task{place: fmt.Sprintf("line %d: ", i+1), subject: line})
		}
	}
	return tasks, nil
}

func readDocument(file string) (changepolicy.Document, error) {
	content, err := os.ReadFile(file)
	return changepolicy.Document{Name: file, Text: content}, err
}

func decideAll(engine *changepolicy.Engine, tasks []task, given arguments) {
	waiting := make(chan *task)
	var running sync.WaitGroup
	for i := 0; i < workers; i++ {
		running.Add(1)
		go func() {
			defer running.Done()
			for one := range waiting {
				one.decision, one.err = engine.Decide(given.kind, one.subject, given.now,
					given.transition)
			}
		}()
	}
	for i := range tasks {
		waiting <- &tasks[i]
	}
	close(waiting)
	running.Wait()
}

// print writes a line for each task, in their order, and gives the exit code.
func print(tasks []task, hex bool) (int, error) {
	out := bufio.NewWriter(os.Stdout)
	code := allowed
	for _, one := range tasks {
		if one.err != nil {
			fmt.Fprintf(os.Stderr, "%s%v\n", one.place, one.err)
			code = failed
			continue
		}
		fmt.Fprintf(out, "%s %s", one.decision.Verdict, one.decision.Digest)
		if hex {
			fmt.Fprintf(out, " %x", one.decision.Message)
		}
		fmt.Fprintln(out)
		if one.decision.Verdict != "VERDICT_ALLOWED" && code == allowed {
			code = notAllowed
		}
	}
	return code, out.Flush()
}

func run(given arguments) (int, error) {
	policy := []changepolicy.Document{{Name: "builtin:saas"}}
	if given.overlay != "" {
		overlay, err := readDocument(given.overlay)
		if err != nil {
			return failed, err
		}
		policy = append(policy, overlay)
	}
	organization, err := readDocument(given.organization)
	if err != nil {
		return failed, err
	}
	tasks, err := readTasks(given.file)
	if err != nil {
		return failed, err
	}
	engine, err := changepolicy.NewEngine(policy, []changepolicy.Document{organization})
	if err != nil {
		return failed, err
	}
	defer engine.Close()
	decideAll(engine, tasks, given)
	return print(tasks, given.hex)
}

// describe names the code of an error of the file system, as those of the library have one.
func describe(err error) string {
	var file *fs.PathError
	switch {
	case !errors.As(err, &file):
		return err.Error()
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("NOT_FOUND %s: %v", file.Path, file.Err)
	default:
		return fmt.Sprintf("INVALID_ARGUMENT %s: %v", file.Path, file.Err)
	}
}

func main() {
	code, err := run(readArguments())
	if err != nil {
		fmt.Fprintln(os.Stderr, describe(err))
		code = failed
	}
	os.Exit(code)
}
