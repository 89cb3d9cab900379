package market_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/upload"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
)

// importing runs the imports of a hall until the test ends.
func (h *hall) importing() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); h.service.RunImports(ctx) }()
	h.t.Cleanup(func() { cancel(); <-done })
}

// ends waits until an upload is not under way any more.
func (h *hall) ends(v identity.Viewer, token string) *market.Uploaded {
	h.t.Helper()
	for range 1000 {
		u, err := h.service.Uploaded(h.t.Context(), v, token)
		must(h.t, err)
		if u.State != upload.StateRUNNING {
			return u
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatal("the import never ends")
	return nil
}

func TestUploadBecomesDrafts(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.importing()
		v, ctx := h.editor(), t.Context()
		token, err := h.service.Upload(ctx, v, `C:\lists\..\我的 清单.csv`, []byte("title;note\na;A valve\nb;A pump\nc;A lamp\n"))
		must(t, err)
		reading := market.Reading{Mapping: intake.Mapping{intake.Reference, intake.TitleEN}, Without: []int{3}}
		must(t, h.service.SetReading(ctx, v, token, reading))
		u, err := h.service.Uploaded(ctx, v, token)
		must(t, err)
		if u.Name != "我的 清单.csv" || u.State != upload.StateNEW {
			t.Errorf("%q %s", u.Name, u.State)
		}
		foreseen, err := h.service.Foresee(ctx, v, u)
		must(t, err)
		if counts(foreseen) != "2 CREATED, 1 SKIPPED" {
			t.Error(counts(foreseen))
		}
		must(t, h.service.Take(ctx, v, token))
		u = h.ends(v, token)
		if u.State != upload.StateDONE || counts(*u.Report) != counts(foreseen) || u.Report.Lines[0].Title != "A valve" {
			t.Errorf("%s %+v", u.State, u.Report)
		}
		must(t, h.service.Take(ctx, v, token)) // again: nothing new
		wants(t, h.service.SetReading(ctx, v, token, reading), fault.Conflict, "IMPORT_BEGUN")
		if row := h.db.Ent().Upload.Query().OnlyX(ctx); len(row.Data) != 0 {
			t.Error("the file of an import that is done is kept")
		}
		if n := h.db.Ent().Listing.Query().Where(listing.ImportKeyNotNil()).CountX(ctx); n != 2 {
			t.Errorf("%d drafts", n)
		}
		h.clock = h.clock.Add(25 * time.Hour)
		if _, err := h.service.Uploaded(ctx, v, token); fault.Of(err) != fault.NotFound {
			t.Errorf("after a day: %v", err)
		}
	})
}

// A node that goes away in the middle of an import leaves it to be taken again.
func TestAnImportWhoseNodeIsGone(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		v, ctx := h.editor(), t.Context()
		token, err := h.service.Upload(ctx, v, "a.csv", []byte("title\na\n"))
		must(t, err)
		must(t, h.service.Take(ctx, v, token)) // nobody runs it
		must(t, h.service.Take(ctx, v, token))
		if u, err := h.service.Uploaded(ctx, v, token); err != nil || u.State != upload.StateRUNNING {
			t.Fatalf("%v %v", u, err)
		}
		h.clock = h.clock.Add(16 * time.Minute)
		must(t, h.service.Take(ctx, v, token))
		h.importing()
		if u := h.ends(v, token); u.State != upload.StateDONE {
			t.Errorf("%s %+v", u.State, u.Report)
		}
	})
}

// What is wrong with the whole file stands in the report, and nothing is taken.
func TestAnImportThatFails(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.importing()
		v, ctx := h.editor(), t.Context()
		token, err := h.service.Upload(ctx, v, "a.csv", []byte("title\na\n"))
		must(t, err)
		must(t, h.service.SetReading(ctx, v, token, market.Reading{HeaderLine: 99}))
		must(t, h.service.Take(ctx, v, token))
		if u := h.ends(v, token); u.State != upload.StateFAILED || u.Report.Failed != intake.NoHeader {
			t.Fatalf("%s %+v", u.State, u.Report)
		}
		must(t, h.service.SetReading(ctx, v, token, market.Reading{}))
		must(t, h.service.Take(ctx, v, token))
		if u := h.ends(v, token); u.State != upload.StateDONE {
			t.Errorf("%s %+v", u.State, u.Report)
		}
	})
}

func TestUploadsAreFew(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		v := h.editor()
		for i := range 14 {
			_, err := h.service.Upload(t.Context(), v, fmt.Sprintf("%d.csv", i), []byte("title\na\n"))
			must(t, err)
		}
		all, err := h.service.Uploads(t.Context(), v)
		must(t, err)
		if len(all) != 10 || all[0].Name != "13.csv" || all[9].Name != "4.csv" {
			t.Errorf("%d uploads", len(all))
		}
		if other, err := h.service.Uploads(t.Context(), h.editor()); err != nil || len(other) != 0 {
			t.Errorf("somebody else has %d: %v", len(other), err)
		}
	})
}

// Two who import the same at once make it once; of two organisations with one patent, one has it.
func TestImportsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		v, other := h.editor(), h.person(h.organisation(organisation.KindCOMPANY, "某公司"), membership.RoleEDITOR)
		all := recordsOf(t, "名称,申请号,申请日\n甲,201810862228.X,2018-08-01\n乙,201711410931.9,2017-12-24\n")
		var wait sync.WaitGroup
		for _, who := range []identity.Viewer{v, v, other, other, v, other} {
			wait.Go(func() {
				if _, err := h.service.Import(context.Background(), who, market.Import{Records: all}); err != nil && fault.Of(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		drafts := h.db.Ent().Listing.Query().Where(listing.ImportKeyNotNil()).WithPatents().WithSeller().AllX(t.Context())
		if len(drafts) != 2 {
			t.Errorf("%d drafts", len(drafts))
		}
		for _, p := range h.db.Ent().Patent.Query().WithOwners().AllX(t.Context()) {
			if len(p.Edges.Owners) != 1 {
				t.Errorf("%s has %d owners", p.ApplicationNo, len(p.Edges.Owners))
			}
		}
	})
}
