package site

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/web/page"
)

// administrators are those of organisations of any kind; what they may do there is for the room to say.
var administrators = permission{
	roles: identity.Roles, known: true, except: func(v identity.Viewer) bool { return !v.Administers() },
}

// organisationTable holds where organisations enter themselves, hand in what they must, and are decided on.
func (s *Site) organisationTable() []route {
	return []route{
		{"GET", identity.SignUpPath, anyone, s.signUp},
		{"POST", identity.SignUpPath, anyone, s.sendSignUp},
		{"GET", "/sign-up/{ticket}", anyone, s.signUpForm},
		{"POST", "/sign-up/{ticket}", anyone, s.enterOrganisation},

		{"GET", "/organisation", administrators, s.ownOrganisation},
		{"POST", "/organisation", administrators, s.saveProfile},
		{"POST", "/organisation/papers", administrators, s.addPaper},
		{"GET", "/organisation/papers/{paper}", administrators, s.paper},
		{"POST", "/organisation/papers/{paper}/remove", administrators, s.removePaper},
		{"POST", "/organisation/submit", administrators, s.submitOrganisation},
		{"POST", "/organisation/links", administrators, s.declareLink},
		{"POST", "/organisation/links/{link}/end", administrators, s.endLink},

		{"GET", "/operator/organisations", operators, s.organisations},
		{"GET", "/operator/organisations/{id}", operators, s.organisationFile},
		{"POST", "/operator/organisations/{id}/decide", operators, s.decideOrganisation},
		{"POST", "/operator/organisations/{id}/papers", operators, s.addPaper},
		{"GET", "/operator/organisations/{id}/papers/{paper}", operators, s.paper},
		{"POST", "/operator/organisations/{id}/links", operators, s.declareLink},
		{"POST", "/operator/organisations/{id}/links/{link}", operators, s.decideLink},
		{"POST", "/operator/organisations/{id}/links/{link}/end", operators, s.endLink},
		{"GET", "/operator/alerts", operators, s.alerts},
		{"POST", "/operator/alerts/{alert}", operators, s.decideAlert},
	}
}

// paperBody is the most that a form with a document may hold: a little more than the document, so that one that is too
// large is refused beside its field.
const paperBody = identity.PaperMost + 2<<20

// withPaper says which forms have a document.
func withPaper(path string) bool {
	return strings.HasPrefix(path, "/sign-up/") || path == "/organisation/papers" || path == "/organisation/links" ||
		strings.HasPrefix(path, "/operator/organisations/")
}

// handedIn is a form with a document.
type handedIn struct {
	url.Values
	name string
	data []byte // nil: no document was chosen
}

// reader is nil where no document was chosen.
func (h handedIn) reader() io.Reader {
	if h.data == nil {
		return nil
	}
	return bytes.NewReader(h.data)
}

// readPaper reads a form with a document; nothing is written to disk.
func readPaper(w http.ResponseWriter, r *http.Request) (h handedIn, err error) {
	h.Values = url.Values{}
	err = readParts(w, r, h.Values, wholeFile(&h.name, &h.data, identity.PaperMost))
	return h, err
}

// fileOwner is the organisation whose file a route is about: the one in the path, or the viewer's own.
func (s *Site) fileOwner(r *http.Request) (org int, operator bool, err error) {
	if text := chi.URLParam(r, "id"); text != "" {
		org, err = number(r, text)
		return org, true, err
	}
	return visitor(r).viewer.OrganisationID(), false, nil
}

func (s *Site) ownOrganisation(w http.ResponseWriter, r *http.Request) error {
	return s.showFile(w, r, http.StatusOK, page.FilePage{})
}

func (s *Site) organisationFile(w http.ResponseWriter, r *http.Request) error {
	return s.showFile(w, r, http.StatusOK, page.FilePage{})
}

func (s *Site) showFile(w http.ResponseWriter, r *http.Request, status int, p page.FilePage) error {
	org, operator, err := s.fileOwner(r)
	if err != nil {
		return err
	}
	if p.File, err = s.o.People.File(r.Context(), visitor(r).viewer, org); err != nil {
		return err
	}
	_, err = s.o.Market.Organisation(r.Context(), org)
	p.Operator, p.Public = operator, err == nil
	if p.Values == nil {
		p.Values = url.Values{}
	}
	return s.show(w, r, status, page.OrganisationFile(p))
}

