package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/g60-corridor/corridor/ent/upload"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/page"
)

// choose keeps which rows are left out, and then shows another page of them or takes the file.
func (s *Site) choose(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if u.State == upload.StateNEW || u.State == upload.StateFAILED {
		if without := leftOut(u.Reading.Without, f); !slices.Equal(without, u.Reading.Without) {
			u.Reading.Without = without
			if err := s.o.Market.SetReading(r.Context(), visitor(r).viewer, u.Token, u.Reading); err != nil {
				return err
			}
		}
	}
	if f.Get("do") == "take" {
		if err := s.o.Market.Take(r.Context(), visitor(r).viewer, u.Token); err != nil {
			return err
		}
		s.await(r, u.Token)
		see(w, r, importPath+"/"+u.Token+"/report")
		return nil
	}
	q := url.Values{}
	if only := f.Get("only"); only != "" {
		q.Set("only", only)
	}
	if n, err := strconv.Atoi(f.Get("go")); err == nil && n > 1 {
		q.Set("page", strconv.Itoa(n))
	}
	to := importPath + "/" + u.Token + "/preview"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	see(w, r, to)
	return nil
}

// leftOut are the lines left out after a page of boxes has come back.
func leftOut(before []int, f url.Values) []int {
	out := slices.Clone(before)
	for _, text := range f["shown"] {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			continue
		}
		at, there := slices.BinarySearch(out, n)
		switch take := slices.Contains(f["take"], text); {
		case take && there:
			out = slices.Delete(out, at, at+1)
		case !take && !there:
			out = slices.Insert(out, at, n)
		}
	}
	return out
}

// await gives a small import the time to end, so that its report is the next that is seen.
func (s *Site) await(r *http.Request, token string) {
	for end := time.Now().Add(importAwait); time.Now().Before(end); {
		if u, err := s.o.Market.Uploaded(r.Context(), visitor(r).viewer, token); err != nil || u.State != upload.StateRUNNING {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// importReport shows how far an import is, anew each second, and what has become of the rows.
func (s *Site) importReport(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	if u.State == upload.StateNEW {
		see(w, r, importPath+"/"+u.Token)
		return nil
	}
	var report market.ImportReport
	if u.Report != nil {
		report = *u.Report
	}
	p := rowsPage(r, u, report)
	p.Done, p.Of = u.Done, u.Total
	if u.State == upload.StateRUNNING {
		w.Header().Set("Refresh", "1")
	}
	return s.show(w, r, http.StatusOK, page.ImportReport(p))
}

func (s *Site) importReportJSON(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	if u.Report == nil {
		see(w, r, importPath+"/"+u.Token+"/report")
		return nil
	}
	return sendJSON(w, u.Report)
}

func (s *Site) discard(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	if err := s.o.Market.Discard(r.Context(), visitor(r).viewer, u.Token); err != nil {
		return err
	}
	s.flash(w, "flash_import_discarded")
	see(w, r, importPath)
	return nil
}
