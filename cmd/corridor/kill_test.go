package main

import (
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/seeds"
)

// killTerms leave time for a slow machine to come back before a lot closes.
func killTerms(t *testing.T) auction.Terms {
	t.Helper()
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.ResumeNoticeS, terms.Closing.FreeS, terms.Closing.LimitedS = 1, 3, 10
	return terms
}

// TestKilledServerLosesNoBidAndStealsNoTime kills the real binary in the middle of bidding, twenty times. Every answered
// bid is in the log with the receipt that was given; each outage stands in the log as a pause with its cause; and no lot
// closed before bidders had the full period.
func TestKilledServerLosesNoBidAndStealsNoTime(t *testing.T) {
	const lots, bidders, kills = 2, 3, 20
	where, terms := place{Data: t.TempDir()}, killTerms(t)
	s := newServer(t, where)
	emails := fill(t, where, terms, lots, bidders)
	s.start()
	acked := newAckList()
	var traders []*trader
	for _, email := range emails {
		p := s.person(t)
		p.signIn(email)
		for lot := range lots {
			traders = append(traders, &trader{person: p, lot: auction.LotID(lot + 1), acked: acked})
		}
	}
	for kill := range kills {
		var wg sync.WaitGroup
		for _, p := range traders {
			wg.Go(func() { p.bidUntilTheEnd(nil) })
		}
		acked.await(t, 6)
		time.Sleep(time.Duration(kill*7) * time.Millisecond) // at another moment each time
		s.kill()
		wg.Wait()
		s.start()
	}
	s.finish(t, lots)
	s.kill()
	pauses := acked.check(t, openData(t, where), lots, terms)
	if pauses < kills {
		t.Errorf("%d outages stand in the logs after %d kills", pauses, kills)
	}
}

// One of two nodes over one PostgreSQL database is killed in the middle of bidding. Every answered bid is in the log; who
// was at the killed node bids on at the other, in the same session and, where his last bid was not answered, under the same
// key; the lot closes there, not early; and the killed node, back again, shows the same record.
func TestOneOfTwoNodesIsKilled(t *testing.T) {
	const bidders = 3
	where, terms := place{Data: t.TempDir(), DatabaseURL: storetest.PostgresURL(t)}, killTerms(t)
	one, two := newServer(t, where), newServer(t, where)
	emails := fill(t, where, terms, 1, bidders)
	one.start()
	two.start()
	acked, stop := newAckList(), make(chan struct{})
	var atOne, atTwo sync.WaitGroup
	var moving []*trader
	for i, email := range emails {
		s, wg := one, &atOne
		if i == bidders-1 {
			s, wg = two, &atTwo
		}
		p := &trader{person: s.person(t), lot: 1, acked: acked}
		p.signIn(email)
		if s == one {
			moving = append(moving, p)
		}
		wg.Go(func() { p.bidUntilTheEnd(stop) })
	}
	acked.await(t, 20)
	one.kill()
	atOne.Wait()
	for _, p := range moving {
		p.base = two.url()
		p.answered.Store(0)
		atTwo.Go(func() { p.bidUntilTheEnd(stop) })
	}
	acked.await(t, 20)
	for end := time.Now().Add(patience); moving[0].answered.Load() == 0 || moving[1].answered.Load() == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("who was at the killed node cannot bid at the other")
		}
	}
	close(stop)
	atTwo.Wait()
	two.finish(t, 1)
	one.start()
	if here, there := one.record(t, 1), two.record(t, 1); here != there {
		t.Errorf("two records of one sale:\n%s\n%s", here, there)
	}
	one.kill()
	two.kill()
	data := openData(t, where)
	acked.check(t, data, 1, terms)
	entries, err := data.log.Read(t.Context(), 1, 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if p, paused := e.Event.(auction.LotPaused); paused && p.Note == saleroom.RestartNote {
			t.Errorf("a pause for a closed house at %d, though a node was always there", e.Seq)
		}
	}
}

