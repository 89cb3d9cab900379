package site

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

// projects is the public list: what is on notice, listed or announced now.
func (s *Site) projects(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	n, _ := strconv.Atoi(q.Get("page")) // what is no page is the first
	way := trade.Way(q.Get("way"))
	if way != trade.ByAgreement && way != trade.ByListing && way != trade.ByAuction {
		way = ""
	}
	all := q.Get("all") != ""
	found, err := s.o.Projects.Public(r.Context(), way, all, n)
	if err != nil {
		return err
	}
	p := listPage("public", found)
	p.Way, p.All = string(way), all
	return s.show(w, r, http.StatusOK, page.Projects(p))
}

func listPage(kind string, f project.Found) page.ProjectsPage {
	return page.ProjectsPage{Kind: kind, Projects: f.Projects, Total: f.Total, Page: f.Page, Pages: f.Pages}
}

func (s *Site) sellerProjects(w http.ResponseWriter, r *http.Request) error {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	found, err := s.o.Projects.Mine(r.Context(), visitor(r).viewer, n)
	if err != nil {
		return err
	}
	p := listPage("mine", found)
	p.MayBegin = visitor(r).viewer.MayList()
	return s.show(w, r, http.StatusOK, page.Projects(p))
}

func (s *Site) operatorProjects(w http.ResponseWriter, r *http.Request) error {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	found, err := s.o.Projects.Queue(r.Context(), visitor(r).viewer, n)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Projects(listPage("queue", found)))
}

func (s *Site) project(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return s.showProject(w, r, http.StatusOK, id, page.CommandForm{})
}

// showProject shows a project; given is a form that came and could not be carried out.
func (s *Site) showProject(w http.ResponseWriter, r *http.Request, status, id int, given page.CommandForm) error {
	ctx, viewer := r.Context(), visitor(r).viewer
	v, err := s.o.Projects.View(ctx, viewer, id)
	if err != nil {
		return err
	}
	names, err := s.o.Projects.Names(ctx, v)
	if err != nil {
		return err
	}
	p := page.ProjectPage{Row: v.Row, State: v.State, Names: names, Insider: project.Insider(viewer, v), ModeTitles: s.modeTitles(r)}
	if v.Row.Published {
		if p.Watch, err = s.watchPanel(r, watch.KindPROJECT, id); err != nil {
			return err
		}
	}
	for _, e := range v.Entries {
		p.Entries = append(p.Entries, e.Entry)
		if relisted, ok := e.Event.(trade.Relisted); ok {
			p.Child = int(relisted.Child)
			child, err := s.o.Projects.View(ctx, viewer, p.Child)
			p.ChildSeen = err == nil && child != nil
		}
	}
	if own, ok := project.Registered(viewer, v); ok {
		p.Own = &own
	}
	if p.Held, err = s.heldPrices(r, v); err != nil {
		return err
	}
	lying, err := s.projectPapers(r, v, &p)
	if err != nil {
		return err
	}
	for _, name := range project.Possible(viewer, v) {
		f := page.CommandForm{Name: name, Values: proposed(name, v), Options: s.options(r, v, names, name)}
		if given.Name == name {
			f.Values, f.Faults = given.Values, given.Faults
			given.Name = ""
		}
		f.Asks, _ = form.Asks(name, v.State.Regime)
		if f.Decides = form.Decides(name) && v.State.Regime != trade.Private; f.Decides {
			f.Papers = lying
		}
		if f.Asks != nil && answerable(f) {
			p.Commands = append(p.Commands, f)
		}
	}
	if given.Name != "" { // no longer possible: say why all the same
		given.Asks = nil
		if given.Faults[""] == "" {
			given.Faults = form.Faults{"": component.Problem(ctx, "PROJECT_PHASE")}
		}
		p.Commands = append([]page.CommandForm{given}, p.Commands...)
	}
	if p.Interested, err = s.o.Projects.Interested(ctx, v); err != nil {
		return err
	}
	if viewer.OrganisationID() == v.Row.Edges.Seller.ID {
		if p.Lacks, err = s.lacksMandate(r); err != nil {
			return err
		}
	}
	return s.show(w, r, status, page.Project(p))
}

