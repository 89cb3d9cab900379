package site_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/market"
)

// A seller's feed tells of his results that are in no lot as well, and only of what is published.
func TestASellersFeedHasHisResults(t *testing.T) {
	h := open(t)
	h.lot()
	one := h.db.Ent().Listing.Create().SetNumber("G60-L-7").SetTitleZh("陶瓷膜").SetTitleEn("Ceramic membrane").SetField(listing.FieldNM).SetTrl(5).
		SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").SetSeller(h.seller).SaveX(t.Context())
	b, link := h.visitor(), fmt.Sprintf("/listings/%d", one.ID)
	feed := func(query string) string { return b.get("/lots/feed.atom" + query).body }
	his := path("?seller=%d", h.seller.ID)
	if strings.Contains(feed(his), link) {
		t.Error("a draft is in the feed")
	}
	one.Update().SetStatus(listing.StatusPUBLISHED).SetPublishedAt(time.Now()).ExecX(t.Context())
	if got := feed(his); !strings.Contains(got, link) || !strings.Contains(got, "/lots/") || strings.Index(got, "Ceramic membrane") > strings.Index(got, "Graphene") {
		t.Errorf("the newest is not first among both: %s", got)
	}
	for _, query := range []string{"", "?city=310117", his + "&state=next", "?seller=999"} {
		if strings.Contains(feed(query), link) {
			t.Errorf("%q tells of it", query)
		}
	}
}

// The feed and the calendar hold what the list with the same filter holds.
func TestFeedsFollowTheFilter(t *testing.T) {
	h := open(t)
	id := h.lot()
	b := h.visitor()
	var feed struct {
		Lang    string `xml:"lang,attr"`
		Updated string `xml:"updated"`
		Entries []struct {
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	read := func(query string) int {
		t.Helper()
		feed.Entries = nil
		got := b.get("/lots/feed.atom" + query)
		if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "application/atom+xml") {
			t.Fatalf("%s: %d %s", query, got.status, got.header.Get("Content-Type"))
		}
		must(t, xml.Unmarshal([]byte(got.body), &feed))
		cal, err := ical.ParseCalendar(strings.NewReader(b.get("/lots/calendar.ics" + query).body))
		must(t, err)
		if n := len(cal.Events()); n != len(feed.Entries) {
			t.Errorf("%s: %d in the calendar, %d in the feed", query, n, len(feed.Entries))
		}
		return len(feed.Entries)
	}
	if read("") != 1 || !strings.HasSuffix(feed.Entries[0].Link.Href, path("/lots/%d", id)) || feed.Lang != "en" {
		t.Errorf("%+v", feed)
	}
	before := feed.Entries[0].Title
	for query, want := range map[string]int{
		"?city=" + h.listing.City: 1, "?city=341800": 0, "?state=next": 1, "?state=ended": 0, path("?seller=%d", h.seller.ID): 1, "?seller=999": 0,
	} {
		if got := read(query); got != want {
			t.Errorf("%s: %d lots, want %d", query, got, want)
		}
	}
	h.conduct(id, market.OpenNow)
	if read(""); feed.Entries[0].Title == before {
		t.Errorf("open or not, it says %q", before)
	}
	for _, wrong := range []string{"?seller=x", "?state=x", "?field=x", "?date=x"} {
		if got := b.get("/lots/feed.atom" + wrong); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, got.status)
		}
	}
	// Bids do not make a feed new.
	tag := b.get("/lots/feed.atom").header.Get("ETag")
	h.bid(h.as(h.bidder(id)), id, "1000000", "PLAIN")
	req, err := http.NewRequest(http.MethodGet, h.server.URL+"/lots/feed.atom", nil)
	must(t, err)
	req.Header.Set("Accept-Language", "en")
	req.Header.Set("If-None-Match", tag)
	if got := b.send(req); tag == "" || got.status != http.StatusNotModified || got.body != "" {
		t.Errorf("tag %s: %d", tag, got.status)
	}
}

