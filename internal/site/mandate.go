package site

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/page"
)

const mandatesPath = "/organisation/mandates"

func (s *Site) mandates(w http.ResponseWriter, r *http.Request) error {
	scope := identity.ToBid
	if v := visitor(r).viewer; v.Role() == identity.Seller || v.Membership == membership.RoleEDITOR { // who does not bid
		scope = identity.ToList
	}
	return s.showMandates(w, r, http.StatusOK, page.MandatesPage{Form: page.MandateForm{Scope: []string{string(scope)}}})
}

func (s *Site) showMandates(w http.ResponseWriter, r *http.Request, status int, p page.MandatesPage) error {
	ctx, v := r.Context(), visitor(r).viewer
	var err error
	if p.Mandates, err = s.o.People.Mandates(ctx, v); err != nil {
		return err
	}
	members, err := s.o.People.Members(ctx, v)
	if err != nil {
		return err
	}
	for _, m := range members {
		if identity.TakesMandate(m.Role) && (v.Administers() || m.Edges.Person.ID == v.PersonID()) {
			p.Agents = append(p.Agents, m.Edges.Person)
		}
	}
	p.Now = s.now()
	return s.show(w, r, status, page.Mandates(p))
}

// lacksMandate says whether the visitor may write what his organisation offers, but not offer it in its name. §1.1
func (s *Site) lacksMandate(r *http.Request) (bool, error) {
	v := visitor(r).viewer
	if !v.MayList() {
		return false, nil
	}
	holds, err := s.o.People.Holds(r.Context(), v, identity.ToList)
	return !holds, err
}

// submitMandate takes a power of attorney in. The file is the form's last field, and goes to the depot as it comes.
func (s *Site) submitMandate(w http.ResponseWriter, r *http.Request) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // where it cannot be set, the server's holds
	fields, file, err := readMandate(r)
	if err != nil {
		return err
	}
	p := page.MandatesPage{Form: page.MandateForm{Agent: fields.Get("agent"), Scope: fields["scope"], From: fields.Get("valid_from"), Until: fields.Get("valid_until")}}
	paper, faults := identity.NewMandate{}, []fault.Field(nil)
	if file != nil {
		paper.File = file
	}
	if paper.Agent, err = strconv.Atoi(p.Form.Agent); err != nil {
		faults = append(faults, fault.Field{Name: "agent", Problem: "REQUIRED"})
	}
	for _, sc := range p.Form.Scope {
		paper.Scope = append(paper.Scope, identity.Scope(sc))
	}
	day := func(name, text string, plus int) (at time.Time) {
		if text == "" {
			return at
		}
		at, err := time.ParseInLocation(time.DateOnly, text, market.Shanghai)
		if err != nil {
			faults = append(faults, fault.Field{Name: name, Problem: "NOT_A_DAY"})
			return time.Time{}
		}
		return at.AddDate(0, 0, plus)
	}
	paper.From, paper.Until = day("valid_from", p.Form.From, 0), day("valid_until", p.Form.Until, 1) // its last day counts
	err = fault.OfFields(faults)
	if err == nil {
		_, err = s.o.People.SubmitMandate(r.Context(), visitor(r).viewer, paper)
	}
	if err != nil {
		err = formFaultOr(err)
		f, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		p.Faults = f
		return s.showMandates(w, r, status(fault.Of(err)), p)
	}
	s.flash(w, "flash_mandate")
	see(w, r, mandatesPath)
	return nil
}

// formFaultOr makes a body beyond the limit the refusal that it is.
func formFaultOr(err error) error {
	if large := tooLarge(err); large != err { //nolint:errorlint // the very same
		return large
	}
	return err
}

const fieldMost = 4 << 10

// readMandate reads the fields before the file, and leaves the file to be read; nil if none was chosen.
func readMandate(r *http.Request) (url.Values, *multipart.Part, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, fault.New(fault.BadMediaType, "", "")
	}
	fields := url.Values{}
	for n := 0; n < 20; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil, nil
		}
		if err != nil {
			return nil, nil, formFault(err)
		}
		if part.FormName() == "file" {
			if part.FileName() == "" {
				return fields, nil, nil
			}
			return fields, part, nil
		}
		text, err := io.ReadAll(io.LimitReader(part, fieldMost))
		if err != nil {
			return nil, nil, formFault(err)
		}
		fields.Add(part.FormName(), string(text))
	}
	return nil, nil, fault.New(fault.BadMediaType, "", "too many fields")
}

// mandatePaper sends the scan as a file to keep: no browser shows it as a page of ours.
func (s *Site) mandatePaper(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "mandate"))
	if err != nil {
		return err
	}
	m, file, err := s.o.People.MandatePaper(r.Context(), visitor(r).viewer, id)
	if err != nil {
		return err
	}
	defer file.Close()
	ending := map[string]string{"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}[m.FileType]
	sendPaper(w, m.FileType, m.FileSize, `attachment; filename="mandate-`+strconv.Itoa(m.ID)+ending+`"`, file)
	return nil
}

func (s *Site) endMandate(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "mandate"))
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	if err := s.o.People.Revoke(r.Context(), v, id, ""); err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showMandates(w, r, status(fault.Of(err)), page.MandatesPage{Faults: faults})
	}
	s.lookAgain()
	s.flash(w, "flash_mandate_revoked")
	see(w, r, mandatesPath)
	return nil
}

func (s *Site) mandateQueue(w http.ResponseWriter, r *http.Request) error {
	return s.showQueue(w, r, http.StatusOK, page.MandateQueuePage{})
}

func (s *Site) showQueue(w http.ResponseWriter, r *http.Request, status int, p page.MandateQueuePage) error {
	var err error
	if p.Waiting, p.Decided, err = s.o.People.MandateQueue(r.Context(), visitor(r).viewer); err != nil {
		return err
	}
	return s.show(w, r, status, page.MandateQueue(p, s.now()))
}

// judgeMandate is the operator's decision; which, the last part of the path says.
func (s *Site) judgeMandate(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "mandate"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ctx, v, reason, flash := r.Context(), visitor(r).viewer, f.Get("reason"), ""
	switch path.Base(r.URL.Path) {
	case "accept":
		err, flash = s.o.People.AcceptMandate(ctx, v, id), "flash_mandate_accepted"
	case "reject":
		err, flash = s.o.People.RejectMandate(ctx, v, id, reason), "flash_mandate_rejected"
	default:
		err, flash = s.o.People.Revoke(ctx, v, id, reason), "flash_mandate_revoked"
	}
	if err != nil {
		faults, ok := faultsOf(ctx, err)
		if !ok {
			return err
		}
		return s.showQueue(w, r, status(fault.Of(err)), page.MandateQueuePage{Asked: id, Reason: reason, Faults: faults})
	}
	s.lookAgain()
	s.flash(w, flash)
	see(w, r, "/operator/mandates")
	return nil
}
