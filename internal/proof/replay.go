package proof

import (
	"bytes"
	"fmt"

	"github.com/g60-corridor/corridor/internal/auction"
)

// replaying runs the engine over a record once more: each entry is turned back into the command that it answers,
// and what the engine decides must be what the record says. A secret that the record does not open is replaced by a
// witness, a value that agrees with everything the log shows (witness.go).
type replaying struct {
	rec     *record
	state   *auction.State
	codes   []auction.Paddle
	reserve auction.Fen         // the reserve or its witness
	least   map[int]auction.Fen // of each sealed maximum: what it must be at least
	claims  map[string]*Claim
}

func (rec *record) replay(rep *Report) *Fault {
	r := &replaying{rec: rec, state: auction.NewState(rec.lot), claims: map[string]*Claim{}}
	r.foresee()
	for i := range rec.entries {
		if fault := r.step(i); fault != nil {
			return fault
		}
	}
	s := r.state
	if s.Phase != auction.Closed {
		return &Fault{Field: "entries", Byte: -1, Problem: "the lot has not ended"}
	}
	rep.Outcome, rep.Why, rep.Bidders = s.Outcome, s.Why, s.Bidders()
	if s.Outcome == auction.Sold {
		rep.Winner, rep.PriceFen = s.Leader, s.PriceFen
	}
	for i := range rec.entries {
		switch rec.entries[i].parsed.event().(type) {
		case auction.BidAccepted, auction.MaximumRaised:
			rep.Accepted++
		case auction.BidRefused:
			rep.Refused++
		}
	}
	for _, name := range []string{"reserve_fen", "reserve_met", "amount_fen", "maximum_fen", "identity", "since", "command"} {
		if c := r.claims[name]; c != nil {
			rep.Claims = append(rep.Claims, *c)
		}
	}
	return nil
}

// step decides one entry again and applies it.
func (r *replaying) step(i int) *Fault {
	e := &r.rec.entries[i]
	at := e.parsed.at
	if at < r.state.LastAt {
		return &Fault{Entry: i + 1, Field: atField, Byte: e.bodyAt, Problem: "time runs backwards"}
	}
	decided, field := r.decide(i, e, at)
	if decided == nil {
		return &Fault{Entry: i + 1, Field: kindField, Byte: e.bodyAt, Problem: "under the rules nothing happens here"}
	}
	if field != "" {
		return &Fault{Entry: i + 1, Field: field, Byte: e.bodyAt, Problem: r.difference(e, decided, field)}
	}
	r.claim(i, e)
	if a, ok := decided.(auction.BidderAdmitted); ok {
		r.codes = append(r.codes, a.Paddle)
	}
	r.state.Apply(auction.Entry{Seq: auction.Seq(i + 1), At: at, Event: decided, Leaf: e.leaf, Head: auction.Hash{}})
	return nil
}

// decide tries the commands that the entry may answer. It returns the decision that agrees, or the first one with
// the field in which it does not.
func (r *replaying) decide(i int, e *recordEntry, at auction.Instant) (decided auction.Event, field string) {
	for n, c := range r.commands(i, e, at) {
		events := auction.Decide(r.state, at, c)
		if len(events) != 1 {
			continue
		}
		differs := e.compare(events[0])
		if differs == "" {
			return events[0], ""
		}
		if n == 0 || decided == nil {
			decided, field = events[0], differs
		}
	}
	return decided, field
}

// compare names the first field in which a decision differs from the entry; "" if it agrees in all that the
// record shows.
func (e *recordEntry) compare(decided auction.Event) string {
	if decided.Kind() != e.parsed.plan.kind {
		return kindField
	}
	got := valueOf(decided)
	for i := range e.parsed.plan.fields {
		f := &e.parsed.plan.fields[i]
		if f.index == nil || e.sealed(f) {
			continue
		}
		g, w := got.FieldByIndex(f.index), e.parsed.value.FieldByIndex(f.index)
		if f.shape == pointerShape && (g.IsNil() || w.IsNil()) {
			if g.IsNil() != w.IsNil() {
				return f.name
			}
			continue
		}
		if !bytes.Equal(f.appendValue(nil, g), f.appendValue(nil, w)) {
			return f.name
		}
	}
	return ""
}

// sealed says whether the record keeps a field of the entry secret.
func (e *recordEntry) sealed(f *planField) bool {
	for _, c := range e.parsed.secrets {
		if c.field == f {
			return !e.opened(f)
		}
	}
	return false
}

func (e *recordEntry) isSealed(name string) bool {
	for _, c := range e.parsed.secrets {
		if c.field.name == name {
			return !e.opened(c.field)
		}
	}
	return false
}

func (r *replaying) difference(e *recordEntry, decided auction.Event, field string) string {
	if field == kindField {
		text := fmt.Sprintf("the record says %s, the rules demand %s", e.parsed.plan.kind, decided.Kind())
		switch d := decided.(type) {
		case auction.BidRefused:
			text += " (" + string(d.Reason) + ")"
		case auction.CommandRefused:
			text += " (" + string(d.Reason) + ")"
		}
		return text
	}
	text := func(ev auction.Event) string {
		v := valueOf(ev)
		for i := range e.parsed.plan.fields {
			if f := &e.parsed.plan.fields[i]; f.name == field {
				fv := v.FieldByIndex(f.index)
				if f.shape == pointerShape && fv.IsNil() {
					return "nothing"
				}
				return string(f.appendValue(nil, fv))
			}
		}
		return ""
	}
	return fmt.Sprintf("the record says %s, the rules demand %s", text(e.parsed.event()), text(decided))
}

