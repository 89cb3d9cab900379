package demo_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/demo"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// Each invented organisation has the papers on which one like it is verified, once, and the operator can open them.
func TestVerifiedOrganisationsHavePapers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		if _, err := demo.Plant(ctx, db, time.Now()); err != nil {
			t.Fatal(err)
		}
		files, err := depot.Open(ctx, "mem://")
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		office, err := identity.New(identity.Options{Database: db, Depot: files, Secret: bytes.Repeat([]byte{1}, 32), Now: time.Now, Cost: identity.Cost})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // started twice
			if err := demo.PlantPapers(ctx, db.Ent(), office); err != nil {
				t.Fatal(err)
			}
		}
		market := db.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindMARKET_OPERATOR)).OnlyX(ctx)
		m := market.QueryMemberships().WithPerson().OnlyX(ctx)
		by := identity.Viewer{Person: m.Edges.Person, Organisation: market, Membership: m.Role}
		for _, o := range db.Ent().Organisation.Query().AllX(ctx) {
			file, err := office.File(ctx, by, o.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(file.Missing) != 0 || len(file.Papers) < 2 || len(file.Papers) > 3 {
				t.Errorf("%s: %d papers, missing %v", o.NameEn, len(file.Papers), file.Missing)
				continue
			}
			_, body, err := office.OpenPaper(ctx, by, o.ID, file.Papers[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(body); err != nil || !bytes.HasPrefix(text, []byte("%PDF")) {
				t.Errorf("%s: %v", o.NameEn, err)
			}
			_ = body.Close()
		}
	})
}
