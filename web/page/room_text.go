package page

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	c "github.com/g60-corridor/corridor/web/component"
)

// lotPath is an address under a lot's.
func lotPath(lot auction.LotID, rest string) string {
	return "/lots/" + strconv.FormatInt(int64(lot), 10) + rest
}

func (p RoomPage) path(rest string) templ.SafeURL { return templ.SafeURL(lotPath(p.Lot, rest)) }

func (p RoomPage) signIn() templ.SafeURL {
	return templ.SafeURL("/sign-in?next=" + url.QueryEscape(lotPath(p.Lot, "/room")))
}

func (p RoomPage) title(ctx context.Context) string { return c.Pick(ctx, p.Title.ZH, p.Title.EN) }

func (p RoomPage) paddle() auction.Paddle {
	if p.Holding == nil {
		return ""
	}
	return p.Holding.Paddle
}

func itoa(n int) string { return strconv.Itoa(n) }

func moneyOrDash(ctx context.Context, f money.Fen) string {
	if f <= 0 {
		return "—"
	}
	return c.Money(ctx, f)
}

// priceSize is how much room a price needs in the largest type.
func priceSize(digits string) string {
	switch n := len(digits); {
	case n <= 6:
		return "s"
	case n <= 10:
		return "m"
	case n <= 14:
		return "l"
	}
	return "xl"
}

// phaseNote explains a phase in a phrase.
func (p RoomPage) phaseNote(ctx context.Context, phase auction.Phase) string {
	cl := p.Terms.Closing
	switch {
	case phase == auction.Free:
		return c.T(ctx, "room_note_FREE", "Span", c.Seconds(ctx, cl.LimitedS))
	case phase == auction.Limited:
		return c.T(ctx, "room_note_LIMITED", "Span", c.Seconds(ctx, cl.LimitedS))
	case phase == auction.Single && cl.Mode == auction.Soft:
		return c.T(ctx, "room_note_SOFT", "Window", c.Seconds(ctx, cl.WindowS), "Extend", c.Seconds(ctx, cl.ExtendS))
	case phase == auction.Single:
		return c.T(ctx, "room_note_MANUAL")
	}
	return ""
}

func (p RoomPage) priceLabel() string {
	v := p.Frame.State
	switch {
	case v.Result != nil && v.Result.Outcome == auction.Sold:
		return "room_price_sold"
	case v.HasBid && v.Result != nil:
		return "room_price_last"
	case v.HasBid:
		return "room_price_now"
	}
	return "room_price_start"
}

// lead says who leads as this viewer should see it: "none", "other", "you" or "outbid"; after the end "won", "sold" or
// "ended".
func (p RoomPage) lead() string {
	v := p.Frame.State
	switch {
	case v.Result != nil && v.Result.Outcome != auction.Sold:
		return "ended"
	case v.Result != nil && p.Holding != nil && v.Result.Winner == p.Holding.Paddle:
		return "won"
	case v.Result != nil:
		return "sold"
	case !v.HasBid || v.Leader == "":
		return "none"
	case p.Holding == nil:
		return "other"
	case v.Leader == p.Holding.Paddle:
		return "you"
	case slices.ContainsFunc(p.Own, func(r feed.OwnRow) bool { return r.Accepted }):
		return "outbid"
	}
	return "other"
}

func (p RoomPage) leadWord(ctx context.Context) string {
	return c.T(ctx, "room_lead_"+p.lead(), "Code", string(p.Frame.State.Leader))
}

func (p RoomPage) leadNote(ctx context.Context) string {
	switch p.lead() {
	case "you":
		if p.Holding.MaximumFen > p.Frame.State.PriceFen {
			return c.T(ctx, "room_lead_you_maximum", "Code", string(p.paddle()), "Amount", c.Money(ctx, p.Holding.MaximumFen))
		}
		return c.T(ctx, "room_lead_you_note", "Code", string(p.paddle()))
	case "outbid":
		return c.T(ctx, "room_lead_outbid_note", "Code", string(p.Frame.State.Leader))
	}
	return ""
}

func (p RoomPage) clockLabel(ctx context.Context) string {
	v := p.Frame.State
	switch v.Phase {
	case auction.Announced:
		return c.T(ctx, "room_opens_in")
	case auction.Paused:
		return c.T(ctx, "room_clock_stopped")
	case auction.Closed:
		return c.T(ctx, "room_closed_at")
	}
	return c.T(ctx, "room_left")
}

