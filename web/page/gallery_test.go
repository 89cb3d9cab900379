package page

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
)

// shown is one page of the gallery as one kind of visitor sees it.
type shown struct {
	name  string
	visit component.Visit
	page  func(ctx context.Context) templ.Component
}

func fixed(c templ.Component) func(context.Context) templ.Component {
	return func(context.Context) templ.Component { return c }
}

var (
	nobody   = component.Visit{Now: now, Demo: true, Path: "/"}
	bidder   = component.Visit{Now: now, Demo: true, Path: "/lots/1", Person: person, Organisation: company, MayBid: true}
	official = component.Visit{Now: now, Path: "/operator", Person: person, Organisation: operator, Operator: true}
)

func gallery() []shown {
	counts := []Count{{"310117", 9}, {"320500", 6}, {"330100", 7}, {"330500", 3}, {"330400", 4}, {"340100", 5}, {"340200", 2}}
	home := HomePage{
		Live: liveLots[:2], Next: nextLots, Results: closedLots, Cities: counts,
		Fields: []Count{{"AI", 8}, {"IC", 5}, {"BIO", 7}, {"HEE", 4}, {"NE", 6}, {"NM", 9}, {"NEV", 3}, {"GEN3", 1}},
		Days:   []Count{{"2026-11-23", 12}, {"2026-11-24", 4}, {"2026-11-27", 1}},
	}
	people := []*ent.Membership{
		member(university, 1, membership.RoleADMINISTRATOR), member(company, 2, membership.RoleAGENT),
		member(institute, 3, membership.RoleAGENT), member(operator, 4, membership.RoleADMINISTRATOR),
	}
	queue := []*ent.Registration{
		applied(1, company, liveLots[0], registration.StateAPPLIED, 0, ""),
		applied(2, institute, liveLots[0], registration.StateAPPLIED, 180_000_00, ""),
		applied(3, university, liveLots[0], registration.StateQUALIFIED, 180_000_00, "K7Q2"),
		applied(4, operator, liveLots[0], registration.StateREJECTED, 0, ""),
	}
	terms := sampleTerms
	faulty := form.LotOf(sampleTerms)
	faulty.Start, faulty.Limited.Number, faulty.NameEN = "1e9", "", ""
	list := LotsPage{Lots: append(append([]*ent.Lot{}, liveLots...), append(nextLots, closedLots...)...), Total: 64, Page: 3, Pages: 9, Filter: Filter{City: "310117"}}
	own := BidsPage{Lots: []OwnLot{{Lot: liveLots[0], Rows: ownRows, Leads: true}, {Lot: closedLots[0], Rows: ownRows[1:]}}}
	own.Lots[0].Holding.Paddle, own.Lots[1].Holding.Paddle = "M3XD", "Q9TT"
	return []shown{
		{"home", nobody, fixed(Home(home))},
		{"home-empty", component.Visit{Now: now}, fixed(Home(HomePage{}))},
		{"lots", nobody, fixed(Lots(list))},
		{"lots-empty", nobody, fixed(Lots(LotsPage{Filter: Filter{Field: "GENE"}, Page: 1, Pages: 1}))},
		{"lot-next", bidder, fixed(Lot(LotPage{Lot: nextLots[0]}))},
		{"lot-live", nobody, fixed(Lot(LotPage{Lot: liveLots[2]}))},
		{"lot-qualified", bidder, fixed(Lot(LotPage{Lot: liveLots[0], Registration: queue[2]}))},
		{"lot-sold", nobody, fixed(Lot(LotPage{Lot: closedLots[0], Head: strings.Repeat("5f1c", 16), KeyID: "corridor-2026-1"}))},
		{"lot-passed", nobody, fixed(Lot(LotPage{Lot: closedLots[1], Head: strings.Repeat("9ab0", 16), KeyID: "corridor-2026-1"}))},
		{"announcement", nobody, fixed(Announcement(AnnouncementPage{Lot: nextLots[1]}))},
		{"sign-in", nobody, fixed(SignIn(SignInPage{People: people}))},
		{"sign-in-fault", component.Visit{Now: now}, fixed(SignIn(SignInPage{Email: "a@b.example", Fault: "error_credentials_title"}))},
		{"account", component.Visit{Now: now, Person: person, Organisation: company, MayBid: true, Path: "/me"}, fixed(Account(AccountPage{Memberships: people[1:2], Registrations: queue}))},
		{"account-empty", bidder, fixed(Account(AccountPage{Memberships: people[1:2]}))},
		{"bids", bidder, fixed(Bids(own))},
		{"bids-empty", bidder, fixed(Bids(BidsPage{}))},
		{"confirm", bidder, fixed(Confirm(ConfirmPage{Lot: liveLots[0], Kind: auction.Plain, AmountFen: jumpRow.AmountFen, Row: jumpRow}))},
		{"receipt", bidder, fixed(Receipt(ReceiptPage{Lot: liveLots[0], Row: ownRows[0], Holding: own.Lots[0].Holding}))},
		{"receipt-refused", bidder, fixed(Receipt(ReceiptPage{Lot: liveLots[0], Row: ownRows[1], Holding: own.Lots[0].Holding}))},
		{"operator", official, fixed(Operator(OperatorPage{Lots: list.Lots, Waiting: map[int]int{0: 3}}))},
		{"operator-choose", official, fixed(LotForm(LotFormPage{Listings: listings}))},
		{"operator-new", official, fixed(LotForm(LotFormPage{Listing: listings[0], Form: form.NewLot(1_800_000_00), Preview: &terms}))},
		{"operator-faults", official, func(ctx context.Context) templ.Component {
			_, faults := faulty.Sale()
			return LotForm(LotFormPage{Lot: nextLots[0], Listing: listings[0], Form: faulty, Faults: component.Sentences(ctx, faults)})
		}},
		{"registrations", official, func(ctx context.Context) templ.Component {
			f := map[int]form.Faults{1: component.Sentences(ctx, []fault.Field{{Name: "amount", Problem: "FULL_WIDTH"}})}
			return Registrations(RegistrationsPage{Lot: liveLots[0], Registrations: queue, Faults: f, Now: now})
		}},
		{"console", official, fixed(Console(ConsolePage{Lot: liveLots[0], View: liveView, Rows: sampleRows}))},
		{"console-ask", official, fixed(Console(ConsolePage{Lot: liveLots[0], View: liveView, Ask: "pause", Cause: auction.PlatformFailure}))},
		{"console-paused", official, fixed(Console(ConsolePage{Lot: liveLots[2], View: pausedView, Rows: sampleRows[2:]}))},
		{"import", editor, fixed(Import(ImportStart{Files: []ImportFile{sampleFile, {Token: "b", State: "DONE", At: now}}}))},
		{"import-faults", editor, func(ctx context.Context) templ.Component {
			return Import(ImportStart{Faults: component.Sentences(ctx, []fault.Field{{Name: "file", Problem: "FILE_OLD_EXCEL"}})})
		}},
		{"import-columns", editor, func(ctx context.Context) templ.Component {
			f := component.Sentences(ctx, []fault.Field{{Name: "column-1", Problem: "COLUMN_TWICE"}, {Name: "", Problem: "TITLE_COLUMN"}})
			return ImportMapping(ImportColumns{File: sampleFile, Table: sampleTable, Mapping: intake.Guess(sampleTable), AskDates: true, Faults: f})
		}},
		{"import-unreadable", editor, fixed(ImportMapping(ImportColumns{File: sampleFile, Header: 99, Faults: form.Faults{"file": "x"}}))},
		{"import-preview", editor, fixed(ImportPreview(sampleRowsPage("NEW")))},
		{"import-report", editor, fixed(ImportReport(sampleRowsPage("DONE")))},
		{"import-running", editor, fixed(ImportReport(ImportRows{File: ImportFile{Token: "a", State: "RUNNING"}, Done: 4500, Of: 10_000}))},
		{"import-failed", editor, fixed(ImportReport(ImportRows{File: ImportFile{Token: "a", State: "FAILED"}, Failed: "IMPORT_FAILED"}))},
		{"verify", nobody, fixed(Verify())},
		{"projects", nobody, fixed(Projects(ProjectsPage{Kind: "public", Projects: []*ent.Project{sampleProject.Row}, Total: 1, Page: 1, Pages: 3}))},
		{"projects-mine-empty", official, fixed(Projects(ProjectsPage{Kind: "mine", Page: 1, Pages: 1, MayBegin: true}))},
		{"projects-queue", official, fixed(Projects(ProjectsPage{Kind: "queue", Projects: []*ent.Project{sampleProject.Row}, Total: 1, Page: 1, Pages: 1}))},
		{"project", nobody, fixed(Project(sampleProject))},
		{"project-insider", official, fixed(Project(insiderProject()))},
		{"project-new", official, fixed(NewProject(NewProjectPage{Listing: listings[0], Values: url.Values{"way": {"LISTING"}}, Faults: form.Faults{"price_fen": "x"},
			Ends: map[trade.Way]calendar.End{trade.ByListing: calendar.Shipped().EndOf(now, calendar.Period{N: 5, Unit: calendar.WorkingDays})}}))},
		{"project-new-choose", official, fixed(NewProject(NewProjectPage{Listings: listings}))},
		{"calendar", official, fixed(Calendar(CalendarPage{Year: 2026, Years: []int{2026, 2027}, Of: &calendar.Shipped().Years()[6], Own: []calendar.Day{{Date: calendar.On(2026, 7, 1), Reason: "台风"}}}))},
		{"error", nobody, fixed(Error(ErrorPage{Status: 404, RequestID: "01J9Z3"}))},
	}
}

