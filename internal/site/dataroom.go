package site

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

const ownMost = 50 // of a reader's openings on the page of the room

func (s *Site) dataRoom(w http.ResponseWriter, r *http.Request) error {
	return s.showDataRoom(w, r, http.StatusOK, nil, nil)
}

func (s *Site) showDataRoom(w http.ResponseWriter, r *http.Request, status int, values url.Values, faults form.Faults) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	at, papers, err := s.o.Rooms.Papers(r.Context(), v, id)
	if err != nil {
		return err
	}
	p := page.DataRoomPage{
		Listing: at.Listing, Papers: papers, Terms: at.Terms, SignedIn: v.SignedIn(), Reads: at.Reads(), MaySign: at.MaySign,
		Inside: at.Inside(), Approval: at.Approval, Closed: at.Closed(), Promise: at.Promise, Earlier: at.Earlier, Values: values, Faults: faults,
	}
	if at.Reader != nil {
		p.Reason = at.Reader.Reason
	}
	if p.Own, err = s.o.Rooms.Own(r.Context(), v, id, ownMost); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.show(w, r, status, page.DataRoom(p))
}

// promise signs the terms of a room for the viewer's organisation.
func (s *Site) promise(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	err = s.o.Rooms.Sign(r.Context(), visitor(r).viewer, id, dataroom.Signature{
		Version: version, SHA256: f.Get("sha256"), Name: f.Get("signed_name"), Agreed: f.Get("agreed") != "", Address: s.Address(r),
	})
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showDataRoom(w, r, status(fault.Of(err)), f, faults)
	}
	s.flash(w, "flash_promise")
	see(w, r, fmt.Sprintf("/listings/%d/room", id))
	return nil
}

// promiseText is what was signed, as a text file: who, when, and the very text with its hash.
func (s *Site) promiseText(w http.ResponseWriter, r *http.Request) error {
	id, number, err := twoNumbers(r, "promise")
	if err != nil {
		return err
	}
	p, l, err := s.o.Rooms.Promise(r.Context(), visitor(r).viewer, id, number)
	if err != nil {
		return err
	}
	o, t := p.Edges.Organisation, p.Edges.Terms
	var b strings.Builder
	for _, row := range [][2]string{
		{"paper_result", l.Number}, {"paper_version", strconv.Itoa(t.Version) + " (" + t.Standard + ")"},
		{"paper_reader", o.NameZh + " / " + o.NameEn}, {"paper_uscc", o.Uscc},
		{"paper_signer", p.TypedName}, {"paper_when", p.At.In(market.Shanghai).Format("2006-01-02 15:04:05 -07:00")},
		{"paper_address", p.Address}, {"paper_sha256", p.Sha256},
	} {
		fmt.Fprintf(&b, "%s: %s\n", component.T(r.Context(), row[0]), row[1])
	}
	fmt.Fprintf(&b, "%s\n\n====\n%s", component.T(r.Context(), "paper_hash_note"), dataroom.Wording(t))
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-promise-%d.txt"`, l.Number, p.ID))
	w.Header().Set("Cache-Control", "no-store")
	send(w, "text/plain; charset=utf-8", []byte(b.String()))
	return nil
}

// openDocument sends a paper. What is not public is in the log by the time its first byte leaves.
func (s *Site) openDocument(w http.ResponseWriter, r *http.Request) error {
	id, paper, err := twoNumbers(r, "document")
	if err != nil {
		return err
	}
	version := 0
	if text := r.URL.Query().Get("version"); text != "" {
		if version, err = number(r, text); err != nil {
			return err
		}
	}
	if r.Method == http.MethodHead { // it would stand in the log as read
		return fault.New(fault.WrongMethod, "", "")
	}
	o, err := s.o.Rooms.Open(r.Context(), visitor(r).viewer, s.Address(r), id, paper, version)
	if err != nil {
		if fault.In(err).Problem == "ROOM_PROMISE_FIRST" {
			see(w, r, fmt.Sprintf("/listings/%d/room", id))
			return nil
		}
		return err
	}
	defer o.Body.Close()
	h := w.Header()
	h.Set("Content-Type", o.Type)
	h.Set("Content-Length", strconv.FormatInt(o.Size, 10))
	h.Set("Content-Disposition", disposition(o))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Accept-Ranges", "none")
	h.Set("Cache-Control", "no-cache")
	if o.Audience != document.AudiencePUBLIC {
		h.Set("Cache-Control", "no-store, private")
		h.Set("X-Robots-Tag", "noindex")
	}
	if _, err := io.Copy(w, o.Body); err != nil {
		s.log.InfoContext(r.Context(), "a paper was not sent to its end", "id", requestID(r.Context()), "error", err)
		panic(http.ErrAbortHandler) // what has left is no whole file, and the reader must see that
	}
	return nil
}

// disposition names a file as RFC 6266 has it: in ASCII, and with its title for those who read other scripts.
func disposition(o *dataroom.Opened) string {
	long := o.Name
	if o.Title != "" {
		title := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`/\:*?"<>|%;`, r) {
				return '_'
			}
			return r
		}, o.Title)
		dot := strings.LastIndexByte(o.Name, '.')
		long = o.Name[:dot] + " " + title + o.Name[dot:]
	}
	return `attachment; filename="` + o.Name + `"; filename*=UTF-8''` + url.PathEscape(long)
}

// papers is what the page of a listing says of its papers.
func (s *Site) papers(ctx context.Context, r *http.Request, l *ent.Listing) (*page.PapersPart, error) {
	at, all, err := s.o.Rooms.Papers(ctx, visitor(r).viewer, l.ID)
	if err != nil {
		if fault.Of(err) == fault.NotFound { // R1.7: one of the seller's who bids, before the listing is public
			return nil, nil
		}
		return nil, err
	}
	return &page.PapersPart{Listing: l, Papers: all, Reads: at.Reads()}, nil
}