// fill makes a market with announced lots before any server runs, and returns the addresses of the bidders of all of them.
func fill(t *testing.T, where place, terms auction.Terms, lots, bidders int) (emails []string) {
	t.Helper()
	data := openData(t, where)
	defer data.db.Close()
	data.plant(t)
	orgs := make([]int, bidders)
	emails = make([]string, bidders)
	for i := range emails {
		emails[i], orgs[i] = data.company(t, i)
	}
	for n := range lots {
		data.announce(t, n, terms, orgs)
	}
	return emails
}

// finish lets the lots run out and waits until they are closed.
func (s *server) finish(t *testing.T, lots int) {
	t.Helper()
	for lot := range lots {
		c, err := s.person(t).socket(auction.LotID(lot + 1))
		if err != nil {
			t.Fatal(err)
		}
		for c.view.Phase != auction.Closed {
			if _, err := c.next(); err != nil {
				t.Fatal(err)
			}
		}
		c.Close()
	}
}

// check holds the log against what was answered, and returns how many pauses stand in it.
func (a *ackList) check(t *testing.T, data *prepared, lots int, terms auction.Terms) (pauses int) {
	t.Helper()
	for lot := auction.LotID(1); lot <= auction.LotID(lots); lot++ {
		entries, err := data.log.Read(t.Context(), lot, 0, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		a.checkAnswers(t, lot, entries)
		pauses += checkTime(t, lot, entries, terms)
		seal, err := data.log.Seal(t.Context(), lot)
		if err != nil {
			t.Fatal(err)
		}
		record, err := data.vault.Record(entries[:seal.Seq], seal, proof.Auditor, "")
		if err != nil {
			t.Fatal(err)
		}
		if report := proof.Verify(record); !report.OK() || report.Outcome != auction.Sold {
			t.Errorf("lot %d: %s", lot, report)
		}
	}
	t.Logf("%d answered bids, %d of them accepted, %d pauses in %d lots", len(a.rows), a.accepted, pauses, lots)
	return pauses
}

// checkAnswers holds that every answer stands in the log as it was given, and every key once.
func (a *ackList) checkAnswers(t *testing.T, lot auction.LotID, entries []auction.Entry) {
	t.Helper()
	rows := map[string]feed.OwnRow{}
	for _, e := range entries {
		if _, row, ok := feed.OwnRowOf(e); ok {
			if _, twice := rows[row.Key.String()]; twice {
				t.Errorf("lot %d: key %s stands twice in the log", lot, row.Key)
			}
			rows[row.Key.String()] = row
		}
	}
	for key, want := range a.rows {
		if a.lots[key] != lot {
			continue
		}
		got, there := rows[key]
		if !there {
			t.Errorf("lot %d: the answered bid %+v is not in the log", lot, want)
		} else if got.Leaf != want.Leaf || got.Accepted != want.Accepted || got.Own != want.Own {
			t.Errorf("lot %d: answered %+v, in the log %+v", lot, want, got)
		}
	}
}

// checkTime holds that a lot closed once bidders had had the full period, and stood still for the platform's faults alone.
func checkTime(t *testing.T, lot auction.LotID, entries []auction.Entry, terms auction.Terms) (pauses int) {
	t.Helper()
	owed := auction.Span(terms.Closing.LimitedS) * auction.Second
	var usable auction.Instant // from when on the present period could be used
	for _, e := range entries {
		switch ev := e.Event.(type) {
		case auction.LotPaused:
			pauses++
			if ev.Cause != auction.PlatformFailure {
				t.Errorf("lot %d paused for %s", lot, ev.Cause)
			}
		case auction.LimitedStarted: // where FREE ended, though it may have been noticed later
			usable = ev.Deadline.Add(-owed)
		case auction.LotResumed, auction.LotOpened, auction.BidAccepted:
			usable = e.At
		case auction.LotClosed:
			if got := e.At.Sub(usable); got < owed {
				t.Errorf("lot %d closed %v after it could last be used; %v are owed", lot, got.Duration(), owed.Duration())
			}
		}
	}
	return pauses
}