// clockFigure is the large figure of the clock: the deadline itself, since without scripts nothing counts down.
func (p RoomPage) clockFigure() string {
	v := p.Frame.State
	at := v.DeadlineUS
	switch {
	case v.Phase == auction.Announced:
		at = v.OpensAtUS
	case v.Result != nil:
		at = v.Result.AtUS
	case v.Pause != nil:
		return countdown(time.Duration(v.Pause.LeftUS) * time.Microsecond)
	}
	if at == 0 {
		return "—"
	}
	return c.Clock(c.AtUS(at))
}

func countdown(d time.Duration) string {
	s := int(d / time.Second)
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	if s >= 3600 {
		return strconv.Itoa(s/3600) + ":" + two(s%3600/60) + ":" + two(s%60)
	}
	return two(s/60) + ":" + two(s%60)
}

func (p RoomPage) clockNote(ctx context.Context) string {
	v := p.Frame.State
	switch {
	case v.Phase == auction.Announced && v.OpensAtUS == 0:
		return c.T(ctx, "room_opens_by_hand")
	case v.Phase == auction.Announced:
		return c.When(ctx, c.AtUS(v.OpensAtUS))
	case v.Result != nil:
		return c.Date(ctx, c.AtUS(v.Result.AtUS))
	case v.DeadlineUS != 0:
		return c.T(ctx, "room_deadline", "Time", c.Clock(c.AtUS(v.DeadlineUS)))
	case v.Phase == auction.Single:
		return c.T(ctx, "room_deadline_none")
	}
	return ""
}

func (p RoomPage) pauseText(ctx context.Context) string {
	s := p.Frame.State.Pause
	if s == nil {
		return ""
	}
	text := c.T(ctx, "room_paused", "Cause", c.Word(ctx, "cause", s.Cause), "Time", c.Clock(c.AtUS(s.SinceUS)))
	if s.ResumeAtUS != 0 {
		return text + c.T(ctx, "room_resumes_at", "Time", c.Clock(c.AtUS(s.ResumeAtUS)))
	}
	return text + c.T(ctx, "room_resumes_unknown")
}

func (p RoomPage) pauseNote(ctx context.Context) string {
	if s := p.Frame.State.Pause; s != nil {
		return c.Word(ctx, "note", s.Note)
	}
	return ""
}

func (p RoomPage) resultWord(ctx context.Context) string {
	r := p.Frame.State.Result
	switch {
	case r == nil:
		return ""
	case r.Outcome == auction.Sold && p.Holding != nil && r.Winner == p.Holding.Paddle:
		return c.T(ctx, "room_won")
	}
	return c.Word(ctx, "outcome", r.Outcome)
}

func (p RoomPage) resultNote(ctx context.Context) string {
	r := p.Frame.State.Result
	switch {
	case r == nil:
		return ""
	case r.Outcome == auction.Sold:
		return c.T(ctx, "room_sold_note", "Code", string(r.Winner), "Amount", c.Money(ctx, r.PriceFen))
	case r.Outcome == auction.Passed:
		return c.Word(ctx, "why", r.Why)
	}
	return ""
}

// barred says whether no plain bid is possible now.
func (p RoomPage) barred() bool {
	return p.barredFromForm() || p.lead() == "you" && !p.Terms.LeaderMayRaise
}

func (p RoomPage) barredFromForm() bool {
	v := p.Frame.State
	open := v.Phase == auction.Free || v.Phase == auction.Limited || v.Phase == auction.Single
	return !open || p.Holding == nil || p.Holding.Suspended
}

func (p RoomPage) padMinimum(ctx context.Context) string {
	if p.Holding == nil || p.Holding.MinimumFen <= 0 {
		return ""
	}
	return c.T(ctx, "room_pad_minimum", "Amount", c.Money(ctx, p.Holding.MinimumFen))
}

// tone says whether what stands under the amount is its fault, as the scripts say it.
func (f RoomForm) tone() string {
	if f.Fault != "" {
		return "fault"
	}
	return "read"
}

// example shows how an amount may be written, by the least that counts next.
func (p RoomPage) example(ctx context.Context) string {
	f := p.Holding.MinimumFen
	if f <= 0 {
		return ""
	}
	full := strings.TrimPrefix(f.Sign(), "¥")
	short := strings.TrimSuffix(strings.TrimSuffix(c.Short(ctx, f), "元"), " yuan")
	if short == full {
		return full
	}
	return c.T(ctx, "room_amount_example", "Full", full, "Short", short)
}

// formSays is the answer to the bid that the form has just made.
func (p RoomPage) formSays(ctx context.Context) string {
	if a := p.Form.Answer; a != nil {
		return receiptSays(ctx, *a)
	}
	if h := p.Form.Held; h != nil && h.State == feed.Waiting {
		return c.T(ctx, "pending_said_held", "Amount", c.Short(ctx, h.AmountFen))
	}
	return ""
}

