package site_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/trade"
)

// atomRead is a feed as its readers read it.
type atomRead struct {
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Summary string   `xml:"summary"`
	Link    atomLink `xml:"link"`
}

func (b *reader) atom(path string) (f atomRead) {
	b.h.t.Helper()
	got := b.get(path)
	if got.status != http.StatusOK {
		b.h.t.Fatalf("%s: %d", path, got.status)
	}
	must(b.h.t, xml.Unmarshal([]byte(got.body), &f))
	return f
}

// A result that is listed, and whose price is cut, is news: its entry says the way and the price of the project, leads to it,
// and is as new as what has happened.
func TestFeedsTellOfOpenProjects(t *testing.T) {
	p := trades(t)
	published := time.Date(2026, 2, 20, 2, 0, 0, 0, time.UTC)
	p.db.Ent().Listing.UpdateOneID(p.listing.ID).SetPriceIdeaFen(999_000_000).SetPublishedAt(published).ExecX(t.Context())
	p.db.Ent().Listing.Update().Where(listing.IDNEQ(p.listing.ID)).SetPublishedAt(published).ExecX(t.Context())
	p.indexed(1)
	p.begin(trade.ByListing, "3000000")
	p.do(p.vendor, "SubmitForReview", nil)
	b := p.visitor()
	b.lang = "en"
	feeds := []string{"/search/feed.atom?q=graphene", "/search/feed.atom", path("/lots/feed.atom?seller=%d", p.seller.ID)}
	read := func(link, at, title string, words ...string) (id string) {
		t.Helper()
		must(t, p.house.search.Follow(t.Context()))
		moment, err := time.ParseInLocation("2006-01-02 15:04", at, calendar.Zone)
		must(t, err)
		stamp := moment.UTC().Format("2006-01-02T15:04:05.000Z")
		for _, feed := range feeds {
			f := b.atom(feed)
			if len(f.Entries) != 1 {
				t.Fatalf("%s: %d entries", feed, len(f.Entries))
			}
			e := f.Entries[0]
			if !strings.HasSuffix(e.Link.Href, link) || e.Updated != stamp || f.Updated != stamp || e.Title != title {
				t.Errorf("%s: %+v, want %q with a link to %s of %s", feed, e, title, link, stamp)
			}
			for _, w := range words {
				if !strings.Contains(e.Summary, w) {
					t.Errorf("%s: %q does not say %q", feed, e.Summary, w)
				}
			}
			if id != "" && e.ID != id {
				t.Errorf("%s calls it %s, another %s", feed, e.ID, id)
			}
			id = e.ID
		}
		return id
	}
	idea := read(path("/listings/%d", p.listing.ID), "2026-02-20 10:00", "Graphene membrane", "Price: 9.99 million yuan") // what is under review is nobody's business
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("600000"))
	listed := read(p.page, "2026-03-02 10:00", "Listing · Graphene membrane", "Price: 3 million yuan")
	p.on("2026-03-03 10:00")
	change := url.Values{"price_fen": {"2400000"}, "deposit_fen": {"240000"}, "justification": {"市场变化"}, "approval": {"批文1"}}
	for field, text := range decision("price_fen", "2400000") {
		change[field] = text
	}
	p.do(p.official, "ChangeListing", change)
	if cut := read(p.page, "2026-03-03 10:00", "Listing · Graphene membrane", "Price: 2.4 million yuan"); cut != idea || listed != idea {
		t.Errorf("the entry does not keep its name: %s, %s, %s", idea, listed, cut)
	}
	p.on("2026-03-04 10:00")
	p.do(p.company, "Register", nil) // who registers is confidential, R1.1
	read(p.page, "2026-03-03 10:00", "Listing · Graphene membrane", "Price: 2.4 million yuan")
}

// What the house does not understand makes no other feed, and neither does the order of what it does.
func TestAFeedHasOneName(t *testing.T) {
	h := open(t)
	h.lot()
	b := h.visitor()
	want := b.atom(path("/lots/feed.atom?city=%s&seller=%d", h.listing.City, h.seller.ID))
	for _, query := range []string{path("?utm=x&seller=%d&city=%s", h.seller.ID, h.listing.City), path("?seller=0%d&city=%s&page=2&state=&city=341800", h.seller.ID, h.listing.City)} {
		got := b.atom("/lots/feed.atom" + query)
		if got.ID != want.ID || len(got.Links) != 2 || got.Links[0] != want.Links[0] || got.Links[1] != want.Links[1] || len(got.Entries) != len(want.Entries) {
			t.Errorf("%s: %+v, want %+v", query, got, want)
		}
	}
	if want.Links[0].Href != want.ID || !strings.HasSuffix(want.ID, path("/lots/feed.atom?city=%s&seller=%d", h.listing.City, h.seller.ID)) {
		t.Errorf("%+v", want)
	}
	for _, other := range []string{"", "?state=next", "?field=NM", "?date=2026-11-27"} {
		if got := b.atom("/lots/feed.atom" + other); !strings.HasSuffix(got.ID, "/lots/feed.atom"+other) {
			t.Errorf("%q is called %s", other, got.ID)
		}
	}
	if got := b.atom("/search/feed.atom?utm=x&q=graphene"); !strings.HasSuffix(got.ID, "/search/feed.atom?q=graphene") {
		t.Errorf("%+v", got)
	}
}
