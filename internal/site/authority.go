package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

// heads of companies set who may bid how much for them.
var heads = permission{
	roles: []identity.Role{identity.Company}, known: true,
	except: func(v identity.Viewer) bool { return !authority.Administers(v) },
}

// authorityTable holds how far people may bind their company. What waits for a second person comes to the door of bids, so that
// the figures and the log of requests tell it from no bid.
func (s *Site) authorityTable() []route {
	return []route{
		{"GET", "/me/authority", companies, s.authority},
		{"POST", "/me/authority/rule", heads, s.setAuthorityRule},
		{"POST", "/me/authority/people/{person}", heads, s.setAuthority},
		{"POST", "/me/authority/people/{person}/lots", heads, s.setLotAuthority},
		{"POST", "/me/authority/people/{person}/lots/{lot}/clear", heads, s.clearLotAuthority},
	}
}

func (s *Site) authority(w http.ResponseWriter, r *http.Request) error {
	return s.showAuthority(w, r, http.StatusOK, func(*page.AuthorityPage) {})
}

// showAuthority shows the page; amend puts back what came back from a form.
func (s *Site) showAuthority(w http.ResponseWriter, r *http.Request, status int, amend func(*page.AuthorityPage)) error {
	v := visitor(r).viewer
	o, err := s.o.Authority.Overview(r.Context(), v)
	if err != nil {
		return err
	}
	p := page.AuthorityPage{Company: v.Organisation, Edit: authority.Administers(v), Always: o.Always, Version: o.Version}
	for _, m := range o.Members {
		one := page.AuthorityMember{
			Membership: m.Membership, Bids: m.Bids, Bid: page.Bound(m.Bid), Approves: m.Approves, Approve: page.Bound(m.Approve), Version: m.Version,
		}
		for _, l := range m.Lots {
			one.Lots = append(one.Lots, page.AuthorityLot{Lot: l.Lot, Bid: page.Bound(l.Bid)})
		}
		p.Members = append(p.Members, one)
	}
	for _, c := range o.Changes {
		d := page.AuthorityDeed{Who: c.Deed.Who, Lot: c.Deed.Lot, Always: c.Deed.Always, Approves: c.Deed.Approves, Approve: page.Bound(c.Deed.Approve)}
		if c.Deed.Bid != nil {
			d.Bid = (*page.Bound)(c.Deed.Bid)
		}
		p.Changes = append(p.Changes, page.AuthorityChange{Deed: d, Action: c.Action, By: c.By})
	}
	amend(&p)
	return s.show(w, r, status, page.Authority(p))
}

func (s *Site) setAuthorityRule(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version, err := versionOf(f)
	if err != nil {
		return err
	}
	err = s.o.Authority.SetAlways(r.Context(), visitor(r).viewer, f.Get("always") == "yes", version)
	if err == nil {
		s.flash(w, "flash_authority")
		see(w, r, "/me/authority")
		return nil
	}
	faults, ok := faultsOf(r.Context(), err)
	if !ok {
		return err
	}
	return s.showAuthority(w, r, status(fault.Of(err)), func(p *page.AuthorityPage) { p.Fault = faults[""] })
}

func (s *Site) setAuthority(w http.ResponseWriter, r *http.Request) error {
	return s.forMember(w, r, func(ctx context.Context, v identity.Viewer, person, version int, f url.Values) error {
		bid, err1 := readLimit(f, "bid")
		approve, err2 := readLimit(f, "approve")
		if err := bothFields(err1, err2); err != nil {
			return err
		}
		return s.o.Authority.SetMember(ctx, v, authority.Wish{
			Person: person, Bid: bid, Approves: f.Get("approves") == "yes", Approve: approve, Version: version,
		})
	})
}

func (s *Site) setLotAuthority(w http.ResponseWriter, r *http.Request) error {
	return s.forMember(w, r, func(ctx context.Context, v identity.Viewer, person, version int, f url.Values) error {
		bid, err := readLimit(f, "lot_bid")
		if err != nil {
			return err
		}
		return s.o.Authority.SetLot(ctx, v, person, strings.TrimSpace(f.Get("lot")), bid, version)
	})
}

func (s *Site) clearLotAuthority(w http.ResponseWriter, r *http.Request) error {
	lot, err := number(r, chi.URLParam(r, "lot"))
	if err != nil {
		return err
	}
	return s.forMember(w, r, func(ctx context.Context, v identity.Viewer, person, version int, _ url.Values) error {
		return s.o.Authority.ClearLot(ctx, v, person, lot, version)
	})
}

// forMember carries out a form about one member, and shows the page again, with what was typed, if it cannot be.
func (s *Site) forMember(w http.ResponseWriter, r *http.Request, do func(context.Context, identity.Viewer, int, int, url.Values) error) error {
	person, err := number(r, chi.URLParam(r, "person"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version, err := versionOf(f)
	if err != nil {
		return err
	}
	err = do(r.Context(), visitor(r).viewer, person, version, f)
	if err == nil {
		s.flash(w, "flash_authority")
		see(w, r, "/me/authority#person-"+strconv.Itoa(person))
		return nil
	}
	faults, ok := faultsOf(r.Context(), err)
	if !ok {
		return err
	}
	return s.showAuthority(w, r, status(fault.Of(err)), func(p *page.AuthorityPage) { putBack(p, person, f, faults) })
}

// putBack fills a member's forms in as they were sent. Of the two forms that was one: the other keeps what is stored.
func putBack(p *page.AuthorityPage, person int, f url.Values, faults form.Faults) {
	for i := range p.Members {
		m := &p.Members[i]
		if m.Membership.Edges.Person.ID != person {
			continue
		}
		m.Faults = faults
		typed := m.Form()
		if f.Has("lot") {
			typed.Lot, typed.LotBid = f.Get("lot"), f.Get("lot_bid")
		} else if f.Has("bid") {
			typed.Bid, typed.Approve, typed.Approves = f.Get("bid"), f.Get("approve"), f.Get("approves") == "yes"
		}
		m.Typed = &typed
	}
}

// readLimit reads a limit as people type amounts; nothing at all is no limit.
func readLimit(f url.Values, name string) (authority.Limit, error) {
	text := strings.TrimSpace(f.Get(name))
	if text == "" {
		return authority.Limit{None: true}, nil
	}
	fen, err := money.Parse(text)
	var amount *money.Error
	switch {
	case errors.As(err, &amount):
		return authority.Limit{}, fault.OfFields([]fault.Field{{Name: name, Problem: fault.Problem(amount.Code)}})
	case err != nil:
		return authority.Limit{}, err
	}
	return authority.Limit{Fen: fen}, nil
}

func bothFields(all ...error) error {
	var fields []fault.Field
	for _, err := range all {
		if err != nil && fault.Of(err) != fault.Invalid {
			return err
		}
		if err != nil {
			fields = append(fields, fault.In(err).Fields...)
		}
	}
	return fault.OfFields(fields)
}

func versionOf(f url.Values) (int, error) {
	n, err := strconv.Atoi(f.Get("version"))
	if err != nil || n < 0 {
		return 0, fault.OfFields([]fault.Field{{Name: "version", Problem: "REQUIRED"}})
	}
	return n, nil
}

func problemOf(ctx context.Context, err error) string {
	e := fault.In(err)
	if e.Problem == "" {
		return ""
	}
	return component.Problem(ctx, e.Problem)
}
