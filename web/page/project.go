package page

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// Projects come with their Listing, its Seller and their Seller loaded wherever a page shows them; ProjectPage also with
// Patents and Operator.

// ProjectPage is one project: what happened, what is next and under which rule, and what the reader may do.
type ProjectPage struct {
	Row        *ent.Project
	State      *trade.State
	Entries    []trade.Entry
	Names      map[trade.Party]*ent.Organisation
	Insider    bool // of the seller or the operator
	Interested bool // a bidder, or the buyer, is an inventor or has an interest; R1.7
	Own        *trade.Registration
	Commands   []CommandForm
	Papers     []ProjectPaper // for who may read them
	Objected   map[trade.ObjectionID]bool
	Held       []HeldPrice // what waits for a second person of the reader's company
	Child      int
	ChildSeen  bool
	ModeTitles map[string]string
	Watch      WatchPanel
	Lacks      bool // the reader lacks the power of attorney to decide for the seller; §1.1
}

// CommandForm is the form of a command that the reader may give now.
type CommandForm struct {
	Name    string
	Asks    []form.Ask
	Options map[string][]Option // of choices, by field
	Values  url.Values
	Faults  form.Faults
	Decides bool            // it files a decision: with the papers that lie with the listing, R2.2
	Papers  []*ent.Document // those papers, for who decides
}

// mayDecide says whether the form asks for a decision that only some need.
func (f CommandForm) mayDecide() bool {
	return slices.ContainsFunc(f.Asks, func(a form.Ask) bool { return a.Part })
}

// ProjectPaper is a file that the log of a project names.
type ProjectPaper struct {
	Title, SHA256 string
	URL           string
	At            time.Time
	Objection     trade.ObjectionID // of which it is; none: of the decision
	Answer        bool              // of the decision on that objection
}

// HeldPrice is the only buyer's word on a price, above the authority of who gave it. R2.12
type HeldPrice struct {
	ID         int
	AmountFen  money.Fen
	Proposer   auction.Bilingual
	ProposedAt time.Time
	Mine       bool
	Bar        string
	Approves   bool
	Approvers  int
}

// Option is one choice.
type Option struct{ Value, Label string }

// ProjectsPage is a list of projects: Kind is public, mine or queue.
type ProjectsPage struct {
	Kind               string
	Projects           []*ent.Project
	Total, Page, Pages int
	Way                string
	All                bool
	MayBegin           bool // the reader may begin a project
}

// NewProjectPage begins a project: without Listing it asks for one.
type NewProjectPage struct {
	Listing  *ent.Listing
	Listings []*ent.Listing
	Values   url.Values
	Faults   form.Faults
	Ends     map[trade.Way]calendar.End // what the period of each way would be from today
	Regime   trade.Regime               // how free the seller is by its file, R2.1
	Asks     bool                       // its file does not say: the seller does
	Lacks    bool                       // the reader lacks the power of attorney to begin one; §1.1
}

// CalendarPage is a year of the calendar of working days.
type CalendarPage struct {
	Year   int
	Years  []int
	Of     *calendar.Year // nil: none is shipped
	Own    []calendar.Day // the operator's, of that year
	Values url.Values
	Faults form.Faults
}

var ways = []trade.Way{trade.ByAgreement, trade.ByListing, trade.ByAuction}

func projectURL(id int) templ.SafeURL { return templ.SafeURL(fmt.Sprintf("/projects/%d", id)) }

func (p ProjectsPage) base() string {
	switch p.Kind {
	case "mine":
		return "/seller/projects"
	case "queue":
		return "/operator/projects"
	}
	return "/projects"
}

func (p ProjectsPage) query(n int) templ.SafeURL {
	q := url.Values{"page": {fmt.Sprint(n)}}
	if p.Way != "" {
		q.Set("way", p.Way)
	}
	if p.All {
		q.Set("all", "yes")
	}
	return templ.SafeURL(p.base() + "?" + q.Encode())
}

func (p ProjectsPage) title(ctx context.Context) string {
	return component.T(ctx, map[string]string{"public": "pj_list_title", "mine": "pj_mine_title", "queue": "pj_queue_title"}[p.Kind])
}

// period writes what a clock still owes.
func period(ctx context.Context, p calendar.Period) string {
	if p.Unit == calendar.WorkingDays {
		return component.T(ctx, "pj_wd", "N", p.N)
	}
	return component.T(ctx, "pj_days", "N", p.N)
}

