package site

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/component"
)

// Search engines read a list of lists (sitemaps.org): each covers a range of ids, so that it neither grows beyond what the
// format allows, 50,000 addresses, nor has to be counted through.
const sitemapSpan = 20_000

type (
	sitemapIndex struct {
		XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Maps    []sitemapEntry `xml:"sitemap"`
	}
	sitemap struct {
		XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []sitemapEntry `xml:"url"`
	}
	sitemapEntry struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod,omitempty"`
	}
)

// addressed are the kinds of pages with an id in their address.
func (s *Site) addressed() map[string]func(ctx context.Context, above, upTo int) ([]market.Address, error) {
	return map[string]func(context.Context, int, int) ([]market.Address, error){
		"listings": s.o.Market.ListingAddresses, "lots": s.o.Market.LotAddresses,
		"organisations": s.o.Market.OrganisationAddresses, "projects": s.o.Projects.Addresses,
	}
}

// sitemaps is the list of lists.
func (s *Site) sitemaps(w http.ResponseWriter, r *http.Request) error {
	ctx, origin := r.Context(), s.origin(r)
	listings, lots, organisations, err := s.o.Market.LastAddresses(ctx)
	if err != nil {
		return err
	}
	projects, err := s.o.Projects.LastAddress(ctx)
	if err != nil {
		return err
	}
	index := sitemapIndex{Maps: []sitemapEntry{{Loc: origin + "/sitemaps/pages.xml"}}}
	for _, k := range []struct {
		name string
		last int
	}{{"organisations", organisations}, {"lots", lots}, {"projects", projects}, {"listings", listings}} {
		for part := range (k.last + sitemapSpan - 1) / sitemapSpan {
			index.Maps = append(index.Maps, sitemapEntry{Loc: fmt.Sprintf("%s/sitemaps/%s-%d.xml", origin, k.name, part+1)})
		}
	}
	return sendXML(w, r, index)
}

// sitemapPart is one list: pages.xml, or the part of a kind as listings-3.xml.
func (s *Site) sitemapPart(w http.ResponseWriter, r *http.Request) error {
	origin := s.origin(r)
	var m sitemap
	name, isXML := strings.CutSuffix(chi.URLParam(r, "part"), ".xml")
	kind, number, _ := strings.Cut(name, "-")
	read := s.addressed()[kind]
	part, err := strconv.Atoi(number)
	switch {
	case isXML && name == "pages":
		for _, path := range []string{"/", "/search", "/lots", "/projects", "/verify"} {
			m.URLs = append(m.URLs, sitemapEntry{Loc: origin + path})
		}
		if err := s.addNeeds(r, &m); err != nil {
			return err
		}
		return sendXML(w, r, m)
	case !isXML || read == nil || err != nil || part < 1 || part > 1<<20:
		return fault.New(fault.NotFound, "", "no such sitemap")
	}
	all, err := read(r.Context(), (part-1)*sitemapSpan, part*sitemapSpan)
	if err != nil {
		return err
	}
	for _, a := range all {
		e := sitemapEntry{Loc: origin + "/" + kind + "/" + strconv.Itoa(a.ID)}
		if !a.Changed.IsZero() {
			e.LastMod = component.Stamp(a.Changed)
		}
		m.URLs = append(m.URLs, e)
	}
	return sendXML(w, r, m)
}

func sendXML(w http.ResponseWriter, r *http.Request, document any) error {
	body, err := xml.MarshalIndent(document, "", " ")
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	sendFresh(w, r, "application/xml; charset=utf-8", append([]byte(xml.Header), body...))
	return nil
}

// robots keeps crawlers out of what is nobody's to find, and out of rooms: each visitor there holds a socket.
func (s *Site) robots(w http.ResponseWriter, r *http.Request) error {
	send(w, "text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /me\nDisallow: /operator\nDisallow: /seller\nDisallow: /company\nDisallow: /lots/*/room\n"+
		"Disallow: /lots/*/record.json\nDisallow: /sign-in\n\nSitemap: "+s.origin(r)+"/sitemap.xml\n"))
	return nil
}
