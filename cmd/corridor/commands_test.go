package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// run runs the real binary in an empty folder and returns what it says and its exit status.
func run(t *testing.T, in string, args ...string) (out, complaint string, status int) {
	t.Helper()
	bin, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bin, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = t.TempDir(), strings.NewReader(in), &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

func shipped(t *testing.T, path string) string {
	t.Helper()
	whole, err := filepath.Abs(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

func TestVerifyOnTheCommandLine(t *testing.T) {
	for _, whose := range []string{"public", "bidder", "auditor"} {
		path := shipped(t, "internal/proof/testdata/record-1-"+whose+".json")
		if out, complaint, status := run(t, "", "verify", path); status != 0 || out == "" {
			t.Fatalf("%s: status %d\n%s%s", whose, status, out, complaint)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(text, []byte("370000000")) // the price
		text[at] = '4'
		forged := filepath.Join(t.TempDir(), "record.json")
		if err := os.WriteFile(forged, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, _, status := run(t, "", "verify", forged); status != 1 || !regexp.MustCompile(`entry \d+`).MatchString(out) {
			t.Errorf("%s, forged: status %d\n%s", whose, status, out)
		}
	}
	keys := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(keys, []byte(strings.Repeat("ab", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, complaint, status := run(t, "", "verify", filepath.Join(t.TempDir(), "none.json")); status != 1 || complaint == "" {
		t.Errorf("no such record: status %d, %q", status, complaint)
	}
	if out, _, status := run(t, "", "verify", "--key", keys, shipped(t, "internal/proof/testdata/record-1-public.json")); status != 1 {
		t.Errorf("under the key of another house: status %d\n%s", status, out)
	}
}

// Under the rules of 2001 the engine finds the closing price of each of the auctions.
func TestReplayOnTheCommandLine(t *testing.T) {
	rules, bids := shipped(t, "seeds/rules/ebay-2001.json"), shipped(t, "internal/replay/testdata/ebay-pentium3-2001.csv")
	out, complaint, status := run(t, "", "replay", "--rules", rules, bids)
	if status != 0 {
		t.Fatalf("status %d\n%s", status, complaint)
	}
	closing := map[string]string{}
	for i, row := range table(t, bids, "") {
		if i > 0 {
			closing[row[0]] = row[5]
		}
	}
	rows := table(t, "", out)
	if got := strings.Join(rows[0], ","); got != "lot,outcome,winner,price,accepted,refused" {
		t.Fatalf("columns %s", got)
	}
	same := 0
	for _, row := range rows[1:] {
		if row[3] == closing[row[0]] {
			same++
		} else {
			t.Errorf("lot %s: %s, closed at %s", row[0], row[3], closing[row[0]])
		}
	}
	if same != 105 {
		t.Errorf("%d of 105", same)
	}
	wrong := "lot,bidder,maximum,at,start\n1,b,1.005,2001-06-29T17:59:34Z,1\n"
	if out, complaint, status := run(t, wrong, "replay", "--rules", rules, "-"); status != 1 || out != "" ||
		!strings.Contains(complaint, "line 2") || !strings.Contains(complaint, "maximum") {
		t.Errorf("status %d\n%s%s", status, out, complaint)
	}
}

func table(t *testing.T, path, text string) [][]string {
	t.Helper()
	if path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A real market begins with an empty database and its first operator, made as the help says.
func TestFirstOperatorOnTheCommandLine(t *testing.T) {
	data := t.TempDir()
	if out, complaint, status := run(t, "", "migrate", "--data", data); status != 0 {
		t.Fatalf("migrate: status %d\n%s%s", status, out, complaint)
	}
	example := operatorCreateCmd{}.Help()
	code := regexp.MustCompile(`--uscc (\S+)`).FindStringSubmatch(example)[1]
	create := func(password string) (string, string, int) {
		return run(t, password, "operator", "create", "--data", data, "--email", "anna@exchange.example", "--name", "安娜", "--uscc", code,
			"--operator-zh", "某某技术交易所", "--operator-en", "Some Technology Exchange", "--city", "310117")
	}
	if _, complaint, status := create("short\n"); status != 1 || complaint == "" {
		t.Errorf("a short password: status %d", status)
	}
	if out, complaint, status := create("a long enough password\n"); status != 0 || !strings.Contains(out, "anna@exchange.example") {
		t.Fatalf("status %d\n%s%s", status, out, complaint)
	}
	for range 2 {
		if out, complaint, status := run(t, "", "seed", "--data", data); status != 0 {
			t.Errorf("seed: status %d\n%s%s", status, out, complaint)
		}
	}
	for _, help := range [][]string{{"--help"}, {"serve", "--help"}, {"replay", "--help"}, {"verify", "--help"}, {"bench", "--help"}} {
		if out, _, status := run(t, "", help...); status != 0 || !strings.Contains(out, "corridor ") {
			t.Errorf("%v: status %d\n%s", help, status, out)
		}
	}
	if _, _, status := run(t, "", "sell"); status == 0 {
		t.Error("an unknown command ended with status 0")
	}
}
