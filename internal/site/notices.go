package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/mailpreference"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// pageOf is the page of a list that an address asks for.
func pageOf(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	return n
}

func (s *Site) notices(w http.ResponseWriter, r *http.Request) error {
	found, err := s.o.Inbox.Notices(r.Context(), visitor(r).viewer.PersonID(), pageOf(r))
	if err != nil {
		return err
	}
	l := locale.Of(r.Context())
	p := page.NoticesPage{Unread: found.Unread, Page: found.Page, Pages: found.Pages}
	for _, n := range found.Notices {
		p.Notices = append(p.Notices, page.Notice{ID: n.ID, Title: inbox.Title(l, n), Body: inbox.Body(l, n), At: n.CreatedAt, Read: n.ReadAt != nil})
	}
	return s.show(w, r, http.StatusOK, page.Notices(p))
}

// openNotice leads to what a notice is about, and marks it as read.
func (s *Site) openNotice(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "notice"))
	if err != nil {
		return err
	}
	n, err := s.o.Inbox.Open(r.Context(), visitor(r).viewer.PersonID(), id)
	if err != nil {
		return err
	}
	see(w, r, back(n.Link, inbox.Path))
	return nil
}

// readNotices marks as read what stood on the page: what came since is left.
func (s *Site) readNotices(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	upTo, err := strconv.Atoi(f.Get("up_to"))
	if err != nil {
		return fault.OfFields([]fault.Field{{Name: "up_to", Problem: "REQUIRED"}})
	}
	me := visitor(r).viewer.PersonID()
	if one := f.Get("one"); one != "" {
		_, err = s.o.Inbox.Open(r.Context(), me, upTo)
	} else if err = s.o.Inbox.ReadAll(r.Context(), me, upTo); err == nil {
		s.flash(w, "flash_all_read")
	}
	if err != nil {
		return err
	}
	see(w, r, back(f.Get("back"), inbox.Path))
	return nil
}

func (s *Site) preferences(w http.ResponseWriter, r *http.Request) error {
	modes, err := s.o.Inbox.Preferences(r.Context(), visitor(r).viewer.PersonID())
	if err != nil {
		return err
	}
	p := page.PreferencesPage{Email: visitor(r).viewer.Person.Email, Modes: []string{
		string(mailpreference.ModeAT_ONCE), string(mailpreference.ModeDAILY), string(mailpreference.ModeOFF),
	}}
	for _, t := range inbox.Topics {
		if t == inbox.Work && !visitor(r).viewer.Operates() { // nothing waits for them
			continue
		}
		p.Topics = append(p.Topics, page.Topic{Name: string(t), Mode: string(modes[t])})
	}
	return s.show(w, r, http.StatusOK, page.Preferences(p))
}

func (s *Site) setPreferences(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	wishes := map[inbox.Topic]mailpreference.Mode{}
	for name := range f {
		if slices.Contains(inbox.Topics, inbox.Topic(name)) {
			wishes[inbox.Topic(name)] = mailpreference.Mode(f.Get(name))
		}
	}
	if err := s.o.Inbox.Prefer(r.Context(), visitor(r).viewer.PersonID(), wishes); err != nil {
		return err
	}
	s.flash(w, "flash_preferences")
	see(w, r, inbox.PreferencesPath)
	return nil
}

// mailbox shows the letters of the demo. The route does not exist elsewhere.
func (s *Site) mailbox(w http.ResponseWriter, r *http.Request) error {
	to := r.URL.Query().Get("to")
	if len(to) > 254 {
		to = ""
	}
	sent, current, last, err := s.o.Inbox.Mailbox(r.Context(), to, pageOf(r))
	if err != nil {
		return err
	}
	people, err := s.o.People.DemoPeople(r.Context())
	if err != nil {
		return err
	}
	p := page.MailboxPage{To: to, Page: current, Pages: last}
	for _, m := range people {
		p.Addresses = append(p.Addresses, m.Edges.Person.Email)
	}
	if to != "" && !slices.Contains(p.Addresses, to) {
		p.Addresses = append(p.Addresses, to)
	}
	for _, l := range sent {
		p.Sent = append(p.Sent, shownSent(l))
	}
	return s.show(w, r, http.StatusOK, page.Mailbox(p))
}

func shownSent(l inbox.Sent) page.Sent {
	return page.Sent{
		ID: l.ID, To: l.To, Subject: l.Subject, Text: l.Text, Problem: l.Problem, State: string(l.State), At: l.At, Lang: locale.Lang(l.Lang).Tag(),
	}
}

func (s *Site) asksForSent(r *http.Request) (inbox.Sent, error) {
	id, err := number(r, chi.URLParam(r, "letter"))
	if err != nil {
		return inbox.Sent{}, err
	}
	return s.o.Inbox.Sent(r.Context(), id)
}

func (s *Site) sent(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asksForSent(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.SentLetter(page.SentPage{
		Sent: shownSent(l), Origin: s.o.Inbox.Origin(), Back: "/demo/mailbox?" + url.Values{"to": {l.To}}.Encode(),
	}))
}

// sentHTML is a letter as a mail program shows it: a page of its own in a sandbox, that runs nothing and loads nothing.
func (s *Site) sentHTML(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asksForSent(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; "+
		"style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
	send(w, "text/html; charset=utf-8", []byte(l.HTML))
	return nil
}
