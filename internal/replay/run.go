package replay

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Run puts the rows of a CSV file through the engine under the given rules. The start price of the rules is replaced
// by that of each lot. A fault of the input comes back as *RowError, and then there is no report.
func Run(in io.Reader, terms auction.Terms) (*Report, error) {
	lots, err := read(in)
	if err != nil {
		return nil, err
	}
	report := &Report{Rules: terms.Name, Lots: make([]Lot, 0, len(lots))}
	for i, l := range lots {
		s, err := l.open(auction.LotID(i+1), terms)
		if err != nil {
			return nil, err
		}
		for _, r := range l.rows {
			s.bid(r)
		}
		s.finish()
		report.Lots = append(report.Lots, s.result())
	}
	return report, nil
}

// past is one lot of the file: its rows in their order.
type past struct {
	name string
	rows []row
}

// read takes the whole file and returns its lots in order of first appearance.
func read(in io.Reader) ([]*past, error) {
	b, err := readHeader(in)
	if err != nil {
		return nil, err
	}
	var lots []*past
	byName := map[string]*past{}
	for {
		r, err := b.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		l := byName[r.lot]
		if l == nil {
			l = &past{name: r.lot}
			byName[r.lot] = l
			lots = append(lots, l)
		}
		l.rows = append(l.rows, r)
		if err := l.check(r); err != nil {
			return nil, err
		}
	}
	for _, l := range lots {
		if err := l.settleTimes(); err != nil {
			return nil, err
		}
	}
	return lots, nil
}

// check reports a first row without a start price, and a later one that contradicts the first.
func (l *past) check(r row) error {
	first := l.rows[0]
	switch {
	case first.start == 0:
		return &RowError{r.line, "start", errors.New("the first row of a lot needs a start price above 0")}
	case first.reserve != 0 && first.reserve < first.start: // R3.4
		return &RowError{r.line, "reserve", fmt.Errorf("%s is below the start price %s", first.reserve.Decimal(), first.start.Decimal())}
	case r.start != 0 && r.start != first.start:
		return &RowError{r.line, "start", fmt.Errorf("%s, but lot %s began at %s", r.start.Decimal(), l.name, first.start.Decimal())}
	case r.reserve != 0 && r.reserve != first.reserve:
		return &RowError{r.line, "reserve", fmt.Errorf("%s, but lot %s began with %s", r.reserve.Decimal(), l.name, first.reserve.Decimal())}
	}
	return nil
}

// settleTimes gives a row of unknown time, or of one before the row above it, the time of the row above it, and those
// at the beginning the first time that is known.
func (l *past) settleTimes() error {
	var at auction.Instant
	for _, r := range l.rows {
		if r.at != 0 {
			at = r.at
			break
		}
	}
	if at == 0 {
		return &RowError{l.rows[0].line, "at", fmt.Errorf("no row of lot %s has a time", l.name)}
	}
	for i := range l.rows {
		at = max(at, l.rows[i].at)
		l.rows[i].at = at
	}
	return nil
}

// sale is one lot under the hammer.
type sale struct {
	name  string
	state *auction.State
	kind  auction.BidKind
	seq   auction.Seq
	codes map[string]auction.Paddle // of each bidder by his name, which may be longer than a code
	names []string                  // by code
	rows  []Row
}

// codeOf gives a bidder's code, and whether he had one before.
func (s *sale) codeOf(bidder string) (code auction.Paddle, known bool) {
	if code, known = s.codes[bidder]; !known {
		code = auction.Paddle(strconv.Itoa(len(s.names)))
		s.codes[bidder] = code
		s.names = append(s.names, bidder)
	}
	return code, known
}

// leader is the name of who leads; empty if nobody does.
func (s *sale) leader() string {
	i, err := strconv.Atoi(string(s.state.Leader))
	if err != nil {
		return ""
	}
	return s.names[i]
}

// open publishes a lot under the terms with its own start and reserve, and opens it.
func (l *past) open(id auction.LotID, terms auction.Terms) (*sale, error) {
	first := l.rows[0]
	terms.StartFen = first.start
	switch {
	case first.reserve != 0:
		terms.Reserve = auction.HiddenReserve
	case terms.Reserve == auction.HiddenReserve:
		terms.Reserve, terms.AnnounceReserveMet = auction.NoReserve, false
	}
	s := &sale{name: l.name, state: auction.NewState(id), kind: auction.Plain, codes: map[string]auction.Paddle{}}
	if terms.MaximumBids {
		s.kind = auction.Maximum
	}
	commands := []auction.Command{auction.Publish{Terms: terms}}
	if first.reserve != 0 {
		commands = append(commands, auction.SealReserve{ReserveFen: first.reserve})
	}
	for _, c := range append(commands, auction.Open{}) {
		if reason := s.do(first.at, c); reason != "" {
			return nil, &RowError{first.line, "", fmt.Errorf("the lot cannot open: %s", reason)}
		}
	}
	return s, nil
}

// bid lets due time pass, admits the bidder if he is new, and places the bid.
func (s *sale) bid(r row) {
	s.pass(r.at)
	code, known := s.codeOf(r.bidder)
	if !known {
		s.do(r.at, auction.AdmitBidder{Paddle: code}) // refused after the close, as the bid below is
	}
	c := auction.PlaceBid{Paddle: code, Kind: s.kind, AmountFen: r.amount, Confirmed: true}
	binary.BigEndian.PutUint64(c.Key[8:], uint64(r.line))
	for _, e := range s.apply(r.at, c) {
		s.rows = append(s.rows, s.rowOf(r, e))
	}
}

// pass makes what is due until the given moment happen, each at its own time.
func (s *sale) pass(until auction.Instant) {
	for due := s.state.NextDue(); due != 0 && due <= until; due = s.state.NextDue() {
		if len(s.apply(due, auction.Tick{})) == 0 {
			return
		}
	}
}

// finish brings the lot to its end: by hand where the rules say so, else by letting its time run out.
func (s *sale) finish() {
	if s.state.Terms.Closing.Mode == auction.Manual {
		s.apply(s.state.LastAt, auction.Close{})
		return
	}
	for s.state.Phase != auction.Closed {
		due := s.state.NextDue()
		if due == 0 || len(s.apply(due, auction.Tick{})) == 0 {
			return
		}
	}
}

// do applies a command and returns the reason if it was refused.
func (s *sale) do(at auction.Instant, c auction.Command) auction.Reason {
	for _, e := range s.apply(at, c) {
		if refused, ok := e.(auction.CommandRefused); ok {
			return refused.Reason
		}
	}
	return ""
}

func (s *sale) apply(at auction.Instant, c auction.Command) []auction.Event {
	events := auction.Decide(s.state, at, c)
	for _, e := range events {
		s.seq++
		s.state.Apply(auction.Entry{Seq: s.seq, At: max(at, s.state.LastAt), Event: e})
	}
	return events
}
