package demo

import (
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
)

func TestTheCatalogueIsPlantedOnceWithValidNumbers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		for i := range 2 {
			planted, err := Plant(ctx, db, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
			if err != nil || planted != (i == 0) {
				t.Fatalf("planting no. %d: %v, %v", i+1, planted, err)
			}
		}
		for _, o := range db.Ent().Organisation.Query().AllX(ctx) {
			if _, err := ident.ParseUSCC(o.Uscc); err != nil || !o.Demo {
				t.Errorf("%s: %v, demo %v", o.NameEn, err, o.Demo)
			}
		}
		patents := db.Ent().Patent.Query().AllX(ctx)
		for _, p := range patents {
			no, err := ident.ParseApplicationNo(p.ApplicationNo)
			if err != nil {
				t.Errorf("%s: %v", p.TitleEn, err)
				continue
			}
			if err := no.CheckFiled(p.FiledOn); err != nil {
				t.Errorf("%s: %v", p.TitleEn, err)
			}
			if _, err := ident.ParsePublicationNo(p.PublicationNo); err != nil {
				t.Errorf("%s: %v", p.TitleEn, err)
			}
		}
		for _, l := range db.Ent().Listing.Query().AllX(ctx) {
			for _, f := range subject.Check(&l.Dossier, "2026-11-23") {
				if f.Severity == subject.Blocks {
					t.Errorf("%s could not be published: %+v", l.TitleEn, f)
				}
			}
		}
		if n := db.Ent().Listing.Query().CountX(ctx); n < 40 || n != len(patents) {
			t.Errorf("%d listings, %d patents", n, len(patents))
		}
	})
}