// quickBid is a one-tap bid. Steps counts from the current price; 0 is the start price, or matching the price by a
// better right.
type quickBid struct {
	Fen   money.Fen
	Steps int
	Match bool
}

func (q quickBid) label(ctx context.Context) string {
	switch {
	case q.Match:
		return c.T(ctx, "room_quick_match")
	case q.Steps == 0:
		return c.T(ctx, "room_quick_start")
	}
	return c.T(ctx, "room_quick_steps", "Steps", q.Steps)
}

// quick are the one-tap bids; the scripts have the same rule.
func (p RoomPage) quick() []quickBid {
	v := p.Frame.State
	if p.Holding == nil || v.StepFen <= 0 {
		return nil
	}
	steps := []int{1, 2, 5}
	match := v.HasBid && p.Holding.MinimumFen == v.PriceFen
	switch {
	case !v.HasBid:
		steps = []int{0, 1, 5}
	case match:
		steps = []int{0, 1, 2}
	}
	var all []quickBid
	for _, n := range steps {
		all = append(all, quickBid{v.PriceFen + money.Fen(n)*v.StepFen, n, match && n == 0})
	}
	return all
}

// tapeLine is a line of the history with what is left out before it.
type tapeLine struct{ feed.Row }

// rowsShown and rowsSent bound what a page of a very hot lot weighs: lines that it shows, lines that its chart begins
// with. The record has them all.
const (
	rowsShown = 300
	rowsSent  = 2000
)

// history is newest first.
func (p RoomPage) history() []tapeLine {
	all := make([]tapeLine, 0, len(p.Frame.Rows)+len(p.Earlier))
	for _, r := range slices.Backward(p.Frame.Rows) {
		all = append(all, tapeLine{r})
	}
	for _, r := range slices.Backward(p.Earlier) {
		all = append(all, tapeLine{r})
	}
	return all[:min(len(all), rowsShown)]
}

func (r tapeLine) what(ctx context.Context) string {
	switch {
	case r.Paddle != "" && r.Sealed:
		return c.T(ctx, "room_tape_sealed")
	case r.Paddle != "":
		return c.Money(ctx, r.AmountFen)
	case r.Outcome != "":
		if r.Why != "" {
			return c.Word(ctx, "outcome", r.Outcome) + c.T(ctx, "room_because", "Why", c.Word(ctx, "why", r.Why))
		}
		return c.Word(ctx, "outcome", r.Outcome)
	}
	return c.Word(ctx, "event", r.Type)
}

func (r tapeLine) note(ctx context.Context) string {
	var parts []string
	switch {
	case r.Paddle != "" && r.Sealed:
		parts = append(parts, c.T(ctx, "room_tape_price", "Price", c.Money(ctx, r.PriceFen)))
	case r.Paddle != "" && r.Leader != r.Paddle:
		parts = append(parts, c.T(ctx, "room_tape_beaten", "Code", string(r.Leader), "Price", c.Money(ctx, r.PriceFen)))
	case r.Paddle == "" && r.Outcome == auction.Sold:
		parts = append(parts, c.T(ctx, "room_sold_note", "Code", string(r.Leader), "Amount", c.Money(ctx, r.PriceFen)))
	}
	if r.OpenedFen > 0 {
		parts = append(parts, c.T(ctx, "room_tape_opened", "Amount", c.Money(ctx, r.OpenedFen)))
	}
	if r.Cause != "" {
		parts = append(parts, c.Word(ctx, "cause", r.Cause))
	}
	if r.Note != "" {
		parts = append(parts, c.Word(ctx, "note", r.Note))
	}
	return strings.Join(parts, c.T(ctx, "room_tape_and"))
}

// receiptSays is what became of an attempt, in a sentence.
func receiptSays(ctx context.Context, r feed.OwnRow) string {
	amount := c.Short(ctx, r.AmountFen)
	switch {
	case !r.Accepted:
		return c.Refusal(ctx, r)
	case r.BidKind == auction.Maximum && r.Leads:
		return c.T(ctx, "room_took_maximum", "Amount", amount, "Price", c.Short(ctx, r.PriceFen))
	case r.Leads:
		return c.T(ctx, "room_took", "Amount", amount)
	}
	return c.T(ctx, "room_took_beaten", "Amount", amount, "Price", c.Short(ctx, r.PriceFen))
}

// receiptSaid is the same in the list of receipts: what was true then is told as past.
func receiptSaid(ctx context.Context, r feed.OwnRow) string {
	switch {
	case !r.Accepted:
		return c.Refusal(ctx, r)
	case r.Leads:
		return c.T(ctx, "room_did_lead", "Price", c.Short(ctx, r.PriceFen))
	}
	return c.T(ctx, "room_did_count", "Price", c.Short(ctx, r.PriceFen))
}
