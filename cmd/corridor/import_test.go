package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/store"
)

// seeded is a data folder with the demo's catalogue, and the code and an editor of its first seller.
func seeded(t *testing.T) (data, code, email string) {
	t.Helper()
	data = t.TempDir()
	if _, complaint, status := run(t, "", "seed", "--data", data); status != 0 {
		t.Fatal(complaint)
	}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, "corridor.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const who = "university@demo.corridor"
	for _, m := range db.Ent().Membership.Query().WithPerson().WithOrganisation().AllX(t.Context()) {
		if m.Edges.Person.Email == who && (m.Role == membership.RoleADMINISTRATOR || m.Role == membership.RoleEDITOR) {
			return data, m.Edges.Organisation.Uscc, who
		}
	}
	t.Fatal("the demo has no seller's editor")
	return "", "", ""
}

// A real file twice, a file with faults, and everything that can be said wrong on the line.
func TestImportOnTheCommandLine(t *testing.T) {
	data, code, email := seeded(t)
	nasa := shipped(t, "internal/intake/testdata/nasa-patents-sample.csv")
	report := filepath.Join(t.TempDir(), "report.json")
	for _, c := range []struct {
		more string
		says string
	}{
		{"--dry-run", "Would import 200 rows: 200 created"}, {"--by=" + email, "Imported 200 rows: 200 created"},
		{"--report=" + report, "200 unchanged, 0 skipped, 0 refused"},
	} {
		out, complaint, status := run(t, "", "import", nasa, "--data", data, "--organisation", code, c.more)
		if status != 0 || !strings.Contains(out, c.says) || !strings.Contains(complaint, "200/200") {
			t.Errorf("%s: status %d: %s%s", c.more, status, out, complaint)
		}
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var written struct {
		Counts map[string]int
		Lines  []struct {
			Line    int
			Outcome string
			Listing int
		}
	}
	if err := json.Unmarshal(text, &written); err != nil || written.Counts["UNCHANGED"] != 200 || len(written.Lines) != 200 ||
		written.Lines[0].Line != 2 || written.Lines[0].Listing == 0 {
		t.Errorf("report: %v %+v", err, written.Counts)
	}
	const odd = "title;filing date;price\nA;03/04/2020;5\nB;2020-01-02;much\nC;2020-01-02;1\n"
	out, complaint, status := run(t, odd, "import", "-", "--data", data, "--organisation", code)
	if status != 1 || !strings.Contains(out, "1 created") || !strings.Contains(out, "2 refused") ||
		!regexp.MustCompile(`line 2, column 2 \(filing date\): refused: "03/04/2020"`).MatchString(complaint) ||
		!regexp.MustCompile(`line 3, column 3 \(price\): refused: "much"`).MatchString(complaint) {
		t.Errorf("status %d: %s%s", status, out, complaint)
	}
	if out, complaint, status = run(t, odd, "import", "-", "--data", data, "--organisation", code, "--dates=dmy", "--map", "price="); status != 0 ||
		!strings.Contains(out, "2 created, 1 updated") {
		t.Errorf("status %d: %s%s", status, out, complaint)
	}
	for _, c := range []struct{ args, says string }{
		{"--map nothing=title", `no column "nothing"`}, {"--map title=nothing", `no field "nothing"`}, {"--map title", "COLUMN=FIELD"},
		{"--map title=", "no column holds the title"}, {"--delimiter ;;", "--delimiter"}, {"--sheet x --header-line 9", "no column names"},
		{"--by nobody@example.org", "no member"}, {"--by lanchuan@demo.corridor", "no member"}, {"--dates ymd", "--dates"},
	} {
		args := append([]string{"import", "-", "--data", data, "--organisation", code}, strings.Fields(c.args)...)
		if _, complaint, status := run(t, odd, args...); status == 0 || !strings.Contains(complaint, c.says) {
			t.Errorf("%s: status %d: %s", c.args, status, complaint)
		}
	}
	for file, says := range map[string]string{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600): "save it as .xlsx", "": "no table"} {
		if _, complaint, status := run(t, file, "import", "-", "--data", data, "--organisation", code); status != 1 || !strings.Contains(complaint, says) {
			t.Errorf("status %d: %s", status, complaint)
		}
	}
	if _, complaint, status := run(t, odd, "import", "-", "--data", data, "--organisation", "91310117MAD0000X07"); status != 1 ||
		!strings.Contains(complaint, "--organisation") {
		t.Errorf("status %d: %s", status, complaint)
	}
}
