package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

func fitsPage(m needs.Matches) page.FitsPage {
	p := page.FitsPage{Said: m.Said}
	for _, x := range m.Pairs {
		p.Fits = append(p.Fits, page.Fit{Need: seenNeed(x.Need), Listing: x.Listing, BP: x.BP, Reasons: x.Reasons, Cuts: x.Cuts})
	}
	return p
}

func (s *Site) needMatches(w http.ResponseWriter, r *http.Request) error {
	return s.showNeedMatches(w, r, http.StatusOK, nil, nil)
}

func (s *Site) showNeedMatches(w http.ResponseWriter, r *http.Request, code int, f url.Values, faults form.Faults) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	x, err := s.o.Needs.OwnOne(r.Context(), v, id)
	if err != nil {
		return err
	}
	m, err := s.o.Needs.OfNeed(r.Context(), v, id)
	if err != nil {
		return err
	}
	p := fitsPage(m)
	own := seenNeed(x)
	p.Need, p.Values, p.Faults, p.MayAct = &own, f, faults, needs.MayAsk(v)
	return s.show(w, r, code, page.Fits(p))
}

func (s *Site) sellerMatches(w http.ResponseWriter, r *http.Request) error {
	return s.showSellerMatches(w, r, http.StatusOK, nil, nil)
}

func (s *Site) showSellerMatches(w http.ResponseWriter, r *http.Request, code int, f url.Values, faults form.Faults) error {
	listing, err := optional(r.URL.Query().Get("listing"), "listing")
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	m, err := s.o.Needs.OfSeller(r.Context(), v, listing)
	if err != nil {
		return err
	}
	p := fitsPage(m)
	p.Listing, p.Values, p.Faults, p.MayAct = listing, f, faults, needs.MayAnswer(v)
	return s.show(w, r, code, page.Fits(p))
}

func (s *Site) needWhyNot(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return s.whyNot(w, r, id, needPath+"/"+strconv.Itoa(id)+"/matches", s.showNeedMatches)
}

func (s *Site) sellerWhyNot(w http.ResponseWriter, r *http.Request) error {
	return s.whyNot(w, r, 0, "/seller/matches", s.showSellerMatches)
}

// whyNot takes why a match is not wanted; need is the one that the path names, or 0 if the form names it.
func (s *Site) whyNot(w http.ResponseWriter, r *http.Request, need int, to string, again shower) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if need == 0 {
		need, _ = strconv.Atoi(f.Get("need")) // what is no number names no match
	}
	listing, _ := strconv.Atoi(f.Get("listing"))
	err = s.o.Needs.Decline(r.Context(), visitor(r).viewer, need, listing, matching.WhyNot(f.Get("why")), f.Get("words"))
	if err != nil {
		faults, ok := refused(r.Context(), err)
		if !ok {
			return err
		}
		return again(w, r, status(fault.Of(err)), f, faults)
	}
	s.flash(w, "flash_declined")
	see(w, r, to)
	return nil
}

// homeNeeds is how many needs stand on the first page.
const homeNeeds = 4

// newestNeeds are the newest that everybody may see.
func (s *Site) newestNeeds(ctx context.Context) ([]page.Need, int, error) {
	if s.o.Needs == nil {
		return nil, 0, nil
	}
	all, n, err := s.o.Needs.Newest(ctx, homeNeeds)
	return seenNeeds(all), n, err
}

// needsFit counts the needs that fit a listing, for its owner.
func (s *Site) needsFit(r *http.Request, l *ent.Listing) (int, error) {
	v := visitor(r).viewer
	if s.o.Needs == nil || v.Role() != identity.Seller || l.Edges.Seller == nil || l.Edges.Seller.ID != v.OrganisationID() {
		return 0, nil
	}
	return s.o.Needs.Fitting(r.Context(), v, l.ID)
}

// addNeeds puts the needs that everybody may see into the sitemap.
func (s *Site) addNeeds(r *http.Request, m *sitemap) error {
	if s.o.Needs == nil {
		return nil
	}
	all, err := s.o.Needs.Public(r.Context(), sitemapNeeds)
	if err != nil {
		return err
	}
	m.URLs = append(m.URLs, sitemapEntry{Loc: s.origin(r) + "/needs"})
	for _, n := range all {
		m.URLs = append(m.URLs, sitemapEntry{Loc: s.origin(r) + "/needs/" + strconv.Itoa(n.ID), LastMod: component.Stamp(n.Changed)})
	}
	return nil
}

// sitemapNeeds is how many needs a sitemap lists.
const sitemapNeeds = 5000