func render(t *testing.T, s shown, l locale.Lang, theme string) string {
	t.Helper()
	v := s.visit
	v.Theme = theme
	ctx := component.WithVisit(locale.With(context.Background(), l), v)
	var b bytes.Buffer
	if err := s.page(ctx).Render(ctx, &b); err != nil {
		t.Fatalf("render %s: %v", s.name, err)
	}
	return b.String()
}

var (
	bareKey  = regexp.MustCompile(`>\s*[a-z]+_[a-zA-Z0-9_]+\s*<`)
	idOf     = regexp.MustCompile(`\sid="([^"]+)"`)
	forOf    = regexp.MustCompile(`\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"`)
	heading1 = regexp.MustCompile(`<h1[\s>]`)
	inline   = regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<script>|<style|javascript:`)
	headings = regexp.MustCompile(`<h([1-6])[\s>]`)
)

// Every page in both languages: no text missing, nothing that the content policy forbids, sound structure.
func TestPagesAreSound(t *testing.T) {
	for _, s := range gallery() {
		for _, l := range locale.Langs {
			t.Run(s.name+"/"+string(l), func(t *testing.T) {
				html := render(t, s, l, "")
				if m := bareKey.FindString(html); m != "" {
					t.Errorf("a text is missing: %s", m)
				}
				if m := inline.FindString(html); m != "" {
					t.Errorf("inline style or script: %q", m)
				}
				if n := len(heading1.FindAllString(html, -1)); n != 1 {
					t.Errorf("%d headings of the first level", n)
				}
				level := 0
				for _, m := range headings.FindAllStringSubmatch(html, -1) {
					next := int(m[1][0] - '0')
					if next > level+1 {
						t.Errorf("heading h%d follows h%d", next, level)
					}
					level = next
				}
				ids := map[string]bool{}
				for _, m := range idOf.FindAllStringSubmatch(html, -1) {
					if ids[m[1]] {
						t.Errorf("id %q twice", m[1])
					}
					ids[m[1]] = true
				}
				for _, m := range forOf.FindAllStringSubmatch(html, -1) {
					for _, id := range strings.Fields(m[1]) {
						if !ids[id] {
							t.Errorf("nothing has the id %q", id)
						}
					}
				}
				if strings.Contains(html, "MISSING") || strings.Contains(html, "<no value>") || strings.Contains(html, "%!") {
					t.Error("a text is not filled in")
				}
			})
		}
	}
}

// What users type must come back as text.
func TestPagesEscape(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	f := form.NewLot(100)
	f.NameZH, f.Start = evil, evil
	html := render(t, shown{"evil", official, fixed(LotForm(LotFormPage{Listing: listings[0], Form: f, Faults: form.Faults{"name.zh": evil}}))}, locale.EN, "")
	if strings.Contains(html, "<script>alert") {
		t.Error("typed markup reached the page")
	}
}

// TestGallery writes every page to the folder named by GALLERY, to look at.
func TestGallery(t *testing.T) {
	dir := os.Getenv("GALLERY")
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(dir, "corridor.css"), []byte(stylesheet(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, s := range gallery() {
		for _, l := range locale.Langs {
			for _, theme := range []string{"light", "dark"} {
				html := render(t, s, l, theme)
				html = strings.ReplaceAll(html, web.URL(""), "")
				name := filepath.Join(dir, fmt.Sprintf("%s.%s.%s.html", s.name, l, theme))
				if err := os.WriteFile(name, []byte(html), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// BenchmarkLots renders a page of fifty lots.
func BenchmarkLots(b *testing.B) {
	p := LotsPage{Total: 50, Page: 1, Pages: 1}
	for i := range 50 {
		p.Lots = append(p.Lots, sampleLot(i%20, auction.Limited, 3_100_000_00, 23))
	}
	ctx := component.WithVisit(locale.With(context.Background(), locale.EN), nobody)
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := Lots(p).Render(ctx, &buf); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(buf.Len()))
}
