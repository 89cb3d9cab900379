package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

func (s *Site) ownListings(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r).viewer
	all, err := s.o.Market.OwnListings(r.Context(), v)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Listings(page.ListingsPage{Listings: all, MayWrite: v.MayList()}))
}

func (s *Site) newListing(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, page.NewListing(page.NewListingPage{}))
}

func (s *Site) createListing(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	sheet, _ := form.ReadSheet(url.Values{"title_zh": f["title_zh"], "title_en": f["title_en"]})
	sheet.Dossier.Classes = []subject.Class{{Field: subject.Field{List: subject.PlanFields, Code: f.Get("field")}, Primary: true}}
	id, err := s.o.Market.NewListing(r.Context(), visitor(r).viewer, sheet)
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.show(w, r, status(fault.Of(err)), page.NewListing(page.NewListingPage{Values: f, Faults: faults}))
	}
	see(w, r, sheetPath(id))
	return nil
}

func sheetPath(id int) string { return "/seller/listings/" + strconv.Itoa(id) }

// ownListing returns the listing that the path names, if it is one of the viewer's organisation.
func (s *Site) ownListing(r *http.Request) (*ent.Listing, error) {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return nil, err
	}
	return s.o.Market.OwnListing(r.Context(), visitor(r).viewer, id)
}

func (s *Site) sheet(w http.ResponseWriter, r *http.Request) error {
	l, err := s.ownListing(r)
	if err != nil {
		return err
	}
	sheet := market.SheetOf(l)
	values := form.SheetValues(&sheet)
	if len(sheet.Dossier.Subjects) == 0 { // the first right is most often the seller's alone
		values.Set("dossier.subjects[0].owners[0].party", l.Edges.Seller.NameZh)
		values.Set("dossier.subjects[0].owners[0].seller", "true")
	}
	found, err := s.o.Market.GatesOf(r.Context(), l, &sheet.Dossier)
	if err != nil {
		return err
	}
	return s.showSheet(w, r, http.StatusOK, page.SheetPage{
		Listing: l, Version: l.Version, Values: values, Gates: page.GatesPanel{Findings: found, Version: l.Version},
	})
}

func (s *Site) showSheet(w http.ResponseWriter, r *http.Request, status int, p page.SheetPage) error {
	p.MayPass = visitor(r).viewer.MayList()
	p.MayWrite = p.MayPass && (p.Listing.Status == listing.StatusDRAFT || p.Listing.Status == listing.StatusRETURNED)
	var err error
	if p.Lacks, err = s.lacksMandate(r); err != nil {
		return err
	}
	return s.show(w, r, status, page.Sheet(p))
}

