package bench

import (
	"strings"
	"testing"
)

// TestImport runs the whole bench with a short table on both databases.
func TestImport(t *testing.T) {
	var out strings.Builder
	err := Import{Rows: 200, Only: "both", Dir: t.TempDir()}.Run(t.Context(), &out)
	t.Logf("\n%s", out.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"| SQLite |", "| PostgreSQL |"} {
		if strings.Count(out.String(), row) != 1 {
			t.Errorf("no row of %s", row)
		}
	}
}
