package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/trade"
)

// However much has changed since a sale was announced, whoever subscribed keeps it; what is over follows, the latest first.
func TestAComingSaleStaysInTheCalendar(t *testing.T) {
	h := open(t)
	id := h.lot()
	now := time.Now().UTC()
	h.db.Ent().Lot.UpdateOneID(id).SetOpensAt(now.AddDate(0, 1, 0)).SetChangedAt(now.AddDate(0, 0, -30)).ExecX(t.Context())
	of := h.db.Ent().Lot.GetX(t.Context(), id)
	for i := range 310 { // the latest to be changed ended first
		h.db.Ent().Lot.Create().SetNumber(fmt.Sprintf("ENDED-%d", i)).SetTerms(of.Terms).SetStatus(lot.StatusPUBLISHED).SetListing(h.listing).
			SetOperator(h.operator.Organisation).SetPhase(string(auction.Closed)).SetOutcome(string(auction.Sold)).
			SetOpenedAt(now.Add(-time.Duration(i+2) * time.Hour)).SetClosedAt(now.Add(-time.Duration(i+1) * time.Hour)).
			SetChangedAt(now.Add(time.Duration(i-400) * time.Minute)).SaveX(t.Context())
	}
	b := h.visitor()
	for _, query := range []string{"", "?state=next", "?city=" + h.listing.City, path("?seller=%d", h.seller.ID)} {
		if got := b.get("/lots/calendar.ics" + query).body; !strings.Contains(got, "UID:"+of.Number+"@corridor") {
			t.Errorf("%q has lost the sale that comes", query)
		}
	}
	got := b.get("/lots/calendar.ics").body
	if n := strings.Count(got, "BEGIN:VEVENT"); n != 300 || !strings.Contains(got, "UID:ENDED-0@") || strings.Contains(got, "UID:ENDED-309@") {
		t.Errorf("%d entries, or not the latest of those that are over", n)
	}
	if got := b.get("/lots/feed.atom").body; strings.Count(got, "<entry>") != 100 || strings.Contains(got, path("/lots/%d<", id)) {
		t.Error("the feed does not hold what changed last")
	}
}

// What has not been read yet is not gone: until the search has read all, a feed and a calendar say nothing, and when to ask
// again, in words of their own.
func TestFeedsWaitForTheSearch(t *testing.T) {
	h := open(t, func(o *site.Options) { o.Search = search.New(search.Options{Now: time.Now}) }) // nothing fills it
	words := map[string]string{"en": "this feed and calendar are not whole yet", "zh-CN": "此订阅与日历尚不完整"}
	for _, p := range []string{"/search/feed.atom", "/search/calendar.ics", "/search/calendar.ics?city=310117", "/search/feed.atom?q=graphene"} {
		for lang, want := range words {
			b := h.visitor()
			b.lang = lang
			if got := b.get(p); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, want) {
				t.Errorf("%s in %s: %d, to be asked again after %q", p, lang, got.status, got.header.Get("Retry-After"))
			}
		}
	}
	if got := h.visitor().get("/search"); got.status != http.StatusOK {
		t.Errorf("the page: %d", got.status)
	}
}