// commands lists what the entry may be the answer to; the first is the likeliest.
func (r *replaying) commands(i int, e *recordEntry, at auction.Instant) []auction.Command {
	due := r.state.NextDue()
	byTime := due != 0 && due <= at
	tickOr := func(c auction.Command) []auction.Command {
		if byTime {
			return []auction.Command{auction.Tick{}, c}
		}
		return []auction.Command{c}
	}
	switch ev := e.parsed.event().(type) {
	case auction.LotPublished:
		return []auction.Command{auction.Publish(ev)}
	case auction.ReserveSealed:
		return []auction.Command{auction.SealReserve{ReserveFen: r.reserve}}
	case auction.BidderAdmitted:
		return []auction.Command{auction.AdmitBidder(ev)}
	case auction.BidderSuspended:
		return []auction.Command{auction.SuspendBidder(ev)}
	case auction.LotOpened:
		return tickOr(auction.Open{})
	case auction.BidAccepted:
		return r.bids(i, e, auction.PlaceBid{Paddle: ev.Paddle, Key: ev.Key, Kind: ev.BidKind, AmountFen: ev.AmountFen, Confirmed: ev.Confirmed})
	case auction.MaximumRaised:
		return r.bids(i, e, auction.PlaceBid{Paddle: ev.Paddle, Key: ev.Key, Kind: auction.Maximum, AmountFen: ev.MaximumFen, Confirmed: ev.Confirmed})
	case auction.BidRefused:
		return r.bids(i, e, auction.PlaceBid{Paddle: ev.Paddle, Key: ev.Key, Kind: ev.BidKind, AmountFen: ev.AmountFen, Confirmed: ev.Confirmed})
	case auction.LimitedStarted, auction.LotResumed:
		return []auction.Command{auction.Tick{}}
	case auction.LotPaused:
		return []auction.Command{auction.Pause{Cause: ev.Cause, Note: ev.Note, Since: ev.Since}}
	case auction.ResumeAnnounced:
		return []auction.Command{auction.Resume{}}
	case auction.LotClosed:
		return tickOr(auction.Close{})
	case auction.LotWithdrawn:
		return []auction.Command{auction.Withdraw(ev)}
	case auction.LotAnnulled:
		return []auction.Command{auction.Annul(ev)}
	case auction.CommandRefused:
		return r.refusable(ev.Command)
	}
	return nil
}

// refusable lists commands of a name that the state may refuse in one way or another. The log keeps only the name
// of a refused command, so what is checked is that such a command can be refused for the stated reason now.
func (r *replaying) refusable(name string) []auction.Command {
	const nobody = auction.Paddle("\x00")
	switch name {
	case "":
		return []auction.Command{nil}
	case "Publish":
		return []auction.Command{auction.Publish{}}
	case "SealReserve":
		return []auction.Command{auction.SealReserve{}, auction.SealReserve{ReserveFen: 1}, auction.SealReserve{ReserveFen: auction.MaxFen}}
	case "AdmitBidder":
		all := []auction.Command{auction.AdmitBidder{}, auction.AdmitBidder{Paddle: nobody}}
		for _, code := range r.codes {
			all = append(all, auction.AdmitBidder{Paddle: code})
		}
		return all
	case "SuspendBidder":
		all := []auction.Command{auction.SuspendBidder{Paddle: nobody}}
		for _, code := range r.codes {
			all = append(all, auction.SuspendBidder{Paddle: code})
		}
		return all
	case "Open":
		return []auction.Command{auction.Open{}}
	case "Pause":
		return []auction.Command{auction.Pause{}, auction.Pause{Cause: auction.PlatformFailure}}
	case "Resume":
		return []auction.Command{auction.Resume{}}
	case "Close":
		return []auction.Command{auction.Close{}}
	case "Withdraw":
		return []auction.Command{auction.Withdraw{}}
	case "Annul":
		return []auction.Command{auction.Annul{}, auction.Annul{Cause: auction.PlatformFailure}}
	case "Tick":
		return []auction.Command{auction.Tick{}}
	}
	return nil
}

// claim notes what the entry states without proving it.
func (r *replaying) claim(i int, e *recordEntry) {
	note := func(field, statement string) {
		c := r.claims[field]
		if c == nil {
			c = &Claim{Field: field, Statement: statement}
			r.claims[field] = c
		}
		c.Entries = append(c.Entries, i+1)
	}
	for _, c := range e.parsed.secrets {
		if e.opened(c.field) {
			continue
		}
		note(c.field.name, map[string]string{
			"reserve_fen": "the reserve is the amount that was committed to before the opening",
			"reserve_met": "whether the reserve was met here rests on a commitment",
			"amount_fen":  "the amount of this maximum rests on a commitment; it agrees with all that is public",
			"maximum_fen": "the amount of this maximum rests on a commitment; it agrees with all that is public",
			"identity":    "who stands behind the code rests on a commitment",
		}[c.field.name])
	}
	switch e.parsed.event().(type) {
	case auction.LotPaused:
		note("since", "since when the lot could not be used is the house's word")
	case auction.CommandRefused:
		note("command", "what exactly was refused here, beyond its name and the reason, is not in the log")
	}
}