// answerable says whether each choice of a form has something to choose from.
func answerable(f page.CommandForm) bool {
	return !slices.ContainsFunc(f.Asks, func(a form.Ask) bool { return a.Kind == "choice" && len(f.Options[a.Name]) == 0 })
}

// proposed is what a form holds when it is first shown.
func proposed(name string, v *project.View) url.Values {
	price := v.State.Offer.PriceFen
	if v.State.Award != nil {
		price = v.State.Award.PriceFen
	}
	l := v.Row.Edges.Listing
	values := url.Values{"price_fen": {typed(price)}, "decided_fen": {typed(v.State.Offer.PriceFen)}}
	switch name {
	case "OpenNotice":
		values.Set("name", l.TitleZh)
		values.Set("abstract", l.SummaryZh)
	case "PublishListing", "Announce":
		values.Set("deposit_fen", typed(price/10)) // R2.19
		values.Set("channels", "走廊技术交易市场")
	case "ChangeListing":
		values.Set("deposit_fen", typed(v.State.Terms.Entrance.DepositFen))
	case "ReceiveDeposit":
		values.Set("amount_fen", typed(v.State.Terms.Entrance.DepositFen))
	case "RecordPayment":
		if v.State.Contract != nil {
			values.Set("amount_fen", typed(v.State.Contract.PriceFen-v.State.Contract.PaidFen))
		}
	case "Relist", "Reauction":
		values.Set("price_fen", typed(v.State.Rules.FloorFen(v.State.Offer.PriceFen)))
	}
	return values
}

// typed is an amount as people type it.
func typed(f money.Fen) string { return strings.TrimSuffix(f.Grouped(), ".00") }

func (s *Site) modeTitles(r *http.Request) map[string]string {
	titles := map[string]string{}
	for _, m := range s.o.Projects.Modes() {
		titles[m.Name] = m.Name
		if t, err := auction.ParseTerms(m.Terms); err == nil {
			titles[m.Name] = component.Pick(r.Context(), t.Name.ZH, t.Name.EN)
		}
	}
	return titles
}

// options are the choices of the forms.
func (s *Site) options(r *http.Request, v *project.View, names map[trade.Party]*ent.Organisation, command string) map[string][]page.Option {
	ctx, all := r.Context(), map[string][]page.Option{}
	words := func(field, kind string, codes ...string) {
		for _, c := range codes {
			all[field] = append(all[field], page.Option{Value: c, Label: component.Word(ctx, kind, c)})
		}
	}
	titles := s.modeTitles(r)
	for _, m := range s.o.Projects.Modes() {
		all["mode"] = append(all["mode"], page.Option{Value: m.Name, Label: titles[m.Name]})
	}
	words("cause", "pwhy", string(trade.AuthorityOrder), string(trade.RightLost), string(trade.FalsePapers), string(trade.Dispute),
		string(trade.PlatformFailure), string(trade.Collusion), string(trade.ForceMajeure))
	words("procedure", "procedure", string(auction.ExchangeBidding), string(auction.AuctionLaw))
	words("reserve", "reservemode", "NONE", "EQUAL_START", "HIDDEN")
	review := command == "AcceptDocuments" || command == "RejectDocuments"
	for _, reg := range v.State.Registrations {
		if review && reg.Status != trade.Applied {
			continue
		}
		all["registration"] = append(all["registration"], page.Option{
			Value: string(reg.ID), Label: string(reg.ID) + " " + component.Organisation(ctx, names[reg.Party]) + " · " + component.Word(ctx, "preg", reg.Status),
		})
	}
	for _, o := range v.State.Objections {
		if o.Status == trade.ObjectionPending {
			all["objection"] = append(all["objection"], page.Option{Value: string(o.ID), Label: string(o.ID)})
		}
	}
	return all
}

