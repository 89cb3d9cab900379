package site_test

import (
	"strings"
	"testing"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/trade"
)

// event is what a calendar says of one deadline.
type event struct{ uid, sequence, begin, stamp, summary, url string }

func (p *trading) events(path string) (all []event) {
	p.t.Helper()
	b := p.visitor()
	b.lang = "en"
	cal, err := ical.ParseCalendar(strings.NewReader(b.get(path).body))
	must(p.t, err)
	for _, e := range cal.Events() {
		of := func(name ical.ComponentProperty) string { return e.GetProperty(name).Value }
		all = append(all, event{e.Id(), of(ical.ComponentPropertySequence), of(ical.ComponentPropertyDtStart), of(ical.ComponentPropertyDtstamp),
			of(ical.ComponentPropertySummary), of(ical.ComponentPropertyUrl)})
	}
	return all
}

// The calendars of a search, a city and a seller hold the deadlines of projects: an extended period moves the entry that is
// there already. Who registers changes nothing that the public reads (R1.1).
func TestCalendarsHoldTheDeadlinesOfProjects(t *testing.T) {
	p := trades(t)
	p.begin(trade.ByListing, "3000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.indexed(1)
	calendars := []string{"/lots/calendar.ics", "/lots/calendar.ics?city=" + p.listing.City, path("/lots/calendar.ics?seller=%d", p.seller.ID), "/search/calendar.ics?q=graphene"}
	for _, c := range calendars {
		if got := p.events(c); len(got) != 0 {
			t.Errorf("%s has the deadline of a draft: %v", c, got)
		}
	}
	p.on("2026-03-02 10:00")
	f := listingForm("300000")
	f.Set("extension_days", "5")
	f.Set("extension_cycles", "2")
	p.do(p.official, "PublishListing", f)
	read := func(begin string) (one event) {
		t.Helper()
		p.offered("listing")
		for i, c := range calendars {
			got := p.events(c)
			if len(got) != 1 || got[0].begin != begin || !strings.Contains(got[0].summary, "The listing ends") || !strings.HasSuffix(got[0].url, p.page) {
				t.Fatalf("%s: %+v, want one on %s", c, got, begin)
			}
			if i > 0 && got[0] != one {
				t.Errorf("%s says %+v, another calendar %+v", c, got[0], one)
			}
			one = got[0]
		}
		return one
	}
	first := read("20260316")
	if first.uid != "G60-P-2026-0001@corridor" || first.sequence != "0" {
		t.Errorf("%+v", first)
	}
	for query, n := range map[string]int{"?city=341800": 0, "?seller=999": 0, "?state=next": 0, "?date=2026-03-16": 1, "?date=2026-03-17": 0, "?field=BIO": 0} {
		if got := p.events("/lots/calendar.ics" + query); len(got) != n {
			t.Errorf("%s: %v", query, got)
		}
	}
	p.on("2026-03-03 10:00")
	p.do(p.company, "Register", nil)
	if again := read("20260316"); again != first {
		t.Errorf("after a registration %+v, before it %+v", again, first)
	}
	const review = "Documents must be reviewed"
	for _, page := range []string{"/projects", p.page, "/search?q=graphene"} {
		if got := p.visitor().get(page).body; strings.Contains(got, review) || !strings.Contains(got, "The listing ends") {
			t.Errorf("%s tells the public that somebody has registered", page)
		}
	}
	if !strings.Contains(p.official.get("/operator/projects").body, review) || !strings.Contains(p.official.get(p.page).body, review) {
		t.Error("the operator does not read what he has to do")
	}
	p.on("2026-03-10 10:00") // the review is late
	p.do(p.official, "RejectDocuments", map[string][]string{"registration": {"R1"}, "reasons": {"no licence"}})
	if got := p.visitor().get(p.page).body; strings.Contains(got, review) {
		t.Error("the public reads that a review was missed")
	}
	p.on("2026-03-17 10:00")
	p.do(p.as(p.member(organisation.KindCOMPANY, membership.RoleAGENT)), "Register", nil) // whoever comes next finds it extended
	if moved := read("20260323"); moved.uid != first.uid || moved.sequence != "1" || moved.stamp == first.stamp {
		t.Errorf("extended it is %+v, before it was %+v", moved, first)
	}
	if got := p.visitor().get(path("/organisations/%d", p.seller.ID)).body; !strings.Contains(got, path(`href="/lots/calendar.ics?seller=%d"`, p.seller.ID)) {
		t.Error("the seller's page does not lead to his calendar")
	}
}

// offered waits until the search knows by which way the listing is offered now.
func (p *trading) offered(way string) {
	p.t.Helper()
	must(p.t, p.house.search.Follow(p.t.Context()))
	if got := p.visitor().get("/search/calendar.ics?way=" + way).body; !strings.Contains(got, "VEVENT") {
		p.t.Fatalf("the search does not know of the %s", way)
	}
}
