// Judges what libchangepolicy proves, signs and refuses with the programs that people already have:
// github.com/transparency-dev/merkle, golang.org/x/mod/sumdb/{note,tlog} and
// github.com/transparency-dev/formats. Reads the cases that go_cases.cc writes, says on standard error
// where verdicts differ, and exits with 1 where a difference is not one of those below. Writes logs of
// its own to standard output, for go_cases.cc to open.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"sort"

	"github.com/transparency-dev/formats/log"
	cosig "github.com/transparency-dev/formats/note"
	textproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Kind    string `json:"kind"`
	OK      bool   `json:"ok"`
	Message string `json:"message"`

	First  uint64   `json:"first"`
	Second uint64   `json:"second"`
	Part   []byte   `json:"part"`
	Root   []byte   `json:"root"`
	Proof  [][]byte `json:"proof"`

	Origin  string  `json:"origin"`
	Log     string  `json:"log"`
	Witness string  `json:"witness"`
	Bytes   []byte  `json:"bytes"`
	Size    uint64  `json:"size"`
	Times   []int64 `json:"times"`
	Entry   []byte  `json:"entry"`
}

// Where a verifier in Go accepts what is refused here, on purpose: our message, and why.
var stricter = []struct {
	verifier string // a regular expression
	message  *regexp.Regexp
	why      string
}{
	{"merkle", regexp.MustCompile(`above the limit of 2\^63-1`), "sizes are signed numbers"},
	{"merkle", regexp.MustCompile(`^every tree begins with the empty one`), "later versions than 0.0.2 refuse this too"},
	{"merkle", regexp.MustCompile(`^the (first|second) root is missing`), "no root is not a root"},
	{"formats/.*", regexp.MustCompile(`the base 64 has bits beyond|base 64 comes in groups|\(.[rn].\) is not of the base 64`), "base 64 has one spelling"},
	{"formats/.*", regexp.MustCompile(`^the root of the checkpoint has \d+ bytes`), "a root has 32 bytes"},
	{"formats/.*", regexp.MustCompile(`extension line of the checkpoint is empty`), "extension lines must be non-empty"},
	{"formats/.*", regexp.MustCompile(`^the size .* no decimal number up to 2\^63-1`), "sizes are plain decimals, and signed numbers"},
	{"formats/.*", regexp.MustCompile(`of an empty tree, and has not its root`), "an empty tree has one root"},
	{"formats/.*", regexp.MustCompile(`^the signature by .* is not that key's`), "the second signature by a key must verify too"},
	{"formats/proof", regexp.MustCompile(`^the index .* no decimal number up to 2\^63-1`), "indices are plain decimals, and signed numbers"},
	{"formats/proof", regexp.MustCompile(`^signature line \d+ has no line break`), "a checkpoint is verbatim, with its last line break"},
}