// command carries out what a form of a project's page asks for.
func (s *Site) command(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	v, err := readForm(r)
	if err != nil {
		return err
	}
	name := v.Get("command")
	seen, err := s.o.Projects.View(r.Context(), visitor(r).viewer, id)
	if err != nil {
		return err
	}
	c, faults := form.Command(name, seen.State.Regime, v)
	if err = fault.OfFields(faults); err == nil {
		err = s.o.Projects.Do(r.Context(), visitor(r).viewer, id, c)
	}
	if errors.Is(err, project.ErrHeld) {
		s.flash(w, "flash_price_held")
		see(w, r, "/projects/"+strconv.Itoa(id))
		return nil
	}
	if err != nil {
		sentences, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showProject(w, r, status(fault.Of(err)), id, page.CommandForm{Name: name, Values: v, Faults: sentences})
	}
	s.flash(w, "flash_project_done")
	see(w, r, "/projects/"+strconv.Itoa(id))
	return nil
}

func (s *Site) newProject(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Get("listing") == "" {
		all, err := s.o.Projects.Offerable(r.Context(), visitor(r).viewer)
		if err != nil {
			return err
		}
		lacks, err := s.lacksMandate(r)
		if err != nil {
			return err
		}
		return s.show(w, r, http.StatusOK, page.NewProject(page.NewProjectPage{Listings: all, Lacks: lacks}))
	}
	id, err := number(r, q.Get("listing"))
	if err != nil {
		return err
	}
	return s.showNewProject(w, r, http.StatusOK, id, q, nil)
}

func (s *Site) showNewProject(w http.ResponseWriter, r *http.Request, status, listing int, v url.Values, faults form.Faults) error {
	l, err := s.o.Projects.Offered(r.Context(), visitor(r).viewer, listing)
	if err != nil {
		return err
	}
	cal, err := s.o.Projects.Calendar(r.Context())
	if err != nil {
		return err
	}
	if idea := money.Fen(l.PriceIdeaFen); idea > 0 && !v.Has("price_fen") {
		v.Set("price_fen", typed(idea))
	}
	regime, known := project.RegimeOf(l.Edges.Seller)
	rules := trade.Standard()
	ends := map[trade.Way]calendar.End{
		trade.ByAgreement: cal.EndOf(s.now(), calendar.Period{N: rules.NoticeDays, Unit: calendar.Days}),
	}
	if price, err := money.Parse(v.Get("price_fen")); err == nil { // the period follows from the price: without one there is none
		owned := regime
		if !known && v.Get("owned") == project.OwnedByState {
			owned = trade.StateOwned
		}
		days := trade.ListingWD(owned, trade.Offer{Rights: v.Get("rights"), PriceFen: price}, rules)
		ends[trade.ByListing] = cal.EndOf(s.now(), calendar.Period{N: days, Unit: calendar.WorkingDays})
	}
	p := page.NewProjectPage{Listing: l, Values: v, Faults: faults, Ends: ends, Regime: regime, Asks: !known}
	if p.Lacks, err = s.lacksMandate(r); err != nil {
		return err
	}
	return s.show(w, r, status, page.NewProject(p))
}

func (s *Site) openProject(w http.ResponseWriter, r *http.Request) error {
	v, err := readForm(r)
	if err != nil {
		return err
	}
	listing, err := number(r, v.Get("listing"))
	if err != nil {
		return err
	}
	o := project.Opening{Listing: listing, Way: trade.Way(v.Get("way")), Rights: v.Get("rights"), Buyer: v.Get("buyer"), Owned: v.Get("owned")}
	id := 0
	if o.PriceFen, err = money.Parse(v.Get("price_fen")); err != nil {
		err = fault.OfFields([]fault.Field{{Name: "price_fen", Problem: amountProblem(err)}})
	} else {
		id, err = s.o.Projects.Open(r.Context(), visitor(r).viewer, o)
	}
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showNewProject(w, r, status(fault.Of(err)), listing, v, faults)
	}
	s.flash(w, "flash_project_opened")
	see(w, r, "/projects/"+strconv.Itoa(id))
	return nil
}