// saveSheet saves what was typed; with do=submit it is handed in as well, and do=autosave is answered with the gates alone.
func (s *Site) saveSheet(w http.ResponseWriter, r *http.Request) error {
	l, err := s.ownListing(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	sheet, unread := form.ReadSheet(f)
	sheet.Dossier.Format = subject.DossierFormat
	found, err := s.o.Market.GatesOf(r.Context(), l, &sheet.Dossier)
	if err != nil {
		return err
	}
	p := page.SheetPage{Listing: l, Values: f, Version: l.Version, Gates: page.GatesPanel{Findings: found, Version: l.Version}}
	do := f.Get("do")
	if len(unread) == 0 {
		version, _ := strconv.Atoi(f.Get("version")) // what is no number was never read by anybody
		p.Version, err = s.o.Market.SaveListing(r.Context(), visitor(r).viewer, l.ID, version, sheet)
	} else {
		err = fault.OfFields(unread)
	}
	if err == nil && do == "submit" {
		err = s.o.Market.SubmitListing(r.Context(), visitor(r).viewer, l.ID, p.Version)
	}
	if err != nil {
		return s.refuseSheet(w, r, p, &sheet, err)
	}
	switch do {
	case "autosave":
		p.Gates.Version, p.Gates.Saved = p.Version, true
		return s.show(w, r, http.StatusOK, page.Gates(p.Gates))
	case "submit":
		s.flash(w, "flash_listing_submitted")
		see(w, r, "/seller/listings")
	case "preview":
		see(w, r, sheetPath(l.ID)+"/preview")
	default:
		s.flash(w, "flash_listing_saved")
		see(w, r, sheetPath(l.ID))
	}
	return nil
}

// refuseSheet shows the sheet as it was typed, with what is wrong, and where somebody was faster what differs.
func (s *Site) refuseSheet(w http.ResponseWriter, r *http.Request, p page.SheetPage, typed *subject.Sheet, err error) error {
	faults, ok := faultsOf(r.Context(), err)
	if !ok {
		return err
	}
	code := status(fault.Of(err))
	p.Gates.Faults = faults
	if p.Values.Get("do") == "autosave" {
		return s.show(w, r, code, page.Gates(p.Gates))
	}
	if p.Listing, err = s.ownListing(r); err != nil {
		return err
	}
	p.Version = p.Listing.Version
	if code == http.StatusConflict {
		stored := market.SheetOf(p.Listing)
		p.Differs = subject.Changes(&stored, typed)
	}
	return s.showSheet(w, r, code, p)
}

// shown is a listing as the public is to see it.
func (s *Site) shown(r *http.Request, l *ent.Listing) (p page.ListingPage, err error) {
	p = page.ListingPage{Listing: l, Sheet: market.SheetOf(l), Today: ident.DateOf(s.now().In(market.Shanghai))}
	if p.Findings, err = s.o.Market.GatesOf(r.Context(), l, &p.Sheet.Dossier); err != nil {
		return p, err
	}
	p.Papers, err = s.papers(r.Context(), r, l)
	return p, err
}

func (s *Site) previewListing(w http.ResponseWriter, r *http.Request) error {
	l, err := s.ownListing(r)
	if err != nil {
		return err
	}
	p, err := s.shown(r, l)
	if err != nil {
		return err
	}
	p.Preview = true
	return s.show(w, r, http.StatusOK, page.Listing(p))
}

func (s *Site) publicListing(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	l, err := s.o.Market.Listing(r.Context(), id)
	if err != nil {
		return err
	}
	return s.showListing(w, r, http.StatusOK, l, func(*page.QuestionsPanel) {})
}

func (s *Site) listingVersions(w http.ResponseWriter, r *http.Request) error {
	l, err := s.ownListing(r)
	if err != nil {
		return err
	}
	versions, err := s.versions(r.Context(), r, l)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Versions(page.VersionsPage{Listing: l, Versions: versions}))
}

// versions are those of a listing, the newest first, each with what differs from the one before.
func (s *Site) versions(ctx context.Context, r *http.Request, l *ent.Listing) ([]page.ListingVersion, error) {
	all, err := s.o.Market.Versions(ctx, visitor(r).viewer, l)
	if err != nil {
		return nil, err
	}
	shown := make([]page.ListingVersion, len(all))
	for i, v := range all {
		var before subject.Sheet
		if i+1 < len(all) {
			before = all[i+1].Sheet
		}
		shown[i] = page.ListingVersion{ListingVersion: v, Changes: subject.Changes(&before, &v.Sheet)}
	}
	return shown, nil
}

func (s *Site) withdrawListing(w http.ResponseWriter, r *http.Request) error {
	return s.passOwn(w, r, "flash_listing_withdrawn", func(l *ent.Listing, f url.Values) error {
		version, _ := strconv.Atoi(f.Get("version"))
		return s.o.Market.WithdrawListing(r.Context(), visitor(r).viewer, l.ID, version)
	})
}

func (s *Site) reopenListing(w http.ResponseWriter, r *http.Request) error {
	return s.passOwn(w, r, "flash_listing_reopened", func(l *ent.Listing, _ url.Values) error {
		return s.o.Market.ReopenListing(r.Context(), visitor(r).viewer, l.ID)
	})
}

// passOwn carries out what a button of the sheet asks for, and shows the sheet again if it cannot be.
func (s *Site) passOwn(w http.ResponseWriter, r *http.Request, done string, do func(*ent.Listing, url.Values) error) error {
	l, err := s.ownListing(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if refusal := do(l, f); refusal != nil {
		faults, ok := faultsOf(r.Context(), refusal)
		if !ok {
			return refusal
		}
		sheet := market.SheetOf(l)
		found, err := s.o.Market.GatesOf(r.Context(), l, &sheet.Dossier)
		if err != nil {
			return err
		}
		return s.showSheet(w, r, status(fault.Of(refusal)), page.SheetPage{
			Listing: l, Version: l.Version, Values: form.SheetValues(&sheet),
			Gates: page.GatesPanel{Findings: found, Version: l.Version, Faults: faults},
		})
	}
	s.flash(w, done)
	see(w, r, sheetPath(l.ID))
	return nil
}