// filed answers a form of a file: back to the page, or the page again with what was wrong and all that was written.
func (s *Site) filed(w http.ResponseWriter, r *http.Request, sent string, v url.Values, err error, done string) error {
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showFile(w, r, status(fault.Of(err)), page.FilePage{Form: sent, Values: v, Faults: faults})
	}
	s.flash(w, done)
	org, operator, err := s.fileOwner(r)
	if err != nil {
		return err
	}
	to := "/organisation"
	if operator {
		to = "/operator/organisations/" + strconv.Itoa(org)
	}
	see(w, r, to)
	return nil
}

func (s *Site) saveProfile(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.o.People.SaveProfile(r.Context(), visitor(r).viewer, profileOf(f))
	return s.filed(w, r, "profile", f, err, "flash_org_saved")
}

func (s *Site) addPaper(w http.ResponseWriter, r *http.Request) error {
	org, _, err := s.fileOwner(r)
	if err != nil {
		return err
	}
	h, err := readPaper(w, r)
	if err != nil {
		return err
	}
	if h.data == nil {
		err = fault.OfFields([]fault.Field{{Name: "file", Problem: "REQUIRED"}})
	} else {
		_, err = s.o.People.AddPaper(r.Context(), visitor(r).viewer, org, standing.Paper(h.Get("paper_kind")), h.name, h.reader())
	}
	return s.filed(w, r, "paper", h.Values, err, "flash_org_paper")
}

func (s *Site) removePaper(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "paper"))
	if err != nil {
		return err
	}
	err = s.o.People.RemovePaper(r.Context(), visitor(r).viewer, id)
	return s.filed(w, r, "paper", nil, err, "flash_org_paper_removed")
}

// paper sends a document: as a file to be kept, never as a page of ours, whatever it holds.
func (s *Site) paper(w http.ResponseWriter, r *http.Request) error {
	org, _, err := s.fileOwner(r)
	if err != nil {
		return err
	}
	id, err := number(r, chi.URLParam(r, "paper"))
	if err != nil {
		return err
	}
	p, body, err := s.o.People.OpenPaper(r.Context(), visitor(r).viewer, org, id)
	if err != nil {
		return err
	}
	defer body.Close()
	sendPaper(w, p.Type, p.Size, mime.FormatMediaType("attachment", map[string]string{"filename": p.Name}), body)
	return nil
}

func (s *Site) submitOrganisation(w http.ResponseWriter, r *http.Request) error {
	err := s.o.People.Submit(r.Context(), visitor(r).viewer)
	return s.filed(w, r, "submit", nil, err, "flash_org_submitted")
}

func (s *Site) declareLink(w http.ResponseWriter, r *http.Request) error {
	org, _, err := s.fileOwner(r)
	if err != nil {
		return err
	}
	h, err := readPaper(w, r)
	if err != nil {
		return err
	}
	t := identity.Tie{
		OwnName: h.Get("own_name"), OtherName: h.Get("other_name"), OtherCode: h.Get("other_code"),
		StateOrgan: h.Get("state_organ") != "", Since: ident.Date(h.Get("since")), Until: ident.Date(h.Get("until")),
	}
	t.Relation, t.Outward = page.TieOf(h.Get("relation"))
	t.ShareBP, _ = percent(h.Get("share")) // what is no share is out of range
	err = s.o.People.Declare(r.Context(), visitor(r).viewer, org, t, h.name, h.reader())
	return s.filed(w, r, "link", h.Values, err, "flash_org_link")
}

func (s *Site) link(r *http.Request) (org, id int, err error) {
	if org, _, err = s.fileOwner(r); err == nil {
		id, err = number(r, chi.URLParam(r, "link"))
	}
	return org, id, err
}

func (s *Site) endLink(w http.ResponseWriter, r *http.Request) error {
	org, id, err := s.link(r)
	if err != nil {
		return err
	}
	err = s.o.People.EndTie(r.Context(), visitor(r).viewer, org, id)
	return s.filed(w, r, "link", nil, err, "flash_org_link_ended")
}