// A company that only bids has no page: who is interested is nobody's business.
func TestWhoHasAPublicPage(t *testing.T) {
	h := open(t)
	h.lot()
	b := h.visitor()
	seller := b.get(path("/organisations/%d", h.seller.ID))
	if seller.status != http.StatusOK || !strings.Contains(seller.body, h.listing.TitleEn) || !strings.Contains(seller.body, h.seller.Uscc) {
		t.Errorf("seller: %d", seller.status)
	}
	company := h.member(organisation.KindCOMPANY, membership.RoleAGENT).Organisation
	if got := b.get(path("/organisations/%d", company.ID)); got.status != http.StatusNotFound || strings.Contains(got.body, company.NameEn) {
		t.Errorf("company: %d", got.status)
	}
	if got := b.get("/sitemaps/organisations-1.xml"); strings.Contains(got.body, path("/organisations/%d<", company.ID)) || !strings.Contains(got.body, path("/organisations/%d<", h.seller.ID)) {
		t.Error(got.body)
	}
	if got := b.get("/robots.txt"); !strings.Contains(got.body, "Sitemap: http://") {
		t.Error(got.body)
	}
}

// Whatever the list of lists names can be read, and holds what is public and nothing else.
func TestSitemaps(t *testing.T) {
	h := open(t)
	l := h.lot()
	b := h.visitor()
	named := regexp.MustCompile(`<loc>http://[^/]+(/[^<]*)</loc>`)
	index := named.FindAllStringSubmatch(b.get("/sitemap.xml").body, -1)
	if len(index) < 4 {
		t.Fatalf("%d lists", len(index))
	}
	found := map[string]bool{}
	for _, list := range index {
		for _, page := range named.FindAllStringSubmatch(b.get(list[1]).body, -1) {
			found[page[1]] = true
			if got := b.get(page[1]); got.status != http.StatusOK {
				t.Errorf("%s in %s: %d", page[1], list[1], got.status)
			}
		}
	}
	for _, want := range []string{"/", "/search", "/projects", path("/lots/%d", l), path("/listings/%d", h.listing.ID)} {
		if !found[want] {
			t.Errorf("%s is in no list", want)
		}
	}
	for _, none := range []string{"/sitemaps/people-1.xml", "/sitemaps/lots-0.xml", "/sitemaps/lots-x.xml", "/sitemaps/lots-1", "/sitemaps/lots-99999999999999999999.xml"} {
		if got := b.get(none); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", none, got.status)
		}
	}
}

var linkedData = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

// What machines read of a lot is what people read, and hostile words stay words.
func TestLotInTheWordsOfMachines(t *testing.T) {
	h := open(t)
	id := h.lot()
	h.db.Ent().Listing.UpdateOneID(h.listing.ID).SetTitleEn(`</script><script>alert(1)</script>`).SetInventors([]string{"沈怀谷 / Shen Huaigu"}).ExecX(t.Context())
	got := h.visitor().get(path("/lots/%d", id))
	found := linkedData.FindAllStringSubmatch(got.body, -1)
	if len(found) != 1 {
		t.Fatalf("%d blocks", len(found))
	}
	var event struct {
		Type   string `json:"@type"`
		Name   string
		URL    string
		Offers struct {
			Price        string
			Availability string
			ItemOffered  struct{ Creator []struct{ Name string } }
		}
	}
	must(t, json.Unmarshal([]byte(found[0][1]), &event))
	if u, err := url.Parse(event.URL); err != nil || !u.IsAbs() || event.Type != "SaleEvent" || event.Name != `</script><script>alert(1)</script>` ||
		event.Offers.Price != "1000000.00" || event.Offers.Availability != "https://schema.org/PreOrder" ||
		event.Offers.ItemOffered.Creator[0].Name != "Shen Huaigu" {
		t.Errorf("%+v", event)
	}
}