// property is what an entry says under a name, with its parameters; "" nothing.
func property(e *ical.VEvent, name ical.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// A sale that is extended, interrupted and annulled never says something else under a SEQUENCE that calendars have already.
func TestWhatACalendarSaysHasASequenceOfItsOwn(t *testing.T) {
	h := open(t)
	running, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() { defer close(ran); h.market.Run(running) }()
	defer func() { stop(); <-ran }()
	id := h.lotClosing(auction.Closing{Mode: auction.Soft, DurationS: 600, WindowS: 600, ExtendS: 600})
	a, b := h.as(h.bidder(id)), h.as(h.bidder(id))
	said, last, ends := map[string]string{}, -1, map[string]bool{}
	read := func(when string) {
		t.Helper()
		cal, err := ical.ParseCalendar(strings.NewReader(h.visitor().get(path("/lots/%d/calendar.ics", id)).body))
		must(t, err)
		e := cal.Events()[0]
		says := fmt.Sprint(property(e, ical.ComponentPropertyDtStart), property(e, ical.ComponentPropertyDtEnd), property(e, ical.ComponentPropertySummary), property(e, ical.ComponentPropertyStatus))
		sequence := property(e, ical.ComponentPropertySequence)
		if before, known := said[sequence]; known && before != says {
			t.Errorf("%s: SEQUENCE %s said %s, and now %s", when, sequence, before, says)
		}
		n, err := strconv.Atoi(sequence)
		must(t, err)
		if n < last {
			t.Errorf("%s: SEQUENCE %d after %d", when, n, last)
		}
		said[sequence], last = says, n
		ends[property(e, ical.ComponentPropertyDtEnd)] = true
	}
	read("announced")
	h.conduct(id, market.OpenNow)
	read("open")
	for i, who := range []*reader{a, b, a, b} {
		if i%2 == 1 {
			time.Sleep(1100 * time.Millisecond) // a calendar counts whole seconds
		}
		if got := h.bid(who, id, strconv.Itoa(1_000_000+i*100_000), "PLAIN"); got.status != http.StatusSeeOther {
			t.Fatalf("bid %d: %d", i, got.status)
		}
		for range 400 { // the projection follows the log
			if h.market.Ring(auction.LotID(id), 0); h.db.Ent().Lot.GetX(t.Context(), id).Bids > i {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		read(fmt.Sprint("bid ", i))
	}
	if len(ends) < 4 { // announced, open, and extended twice
		t.Errorf("no bid has extended it: %v", ends)
	}
	for _, o := range []market.Order{market.PauseNow, market.Annul} {
		h.conduct(id, o)
		read(string(o))
	}
}

// Entries as bytes: nothing but line breaks and tabs of all control characters, no line of more than 75 octets, an end that is
// later than the beginning or none (RFC 5545 §3.1, §3.3.11, §3.8.2.2), and what comes back is what was said.
func TestCalendarsKeepToTheFormat(t *testing.T) {
	p := trades(t)
	p.db.Ent().Listing.UpdateOneID(p.listing.ID).SetTitleEn("Graphene\rDTEND:19700101T000000Z\vmembrane\u0085, which is a name\nof two lines; and so long that it is folded 石墨烯石墨烯石墨烯石墨烯").ExecX(t.Context())
	p.begin(trade.ByListing, "3000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("300000"))
	timed := p.db.Ent().Project.Query().OnlyX(t.Context())
	p.publish("气凝胶", "Aerogel")
	withdrawn, byHand := p.lot(), 0
	p.conduct(withdrawn, market.Withdraw) // before it opened
	byHand = p.lot()
	p.indexed(2)
	must(t, p.house.search.Follow(t.Context()))
	read := func(b *reader, path string) *ical.Calendar {
		t.Helper()
		raw := b.get(path).body
		for i, line := range strings.Split(raw, "\r\n") {
			if len(line) > 75 || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }) || !utf8.ValidString(line) {
				t.Errorf("%s: line %d: %d octets: %q", path, i+1, len(line), line)
			}
		}
		if strings.Contains(raw, "REFRESH-INTERVAL") && !strings.Contains(raw, "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n") { // RFC 7986 §5.7
			t.Errorf("%s does not say how often it is to be read", path)
		}
		cal, err := ical.ParseCalendar(strings.NewReader(raw))
		must(t, err)
		for _, e := range cal.Events() {
			if begin, end := property(e, ical.ComponentPropertyDtStart), property(e, ical.ComponentPropertyDtEnd); begin == "" || end != "" && end <= begin {
				t.Errorf("%s: %s lasts from %q to %q", path, e.Id(), begin, end)
			}
		}
		return cal
	}
	b := p.visitor()
	b.lang = "en"
	for _, due := range []time.Time{timed.DueAt.Add(0), timed.DueAt.Add(90 * time.Minute)} { // a whole day, and a time of one
		p.db.Ent().Project.UpdateOne(timed).SetDueAt(due).ExecX(t.Context())
		for _, c := range []string{"/lots/calendar.ics", "/search/calendar.ics", path("/lots/%d/calendar.ics", withdrawn), path("/lots/%d/calendar.ics", byHand)} {
			if len(read(b, c).Events()) == 0 {
				t.Errorf("%s is empty", c)
			}
		}
	}
	for _, e := range read(b, "/lots/calendar.ics").Events() {
		if got := property(e, ical.ComponentPropertySummary); !strings.HasSuffix(got, "Graphene DTEND:19700101T000000Z membrane , which is a name\nof two lines; and so long that it is folded 石墨烯石墨烯石墨烯石墨烯") {
			t.Errorf("%q", got)
		}
	}
	got := read(b, "/search/calendar.ics?q="+url.QueryEscape("graphene\rX-EVIL:1\x00\u2028\x1b"+strings.Repeat("烯", 40)))
	for _, of := range got.CalendarProperties {
		if of.IANAToken == string(ical.PropertyXWRCalName) && !strings.Contains(of.Value, "graphene X-EVIL:1") || of.IANAToken == "X-EVIL" {
			t.Errorf("%q", of.Value)
		}
	}
}
