package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"os"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

var writeMigration = flag.String("migration", "", "write what ent's schema has and the migrations lack into migrations/*/NAME.sql")

// TestMigrationsMatchTheSchema holds that the migrated database is what ent/schema says, on both databases: ent finds
// nothing to change. With -migration NAME the difference becomes the next migration:
//
//	go test ./internal/store -run TestMigrationsMatchTheSchema -migration 00003_what_it_is_about
func TestMigrationsMatchTheSchema(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		folder, name := "sqlite", dialect.SQLite
		if db.IsPostgres() {
			folder, name = "postgres", dialect.Postgres
		}
		diff := difference(t, db.SQL(), name)
		if *writeMigration != "" && diff != "" {
			text := "-- +goose Up\n" + diff
			if err := os.WriteFile("migrations/"+folder+"/"+*writeMigration+".sql", []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if diff != "" {
			t.Errorf("the migrations of %s lack:\n%s", folder, diff)
		}
	})
}

func difference(t *testing.T, db *sql.DB, name string) string {
	t.Helper()
	var out bytes.Buffer
	client := ent.NewClient(ent.Driver(entsql.OpenDB(name, db)))
	err := client.Schema.WriteTo(context.Background(), &out, schema.WithForeignKeys(true))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(out.String(), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "PRAGMA") &&
			line != "BEGIN;" && line != "COMMIT;" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