// What a verifier in Go says of a case; nothing where it cannot be asked.
type verdict struct {
	verifier string
	err      error
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gocheck:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := makeLogs(100); err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	counts := map[string]int{}
	differences := 0
	for in.Scan() {
		var c testCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			return err
		}
		counts[c.Kind+", accepted here: "+fmt.Sprint(c.OK)]++
		for _, v := range judge(&c) {
			if (v.err == nil) == c.OK {
				counts["same as "+v.verifier]++
				continue
			}
			if why := excuse(&c, v); why != "" {
				counts["stricter than "+v.verifier+": "+why]++
				continue
			}
			if differences++; differences <= 20 {
				fmt.Fprintf(os.Stderr, "%s says %v, and this library %v (%s):\n%s\n%q\n", v.verifier,
					v.err, c.OK, c.Message, in.Bytes(), c.Bytes)
			}
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	for _, name := range sortedKeys(counts) {
		fmt.Fprintf(os.Stderr, "%7d  %s\n", counts[name], name)
	}
	if len(counts) == 0 {
		return fmt.Errorf("there were no cases")
	}
	if differences > 0 {
		return fmt.Errorf("%d verdicts differ", differences)
	}
	return nil
}

func sortedKeys(counts map[string]int) []string {
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func excuse(c *testCase, v verdict) string {
	if c.OK {
		return ""
	}
	if v.verifier == "formats/proof" && bytes.Contains(c.Bytes, []byte("\r\n")) {
		return "a line ends with a line feed only"
	}
	for _, s := range stricter {
		if matched, _ := regexp.MatchString("^"+s.verifier+"$", v.verifier); matched && s.message.MatchString(c.Message) {
			return s.why
		}
	}
	return ""
}

func judge(c *testCase) []verdict {
	switch c.Kind {
	case "inclusion":
		return append(tlogInclusion(c), verdict{"merkle", proof.VerifyInclusion(
			rfc6962.DefaultHasher, c.First, c.Second, c.Part, c.Proof, c.Root)})
	case "consistency":
		return append(tlogConsistency(c), verdict{"merkle", proof.VerifyConsistency(
			rfc6962.DefaultHasher, c.First, c.Second, c.Proof, c.Part, c.Root)})
	case "checkpoint":
		_, err := openCheckpoint(c, c.Bytes)
		return []verdict{{"formats/log", err}}
	case "proof":
		return []verdict{{"formats/proof", verifyText(c)}}
	}
	return []verdict{{"gocheck", fmt.Errorf("unknown kind %q", c.Kind)}}
}

// tlog knows hashes of 32 bytes only, and never returns for trees above 2^62.
func tlogHashes(c *testCase) (hashes []tlog.Hash, part, root tlog.Hash, ok bool) {
	for _, text := range append(slices.Clone(c.Proof), c.Part, c.Root) {
		var hash tlog.Hash
		if copy(hash[:], text) != len(hash) || len(text) != len(hash) {
			return nil, part, root, false
		}
		hashes = append(hashes, hash)
	}
	n := len(c.Proof)
	return hashes[:n], hashes[n], hashes[n+1], c.First <= 1<<62 && c.Second <= 1<<62
}

func tlogInclusion(c *testCase) []verdict {
	hashes, part, root, ok := tlogHashes(c)
	if !ok {
		return nil
	}
	return []verdict{{"tlog", tlog.CheckRecord(hashes, int64(c.Second), root, int64(c.First), part)}}
}

func tlogConsistency(c *testCase) []verdict {
	hashes, part, root, ok := tlogHashes(c)
	if !ok || c.Second == 0 {
		return nil // to tlog there is no empty tree
	}
	return []verdict{{"tlog", tlog.CheckTree(hashes, int64(c.Second), root, int64(c.First), part)}}
}

// Opens a checkpoint, and holds what is in it against what this library found.
func openCheckpoint(c *testCase, text []byte) (*log.Checkpoint, error) {
	logKey, err := note.NewVerifier(c.Log)
	if err != nil {
		return nil, err
	}
	witness, err := cosig.NewVerifierForCosignatureV1(c.Witness)
	if err != nil {
		return nil, err
	}
	checkpoint, _, signed, err := log.ParseCheckpoint(text, c.Origin, logKey, witness)
	if err != nil {
		return nil, err
	}
	if c.Kind != "checkpoint" || !c.OK {
		return checkpoint, nil
	}
	var times []int64
	for _, signature := range signed.Sigs {
		if signature.Name == witness.Name() && signature.Hash == witness.KeyHash() {
			blob, err := base64.StdEncoding.DecodeString(signature.Base64)
			if err != nil {
				return nil, err
			}
			times = append(times, int64(binary.BigEndian.Uint64(blob[4:])))
		}
	}
	if checkpoint.Size != c.Size || !bytes.Equal(checkpoint.Hash, c.Root) || !slices.Equal(times, c.Times) {
		return nil, fmt.Errorf("the checkpoint says %v at %v, and this library read %d at %v",
			checkpoint, times, c.Size, c.Times)
	}
	return checkpoint, nil
}

func verifyText(c *testCase) error {
	var text textproof.TLogProof
	if err := text.Unmarshal(c.Bytes); err != nil {
		return err
	}
	checkpoint, err := openCheckpoint(c, text.Checkpoint)
	if err != nil {
		return err
	}
	var hashes [][]byte
	for _, hash := range text.Hashes {
		hashes = append(hashes, hash[:])
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(c.Entry)
	return proof.VerifyInclusion(rfc6962.DefaultHasher, text.Index, checkpoint.Size, leaf, hashes, checkpoint.Hash)
}

// Logs of Go's making: keys, a checkpoint with a cosignature, and a proof.
func makeLogs(count int) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for i := range count {
		made, err := makeLog(uint64(i))
		if err != nil {
			return err
		}
		line, err := json.Marshal(made)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n", line)
	}
	return nil
}

func makeLog(seed uint64) (map[string]any, error) {
	random := &digits{seed: seed}
	origin := fmt.Sprintf("log.example/%d", seed)
	secret, public, err := note.GenerateKey(random, origin)
	if err != nil {
		return nil, err
	}
	witnessSecret, witnessPublic, err := note.GenerateKey(random, "witness.example")
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	witness, err := cosig.NewSignerForCosignatureV1(witnessSecret)
	if err != nil {
		return nil, err
	}
	cosigner, err := cosig.VKeyToCosignatureV1(witnessPublic)
	if err != nil {
		return nil, err
	}
	size := int64(seed%50 + 1)
	index := int64(seed*7) % size
	entry := func(i int64) []byte { return fmt.Appendf(nil, "record %d", i) }
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	for i := range size {
		hashes, err := tlog.StoredHashes(i, entry(i), reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return nil, err
	}
	hashes, err := tlog.ProveRecord(size, index, reader)
	if err != nil {
		return nil, err
	}
	text := log.Checkpoint{Origin: origin, Size: uint64(size), Hash: root[:]}.Marshal()
	checkpoint, err := note.Sign(&note.Note{Text: string(text)}, signer, witness)
	if err != nil {
		return nil, err
	}
	proved := textproof.TLogProof{Index: uint64(index), Checkpoint: checkpoint}
	for _, hash := range hashes {
		proved.Hashes = append(proved.Hashes, hash)
	}
	if seed%3 == 0 {
		proved.ExtraData = entry(index)
	}
	return map[string]any{
		"origin": origin, "log": public, "log_secret": secret, "witness": cosigner,
		"checkpoint": checkpoint, "proof": proved.Marshal(), "entry": entry(index),
	}, nil
}

// The same bytes for the same seed.
type digits struct{ seed, count uint64 }

func (d *digits) Read(p []byte) (int, error) {
	for i := range p {
		hash := sha256.Sum256(fmt.Appendf(nil, "%d %d", d.seed, d.count))
		d.count++
		p[i] = hash[0]
	}
	return len(p), nil
}
