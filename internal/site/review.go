package site

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/page"
)

func (s *Site) submittedListings(w http.ResponseWriter, r *http.Request) error {
	all, err := s.o.Market.Submitted(r.Context(), visitor(r).viewer)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Submitted(all))
}

func (s *Site) reviewed(r *http.Request) (*ent.Listing, error) {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return nil, err
	}
	return s.o.Market.Reviewed(r.Context(), visitor(r).viewer, id)
}

func (s *Site) reviewListing(w http.ResponseWriter, r *http.Request) error {
	l, err := s.reviewed(r)
	if err != nil {
		return err
	}
	return s.showReview(w, r, http.StatusOK, l, page.ReviewPage{})
}

func (s *Site) showReview(w http.ResponseWriter, r *http.Request, status int, l *ent.Listing, p page.ReviewPage) error {
	var err error
	if p.ListingPage, err = s.shown(r, l); err != nil {
		return err
	}
	p.Preview = true
	versions, err := s.versions(r.Context(), r, l)
	if err != nil {
		return err
	}
	for i, v := range versions { // what was submitted now, against what was submitted before
		if i > 0 && v.What == "SUBMITTED" {
			break
		}
		if v.Number > 1 {
			p.Changes = append(p.Changes, v.Changes...)
		}
	}
	return s.show(w, r, status, page.Review(p))
}

func (s *Site) reviewVersions(w http.ResponseWriter, r *http.Request) error {
	l, err := s.reviewed(r)
	if err != nil {
		return err
	}
	versions, err := s.versions(r.Context(), r, l)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Versions(page.VersionsPage{Listing: l, Versions: versions, Review: true}))
}

func (s *Site) publishListing(w http.ResponseWriter, r *http.Request) error {
	return s.review(w, r, "flash_listing_published", func(l *ent.Listing, version int, _ url.Values) error {
		return s.o.Market.PublishListing(r.Context(), visitor(r).viewer, l.ID, version)
	})
}

func (s *Site) returnListing(w http.ResponseWriter, r *http.Request) error {
	return s.review(w, r, "flash_listing_returned", func(l *ent.Listing, version int, f url.Values) error {
		var comments []market.Comment
		for i, text := range f["comment"] {
			c := market.Comment{Text: text}
			if i < len(f["about"]) {
				c.Field = f["about"][i]
			}
			comments = append(comments, c)
		}
		return s.o.Market.ReturnListing(r.Context(), visitor(r).viewer, l.ID, version, comments)
	})
}

// review carries out a reviewer's decision, and shows the listing again if it cannot be.
func (s *Site) review(w http.ResponseWriter, r *http.Request, done string, do func(*ent.Listing, int, url.Values) error) error {
	l, err := s.reviewed(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version")) // what is no number was never read by anybody
	if err := do(l, version, f); err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showReview(w, r, status(fault.Of(err)), l, page.ReviewPage{Comments: f, Faults: faults})
	}
	s.flash(w, done)
	see(w, r, "/operator/listings")
	return nil
}
