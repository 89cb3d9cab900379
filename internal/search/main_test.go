package search

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"),                                 // Bleve keeps its workers
		goleak.IgnoreAnyFunction("github.com/g60-corridor/corridor/internal/store/pgserver.(*Server).startAndStay.func1")) // and the server stays
}

var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

// hall is a search over a real database.
type hall struct {
	t  *testing.T
	db *store.DB
	*Service
	sellers int
}

func newHall(t *testing.T, db *store.DB, dir string) *hall {
	return &hall{t: t, db: db, Service: New(Options{
		Database: db, Dir: dir, Now: func() time.Time { return noon },
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})}
}

// ready opens the search and builds its index.
func (h *hall) ready() *hall {
	h.t.Helper()
	must(h.t, h.open(h.t.Context()))
	h.build(h.t.Context())
	h.t.Cleanup(func() { h.close(context.Background()) })
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// offer is a listing as tests write it down.
type offer struct {
	number, zh, en, sumZH, sumEN, city, field string
	rights                                    []string
	trl                                       int
	priceFen                                  int64
	application, publication, kind            string
	ipc                                       []string
	filed                                     string
	draft                                     bool
}

func (h *hall) seller(zh, en, uscc string) *ent.Organisation {
	h.sellers++
	if uscc == "" {
		uscc = fmt.Sprint("X", h.sellers)
	}
	return h.db.Ent().Organisation.Create().SetNameZh(zh).SetNameEn(en).SetKind(organisation.KindUNIVERSITY).SetUscc(uscc).
		SetCity("310117").SaveX(h.t.Context())
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (h *hall) offer(seller *ent.Organisation, o offer) *ent.Listing {
	h.t.Helper()
	ctx, client := h.t.Context(), h.db.Ent()
	create := client.Listing.Create().SetNumber(o.number).SetTitleZh(o.zh).SetTitleEn(o.en).SetSummaryZh(o.sumZH).SetSummaryEn(o.sumEN).
		SetField(listing.Field(or(o.field, "NM"))).SetTrl(or(o.trl, 5)).SetRights(o.rights).SetInventors([]string{"沈怀谷"}).
		SetCity(or(o.city, "310117")).SetPriceIdeaFen(o.priceFen).SetSeller(seller).SetStatus(listing.StatusPUBLISHED)
	if o.rights == nil {
		create.SetRights([]string{"ASSIGN"})
	}
	if o.draft {
		create.SetStatus(listing.StatusDRAFT)
	}
	if o.application != "" {
		filed, err := time.Parse(time.DateOnly, or(o.filed, "2018-08-01"))
		must(h.t, err)
		create.AddPatents(client.Patent.Create().SetApplicationNo(o.application).SetPublicationNo(o.publication).
			SetKind(patent.Kind(or(o.kind, "INVENTION"))).SetTitleZh(o.zh).SetTitleEn(o.en).SetIpc(o.ipc).SetFiledOn(filed).
			SetLegalStatus(patent.LegalStatusIN_FORCE).SetStatusAsOf(noon).SaveX(ctx))
	}
	return create.SaveX(ctx)
}

func (h *hall) lot(l *ent.Listing, number string, phase auction.Phase, price money.Fen) *ent.Lot {
	return h.db.Ent().Lot.Create().SetNumber(number).SetListing(l).SetOperatorID(h.db.Ent().Organisation.Query().FirstIDX(h.t.Context())).
		SetTerms(auction.Terms{StartFen: price}).SetStatus("PUBLISHED").SetPhase(string(phase)).SetPriceFen(int64(price)).
		SetDeadline(noon.Add(time.Hour)).SaveX(h.t.Context())
}

// ask returns the numbers of the listings that are found, in order.
func (h *hall) ask(text string) []string {
	h.t.Helper()
	return numbers(h.find(Request{Text: text}))
}

func (h *hall) find(r Request) Result {
	h.t.Helper()
	found, err := h.Search(h.t.Context(), r)
	must(h.t, err)
	return found
}

func numbers(r Result) (all []string) {
	for _, hit := range r.Hits {
		all = append(all, hit.Listing.Number)
	}
	return all
}

// finds holds that a question finds these listings and no others, in any order.
func (h *hall) finds(text string, want ...string) {
	h.t.Helper()
	got := h.ask(text)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.t.Errorf("%q finds %v, want %v", text, got, want)
	}
}

func marked(f []Piece) string {
	var b strings.Builder
	for _, p := range f {
		if p.Marked {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