// dueAt writes the end of a period as its last day does: 24:00 of it belongs to no page.
func dueAt(ctx context.Context, at trade.Instant) string {
	t := at.Time().In(calendar.Zone)
	if t.Hour() == 0 && t.Minute() == 0 {
		return component.Date(ctx, t.AddDate(0, 0, -1)) + " 24:00"
	}
	return component.When(ctx, t)
}

// party names whoever a log names, as far as the reader may know. Bidders stay unnamed to the public until they are awarded.
func (p ProjectPage) party(ctx context.Context, who trade.Party) string {
	if o := p.Names[who]; o != nil {
		return component.Organisation(ctx, o)
	}
	return ""
}

// clocks are those that run, the nearest first, and then those that stand, as far as the reader may know of them (R1.1).
func (p ProjectPage) clocks() []trade.Clock {
	all := p.State.Next()
	for _, c := range p.State.Clocks {
		if !c.Running() {
			all = append(all, c)
		}
	}
	return slices.DeleteFunc(all, func(c trade.Clock) bool { return !p.Insider && !c.Kind.Told() })
}

// missed are the deadlines that were missed, as far as the reader may know of them.
func (p ProjectPage) missed() []trade.Clock {
	return slices.DeleteFunc(slices.Clone(p.State.Missed), func(c trade.Clock) bool { return !p.Insider && !c.Kind.Told() })
}

// nextOf is the next deadline of a project that a reader may know.
func nextOf(row *ent.Project, insider bool) (*time.Time, trade.ClockKind) {
	if insider {
		return row.NextAt, trade.ClockKind(row.NextKind)
	}
	return row.DueAt, trade.ClockKind(row.DueKind)
}

// holidays are the keys of the shipped reasons.
var holidays = map[string]string{
	"元旦": "cal_new_year", "春节": "cal_spring", "清明节": "cal_qingming", "劳动节": "cal_labour", "端午节": "cal_dragon_boat",
	"中秋节": "cal_autumn", "国庆节": "cal_national", "国庆节、中秋节": "cal_national_autumn", "中秋节、国庆节": "cal_national_autumn", "调休": "cal_made_up",
}

// dayReason is why a day is off or made up. What is shipped is named in Chinese; the operator's own reason is his.
func dayReason(ctx context.Context, d calendar.Day, own bool) string {
	if key, shipped := holidays[d.Reason]; shipped && !own {
		return component.T(ctx, key)
	}
	return d.Reason
}

func price(ctx context.Context, f money.Fen) string { return component.Full(f) }