func (s *Site) decideLink(w http.ResponseWriter, r *http.Request) error {
	org, id, err := s.link(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	do := f.Get("do")
	if err = oneOf(do, "confirm", "reject"); err == nil {
		err = s.o.People.DecideTie(r.Context(), visitor(r).viewer, org, id, do == "confirm", strings.TrimSpace(f.Get("note")))
	}
	return s.filed(w, r, fmt.Sprintf("link-%d", id), f, err, "flash_org_link_decided")
}

// oneOf refuses a word that no button of a form says: what it did not say is not done.
func oneOf(do string, words ...string) error {
	if slices.Contains(words, do) {
		return nil
	}
	return fault.OfFields([]fault.Field{{Name: "note", Problem: "UNKNOWN_VALUE"}})
}

func (s *Site) decideOrganisation(w http.ResponseWriter, r *http.Request) error {
	org, _, err := s.fileOwner(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	d := identity.Decision{Deed: standing.Deed(f.Get("deed")), Reasons: strings.TrimSpace(f.Get("reasons"))}
	if day, err := time.ParseInLocation(time.DateOnly, f.Get("until"), market.Shanghai); err == nil {
		d.Until = day.AddDate(0, 0, 1) // the whole of the last day
	}
	if text := f.Get("override"); text != "" {
		if d.Override, err = number(r, text); err != nil {
			return s.filed(w, r, "decide", f, fault.OfFields([]fault.Field{{Name: "override", Problem: "UNKNOWN_VALUE"}}), "")
		}
	}
	if err = s.o.People.DecideOn(r.Context(), visitor(r).viewer, org, d); err == nil {
		s.lookAgain()
	}
	return s.filed(w, r, "decide", f, err, "flash_org_decided")
}

func (s *Site) organisations(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	n, _ := strconv.Atoi(q.Get("page")) // what is no page is the first
	sought := identity.Sought{
		Standing: standing.State(q.Get("standing")), Kind: organisation.Kind(q.Get("kind")), Words: strings.ToValidUTF8(strings.ReplaceAll(q.Get("q"), "\x00", ""), ""), Page: n,
	}
	found, err := s.o.People.Register(r.Context(), visitor(r).viewer, sought)
	if err != nil {
		return err
	}
	open, err := s.o.People.Alerts(r.Context(), visitor(r).viewer, false)
	if err != nil {
		return err
	}
	p := page.RegisterPage{Found: found, Sought: sought, Alerts: len(open)}
	for _, k := range append(append([]organisation.Kind{}, identity.SignUpKinds...), organisation.KindMARKET_OPERATOR, organisation.KindJOINT_OFFICE) {
		p.Kinds = append(p.Kinds, string(k))
	}
	return s.show(w, r, http.StatusOK, page.Organisations(p))
}

func (s *Site) alerts(w http.ResponseWriter, r *http.Request) error {
	return s.showAlerts(w, r, http.StatusOK, page.AlertsPage{All: r.URL.Query().Get("all") != ""})
}

func (s *Site) showAlerts(w http.ResponseWriter, r *http.Request, status int, p page.AlertsPage) (err error) {
	if p.Alerts, err = s.o.People.Alerts(r.Context(), visitor(r).viewer, p.All); err != nil {
		return err
	}
	return s.show(w, r, status, page.Alerts(p))
}

func (s *Site) decideAlert(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "alert"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	do := f.Get("do")
	if err = oneOf(do, "clear", "exclude"); err == nil {
		err = s.o.People.DecideAlert(r.Context(), visitor(r).viewer, id, do == "exclude", strings.TrimSpace(f.Get("note")))
	}
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showAlerts(w, r, status(fault.Of(err)), page.AlertsPage{Form: id, Values: f, Faults: faults})
	}
	s.flash(w, "flash_al_decided")
	see(w, r, "/operator/alerts")
	return nil
}

// deviceCookie names a browser, so that two bidders who share one are looked at. R1.6
const deviceCookie = "corridor-device"

// noticed remembers from where somebody signed in for his organisation.
func (s *Site) noticed(ctx context.Context, w http.ResponseWriter, r *http.Request, org int) error {
	device := ""
	if c, err := r.Cookie(deviceCookie); err == nil && len(c.Value) <= 64 {
		device = c.Value
	}
	if device == "" {
		device = requestID(ctx) + strconv.FormatInt(s.now().UnixNano(), 36)
		s.keep(w, deviceCookie, device, tasteLife)
	}
	return s.o.People.Noticed(ctx, org, s.Address(r), device)
}
