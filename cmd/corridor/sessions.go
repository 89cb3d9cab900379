package main

import (
	"github.com/alexedwards/scs/postgresstore"
	"github.com/alexedwards/scs/sqlite3store"
	"github.com/alexedwards/scs/v2"

	"github.com/g60-corridor/corridor/internal/store"
)

// sessionStore keeps the sessions in the database. On SQLite they are found beside the one writer, not behind it.
func sessionStore(db *store.DB) (s scs.Store, stop func()) {
	if db.IsPostgres() {
		p := postgresstore.New(db.SQL())
		return p, p.StopCleanup
	}
	write := sqlite3store.New(db.SQL())
	return beside{write, sqlite3store.NewWithCleanupInterval(db.ReadSQL(), 0)}, write.StopCleanup
}

// beside finds in one store what is kept in another over the same table.
type beside struct {
	*sqlite3store.SQLite3Store
	read *sqlite3store.SQLite3Store
}

func (b beside) Find(token string) ([]byte, bool, error) { return b.read.Find(token) }