func rulesOf(rules []trade.Rule) string {
	var all []string
	for _, r := range rules {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}

// why is a cause in the reader's words.
func why[S ~string](ctx context.Context, code S) string {
	if code == "" {
		return ""
	}
	return component.Word(ctx, "pwhy", code)
}

func until(ctx context.Context, c trade.Clock) string {
	return component.T(ctx, "pj_until", "At", dueAt(ctx, c.Due))
}

// facts says what an event is about. Names and texts of those who bid or objected are for insiders.
func (p ProjectPage) facts(ctx context.Context, e trade.Event) (all []string) {
	switch ev := e.(type) {
	case trade.Drafted:
		all = []string{price(ctx, ev.Offer.PriceFen)}
	case trade.OfferRevised:
		all = []string{price(ctx, ev.Offer.PriceFen)}
	case trade.DecisionRecorded:
		all = []string{string(ev.File.Document)}
	case trade.NoticeOpened:
		all = []string{price(ctx, ev.Offer.PriceFen), until(ctx, ev.Ends)}
	case trade.OfferRaised:
		all = []string{price(ctx, ev.PriceFen)}
	case trade.NoticeVoided:
		all = []string{why(ctx, ev.Why)}
	case trade.ListingPublished:
		all = []string{price(ctx, ev.Offer.PriceFen), until(ctx, ev.Ends)}
	case trade.ListingChanged:
		all = []string{price(ctx, ev.Offer.PriceFen), until(ctx, ev.Ends), ev.Justification}
	case trade.ListingExtended:
		all = []string{until(ctx, ev.Ends)}
	case trade.ListingEnded:
		all = []string{why(ctx, ev.Why)}
	case trade.ListingClosed:
		all = []string{fmt.Sprintf("%s: %d", component.T(ctx, "preg_QUALIFIED"), len(ev.Qualified))}
	case trade.Awarded:
		all = []string{price(ctx, ev.PriceFen), p.party(ctx, ev.Buyer), until(ctx, ev.Notice)}
	case trade.Sold:
		all = []string{price(ctx, ev.PriceFen), p.party(ctx, ev.Buyer)}
	case trade.DeadlineMissed:
		all = []string{component.Word(ctx, "clock", ev.Clock.Kind)}
	case trade.ObjectionLodged:
		all = []string{p.inside(ev.Text)}
	case trade.ObjectionRejected:
		all = []string{ev.Reasons}
		if ev.Resumed != nil {
			all = append(all, until(ctx, *ev.Resumed))
		}
	case trade.ObjectionUpheld:
		all = []string{ev.Reasons}
	default:
		all = p.moreFacts(ctx, e)
	}
	return all
}

func (p ProjectPage) moreFacts(ctx context.Context, e trade.Event) []string {
	switch ev := e.(type) {
	case trade.ContractSigned:
		return []string{price(ctx, ev.PriceFen), p.party(ctx, ev.Buyer)}
	case trade.PaymentReceived:
		return []string{p.inside(price(ctx, ev.AmountFen))}
	case trade.ContractRegistered:
		return []string{ev.Number}
	case trade.Withdrawn:
		return []string{ev.Note}
	case trade.DraftReturned:
		return []string{p.inside(ev.Reasons)}
	case trade.Suspended:
		return []string{why(ctx, ev.Cause), ev.Note}
	case trade.Terminated:
		return []string{why(ctx, ev.Cause), ev.Note}
	case trade.Annulled:
		return []string{why(ctx, ev.Cause), ev.Note}
	case trade.SalePaused:
		return []string{why(ctx, ev.Cause), ev.Note}
	case trade.Defaulted:
		return []string{why(ctx, ev.Why), ev.Note}
	case trade.Relisted:
		return []string{price(ctx, ev.PriceFen)}
	case trade.ReauctionDecided:
		return []string{price(ctx, ev.PriceFen)}
	case trade.SalePassed:
		return []string{why(ctx, ev.Why), until(ctx, ev.Reauction)}
	case trade.SaleAnnounced:
		return []string{price(ctx, ev.Offer.PriceFen), component.When(ctx, ev.Announcement.SaleAt.Time()), ev.Announcement.Place}
	case trade.BiddingOpened:
		return []string{price(ctx, ev.StartFen)}
	case trade.RegistrationReceived:
		return []string{p.inside(string(ev.Registration) + " " + p.party(ctx, ev.Party))}
	case trade.DocumentsAccepted:
		return []string{p.inside(string(ev.Registration))}
	case trade.DocumentsRejected:
		return []string{p.inside(string(ev.Registration)), p.inside(ev.Reasons)}
	case trade.DepositReceived:
		return []string{p.inside(string(ev.Registration)), p.inside(price(ctx, ev.AmountFen))}
	case trade.DepositReturned:
		return []string{p.inside(string(ev.Registration)), p.inside(price(ctx, ev.AmountFen)), why(ctx, ev.Why)}
	}
	return nil
}

// inside is a text for insiders; others get none.
func (p ProjectPage) inside(text string) string {
	if p.Insider {
		return text
	}
	return ""
}

// told says whether an entry is for the reader: what bidders do is nobody's matter but the insiders' (R1.1, confidential until
// the bidding ends), and what came before the publication is the seller's.
func (p ProjectPage) told(e trade.Entry) bool {
	if p.Insider {
		return true
	}
	switch ev := e.Event.(type) {
	case trade.DeadlineMissed:
		return ev.Clock.Kind.Told()
	case trade.RegistrationReceived, trade.DocumentsAccepted, trade.DocumentsRejected, trade.DepositReceived, trade.DepositReturned,
		trade.RegistrationWithdrawn, trade.ReviewRequested, trade.DraftReturned, trade.OfferRevised:
		return false
	}
	return true
}

// opensToVisitors says whether somebody who signs in could object or register.
func (p ProjectPage) opensToVisitors() bool {
	return slices.ContainsFunc(p.State.Hears(), func(name string) bool { return name == "LodgeObjection" || name == "Register" })
}

func commandFieldID(command, field string) string { return "c-" + command + "-" + field }

func instant(t time.Time) trade.Instant { return auction.InstantOf(t) }

// wayRule is the rule of a way's period.
func wayRule(w trade.Way) string {
	if w == trade.ByAgreement {
		return "R2.3"
	}
	return "R2.7"
}

func rightsOptions(ctx context.Context, l *ent.Listing) (all []Option) {
	for _, r := range l.Rights {
		all = append(all, Option{r, component.Word(ctx, "rights", r)})
	}
	return all
}

// regimeWord is the word for a regime; that of state-established units has none in the log.
func regimeWord(r trade.Regime) string {
	if r == trade.StateUnit {
		return "UNIT"
	}
	return string(r)
}
