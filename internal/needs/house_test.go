package needs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
)

// house is a market with needs on a real database, with a search of its own and a clock that tests set.
type house struct {
	t      *testing.T
	db     *store.DB
	search *search.Service
	needs  *needs.Service
	diary  *diary
	orgs   int

	mu    sync.Mutex
	clock time.Time

	company, university, operator identity.Viewer
}

// diary is the agenda: errands stand in the real one, and the test says when they are done.
type diary struct {
	*agenda.Agenda
	doers map[string]agenda.Doer
	put   []agenda.Errand
}

func (d *diary) Handle(kind string, do agenda.Doer) { d.doers[kind] = do }

func (d *diary) Put(ctx context.Context, tx *store.Tx, e agenda.Errand) error {
	d.put = append(d.put, e)
	return d.Agenda.Put(ctx, tx, e)
}

// due does the errands of a kind whose time has come, each once.
func (h *house) due(kind string) (done int) {
	h.t.Helper()
	all := h.diary.put
	h.diary.put = nil
	for _, e := range all {
		if e.Kind != kind || e.At.After(h.now()) {
			h.diary.put = append(h.diary.put, e)
			continue
		}
		must(h.t, h.diary.doers[kind](h.t.Context(), agenda.Due{Key: e.Key, Args: e.Args, Attempt: 1}))
		done++
	}
	return done
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = at
}

var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

func each(t *testing.T, test func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &house{t: t, db: db, clock: noon}
		quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
		plan, err := agenda.New(agenda.Options{DB: db, Log: quiet})
		must(t, err)
		post, err := inbox.New(inbox.Options{DB: db, Agenda: plan, Postman: inbox.Shelf{}, Origin: "https://market.example", Now: h.now, Log: quiet})
		must(t, err)
		h.diary = &diary{Agenda: plan, doers: map[string]agenda.Doer{}}
		h.search = search.New(search.Options{Database: db, Now: h.now, Log: quiet})
		h.needs = needs.New(needs.Options{Database: db, Search: h.search, Agenda: h.diary, Herald: post, Now: h.now, Log: quiet})
		h.company = h.member(organisation.KindCOMPANY, "蓝川新能源", "Lanchuan New Energy")
		h.university = h.member(organisation.KindUNIVERSITY, "云间大学", "Yunjian University")
		h.operator = h.member(organisation.KindMARKET_OPERATOR, "走廊市场", "Corridor Market")
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { defer close(ended); h.search.Run(ctx) }()
		t.Cleanup(func() { stop(); <-ended })
		h.whole()
		test(t, h)
	})
}

// whole waits until the index of the search is there.
func (h *house) whole() {
	h.t.Helper()
	for range 2000 {
		_, _, err := h.search.Words(h.t.Context(), "膜")
		if !errors.Is(err, search.ErrBuilding) {
			must(h.t, err)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatal("the index is never whole")
}

func (h *house) member(kind organisation.Kind, zh, en string) identity.Viewer {
	h.t.Helper()
	h.orgs++
	ctx, client := h.t.Context(), h.db.Ent()
	o := client.Organisation.Create().SetNameZh(zh).SetNameEn(en).SetKind(kind).SetUscc(fmt.Sprintf("9131011700000%05d", h.orgs)).SetCity("310117").SetStanding(organisation.StandingVERIFIED).SaveX(ctx)
	p := client.Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", h.orgs)).SetNameZh("某人").SaveX(ctx)
	client.Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(membership.RoleADMINISTRATOR).ExecX(ctx)
	return identity.Viewer{Person: p, Organisation: o, Membership: membership.RoleADMINISTRATOR}
}

// offer publishes a result, and waits until the search knows it.
func (h *house) offer(of identity.Viewer, zh, en, ipc string, change ...func(*ent.ListingCreate)) *ent.Listing {
	h.t.Helper()
	ctx, client := h.t.Context(), h.db.Ent()
	n := client.Listing.Query().CountX(ctx)
	create := client.Listing.Create().SetNumber(fmt.Sprint("L", n)).SetTitleZh(zh).SetTitleEn(en).SetSummaryZh(zh).SetSummaryEn(en).
		SetField("NM").SetTrl(6).SetRights([]string{"ASSIGN"}).SetInventors([]string{"沈怀谷"}).SetCity("310117").SetPriceIdeaFen(100_000_000).
		SetSeller(of.Organisation).SetStatus(listing.StatusPUBLISHED).
		AddPatents(client.Patent.Create().SetApplicationNo(fmt.Sprint("A", n)).SetKind(patent.KindINVENTION).SetTitleZh(zh).SetTitleEn(en).
			SetIpc([]string{ipc}).SetFiledOn(noon).SetLegalStatus(patent.LegalStatusIN_FORCE).SetStatusAsOf(noon).SaveX(ctx))
	for _, c := range change {
		c(create)
	}
	l := create.SaveX(ctx)
	h.found(zh, l.ID)
	return l
}

// found waits until the search finds a listing.
func (h *house) found(text string, id int) {
	h.t.Helper()
	for range 2000 {
		h.search.Ring()
		words, all, err := h.search.Words(h.t.Context(), text)
		if err == nil {
			var ids []int
			ids, err = h.search.Candidates(h.t.Context(), words, all, nil, 100)
			must(h.t, err)
			for _, found := range ids {
				if found == id {
					return
				}
			}
		} else if !errors.Is(err, search.ErrBuilding) {
			h.t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatalf("the search does not find listing %d", id)
}

// wanted is a need that fits the result of membranes.
func wanted() matching.Wish {
	return matching.Wish{
		TitleZH: "寻求抗污染的中空纤维超滤膜", TextZH: "印染废水回用,现有超滤膜三个月即堵塞。", TitleEN: "Antifouling hollow-fibre ultrafiltration membrane",
		Field: "NM", IPC: []string{"B01D 71/68"}, LevelLeast: 5, BudgetMostFen: 2_000_000 * money.Yuan, Rights: []subject.Mode{subject.Assign},
		City: "310117", Until: "2026-12-31", Secrecy: matching.Public,
	}
}

func (h *house) membrane(of identity.Viewer) *ent.Listing {
	h.t.Helper()
	return h.offer(of, "高通量抗污染聚砜中空纤维超滤膜", "High-flux antifouling polysulfone hollow-fibre ultrafiltration membrane", "B01D 71/68")
}

// publish posts a need and has it weighed.
func (h *house) publish(w matching.Wish) int {
	h.t.Helper()
	id, err := h.needs.New(h.t.Context(), h.company, w)
	must(h.t, err)
	must(h.t, h.needs.Publish(h.t.Context(), h.company, id, 1))
	if n := h.due("needs.match"); n != 1 {
		h.t.Fatalf("%d errands of weighing", n)
	}
	return id
}

func (h *house) told(v identity.Viewer, k inbox.Kind) []*ent.Notice {
	return h.db.Ent().Notice.Query().Where(notice.PersonID(v.PersonID()), notice.Kind(string(k))).AllX(h.t.Context())
}

func code(err error) fault.Code {
	if err == nil {
		return ""
	}
	return fault.Of(err)
}

func fieldsOf(err error) map[string]fault.Problem {
	all := map[string]fault.Problem{}
	for _, f := range fault.In(err).Fields {
		all[f.Name] = f.Problem
	}
	return all
}
