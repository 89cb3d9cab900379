package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/trade"
)

const (
	mostPages = 400 // that one reader opens
	mostAlike = 6   // of them with addresses that differ in numbers and values only
)

// linksOf are the addresses on the same site that a reader of a page can follow or that his browser fetches by itself. What
// is hidden nobody follows: it shows itself when it is time.
func linksOf(page, body string) (links []string) {
	base, err := url.Parse(page)
	if err != nil {
		return nil
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil
	}
	var read func(n *html.Node)
	read = func(n *html.Node) {
		if n.Type == html.ElementNode && has(n, "hidden") {
			return
		}
		for _, name := range []string{"href", "src"} {
			to, err := base.Parse(attr(n, name))
			if has(n, name) && err == nil && to.Host == "" && to.Scheme == "" {
				to.Fragment = ""
				links = append(links, to.String())
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c)
		}
	}
	read(doc)
	return links
}

var figures = regexp.MustCompile(`\d+`)

// alike is what addresses of one kind of page have in common.
func alike(to string) string {
	at, query, _ := strings.Cut(to, "?")
	at = figures.ReplaceAllString(at, "0")
	if names, err := url.ParseQuery(query); err == nil {
		for name := range names {
			names.Set(name, "")
		}
		at += "?" + names.Encode()
	}
	return at
}

// walk follows every link from the first page on and returns which pages were opened.
func (b *reader) walk(who string) map[string]bool {
	t := b.h.t
	t.Helper()
	from, kinds, opened := map[string]string{"/": ""}, map[string]int{}, map[string]bool{}
	for next := []string{"/"}; len(next) > 0 && len(opened) < mostPages; next = next[1:] {
		at := next[0]
		got := b.get(at)
		opened[at] = true
		if got.status >= http.StatusBadRequest {
			t.Errorf("%s: a link on %s leads to %s, which answers %d", who, from[at], at, got.status)
		}
		links := linksOf(at, got.body)
		if to := got.location(); to != "" {
			links = append(links, to)
		} else if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || strings.HasPrefix(at, "/demo/mailbox/") {
			links = nil // a letter in the demo's mailbox leads its addressee on, nobody else
		}
		for _, to := range links {
			if _, known := from[to]; known || kinds[alike(to)] >= mostAlike || !strings.HasPrefix(to, "/") {
				continue
			}
			kinds[alike(to)]++
			from[to] = at
			next = append(next, to)
		}
	}
	return opened
}

// marketplace is a house with something behind every door: a lot that has ended and one that is open, papers of each kind,
// a need and a project.
func marketplace(t *testing.T) (a *asking, bidder identity.Viewer) {
	t.Helper()
	a = ask(t, func(o *site.Options) { o.TrustProxy = true })
	a.proxied = true // each reader at an address of his own: together they ask for more than one address may
	ended := a.lotClosing(auction.Closing{Mode: auction.Manual})
	bidder = a.bidder(ended)
	a.conduct(ended, market.OpenNow)
	a.bid(a.as(bidder), ended, "1000000", "PLAIN")
	a.conduct(ended, market.CloseNow)
	a.room()
	a.post("公开的需求", matching.Public)
	project := a.as(a.fits).post("/seller/projects", url.Values{
		"listing": {path("%d", a.membrane.ID)}, "way": {string(trade.ByListing)}, "rights": {"ASSIGN"}, "price_fen": {"500000"},
	})
	if project.status != http.StatusSeeOther {
		t.Fatalf("begin a project: %d", project.status)
	}
	return a, bidder
}

// TestNoLinkLeadsNowhere walks through the site as everybody who may come: whatever a page offers to open opens.
func TestNoLinkLeadsNowhere(t *testing.T) {
	a, bidder := marketplace(t)
	member := func(kind organisation.Kind, role membership.Role) *reader { return a.as(a.member(kind, role)) }
	for who, c := range map[string]struct {
		b    *reader
		desk []string // what he gets to
	}{
		"visitor":           {a.visitor(), []string{"/lots", "/projects", "/needs", "/sign-in", "/verify"}},
		"bidder":            {a.as(bidder), []string{"/me/bids", "/company/needs", "/me/authority", "/me/watching"}},
		"company":           {a.as(a.company), []string{"/me/bids", "/company/needs", "/company/needs/new"}},
		"company's viewer":  {member(organisation.KindCOMPANY, membership.RoleVIEWER), []string{"/company/needs", "/me/authority"}},
		"seller":            {a.as(a.fits), []string{"/seller/listings", "/seller/projects", "/seller/projects/new", "/seller/matches"}},
		"seller's viewer":   {a.as(a.memberOf(a.seller, membership.RoleVIEWER)), []string{"/seller/listings", "/seller/projects", "/seller/matches"}},
		"institute":         {member(organisation.KindINSTITUTE, membership.RoleEDITOR), []string{"/seller/listings/new", "/seller/import"}},
		"broker":            {member(organisation.KindBROKERAGE, membership.RoleAGENT), []string{"/me", "/me/watching", "/needs"}},
		"auction house":     {member(organisation.KindAUCTION_HOUSE, membership.RoleAGENT), []string{"/me", "/me/watching", "/lots"}},
		"joint office":      {member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR), []string{"/me", "/lots"}},
		"operator":          {a.as(a.operator), []string{"/operator", "/operator/listings", "/operator/projects", "/operator/organisations", "/operator/alerts", "/operator/calendar"}},
		"operator's viewer": {a.as(a.memberOf(a.operator.Organisation, membership.RoleVIEWER)), []string{"/me", "/lots"}},
	} {
		opened := c.b.walk(who)
		for _, page := range c.desk {
			if !opened[page] {
				t.Errorf("%s finds no way to %s among %d pages", who, page, len(opened))
			}
		}
	}
}
