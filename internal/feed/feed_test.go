package feed

import (
	"encoding/binary"
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/auction/auctiontest"
	"github.com/g60-corridor/corridor/internal/money"
)

// stamp gives every entry a leaf and a head that tell it apart.
func stamp(e auction.Entry) auction.Entry {
	binary.BigEndian.PutUint64(e.Leaf[:], uint64(e.Seq))
	e.Head = e.Leaf
	e.Head[31] = 0xee
	return e
}

func play(t *rapid.T) *auctiontest.Sale { return auctiontest.Play(t, 12, stamp) }

func mustApply(t interface{ Fatal(...any) }, f *Follower, e auction.Entry) {
	if err := f.Apply(e); err != nil {
		t.Fatal(err)
	}
}

// watcher is a client: it keeps the newest lines that frames gave it.
type watcher struct {
	cursor Cursor
	frame  Frame
	rows   []Row
	lines  int
}

func (w *watcher) take(t *rapid.T, f Frame) {
	switch {
	case f.T == "snapshot":
		w.rows, w.lines = nil, 0
	case f.From != w.cursor:
		t.Fatalf("a frame from %d for a watcher at %d", f.From, w.cursor)
	case f.Cursor < w.cursor:
		t.Fatalf("the cursor goes back from %d to %d", w.cursor, f.Cursor)
	}
	for _, r := range f.Rows {
		if len(w.rows) > 0 && r.N <= w.rows[len(w.rows)-1].N || r.N <= f.From || r.N > f.Cursor {
			t.Fatalf("line %d out of place in (%d, %d]", r.N, f.From, f.Cursor)
		}
	}
	w.rows = append(w.rows, f.Rows...)
	w.lines += len(f.Rows) + f.Omitted
	w.rows = w.rows[max(0, len(w.rows)-RowsKept):]
	w.cursor, w.frame = f.Cursor, f
}

// A snapshot and the frames after it come to the same as a later snapshot, however the frames are cut.
func TestSnapshotAndFramesEqualLaterSnapshot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sale := play(t)
		f := NewFollower(12)
		var w watcher
		w.take(t, f.Snapshot(1))
		for _, e := range sale.Entries {
			before := f.Cursor()
			mustApply(t, f, e)
			if step := f.Cursor() - before; step != 0 && step != 1 {
				t.Fatalf("an entry steps the cursor by %d", step)
			}
			if rapid.IntRange(0, 4).Draw(t, "send") == 0 {
				w.take(t, f.Since(w.cursor, 2))
			}
		}
		w.take(t, f.Since(w.cursor, 3))
		s := f.Snapshot(3)
		if !reflect.DeepEqual(w.frame.State, s.State) || w.cursor != s.Cursor || w.frame.Head != s.Head {
			t.Fatalf("frames give %+v\nsnapshot   %+v", w.frame, s)
		}
		if w.lines != len(s.Rows)+s.Omitted {
			t.Fatalf("frames give %d lines, the snapshot %d", w.lines, len(s.Rows)+s.Omitted)
		}
		if tail := w.rows[max(0, len(w.rows)-len(s.Rows)):]; len(s.Rows) > 0 && !reflect.DeepEqual(tail, s.Rows) {
			t.Fatalf("frames give %+v\nsnapshot   %+v", tail, s.Rows)
		}
	})
}

// What the public may not see changes nothing in a frame: not the state, not the cursor, not the head.
func TestUnseenChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFollower(12)
		for _, e := range play(t).Entries {
			before := f.Snapshot(1)
			mustApply(t, f, e)
			after := f.Snapshot(1)
			if unseen(e.Event) != reflect.DeepEqual(before, after) {
				t.Fatalf("%T: unseen %v\nbefore %+v\nafter  %+v", e.Event, unseen(e.Event), before, after)
			}
			if !unseen(e.Event) && (after.Head != e.Head || after.Cursor != before.Cursor+1) {
				t.Fatalf("%T: cursor %d and head %s after cursor %d", e.Event, after.Cursor, after.Head, before.Cursor)
			}
		}
	})
}

// unseen is the rule once more, told from the other side.
func unseen(e auction.Event) bool {
	switch ev := e.(type) {
	case auction.BidRefused, auction.CommandRefused, auction.ReserveSealed, auction.BidderSuspended:
		return true
	case auction.MaximumRaised:
		return !ev.Moved
	}
	return false
}

var number = regexp.MustCompile(`-?[0-9]+`)

// No figure in any frame is a secret one: reserve, sealed maxima and refused amounts appear only where the same
// figure is public for another reason.
func TestNoSecretInAnyFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFollower(12)
		public := map[money.Fen]bool{0: true}
		secret := map[money.Fen]bool{}
		for _, e := range play(t).Entries {
			mustApply(t, f, e)
			s := f.State()
			secret[s.ReserveFen()] = true
			for _, fen := range []money.Fen{s.Terms.StartFen, s.PriceFen, s.MinimumFor(0), s.Terms.StepAt(s.PriceFen)} {
				public[fen] = true
			}
			switch ev := e.Event.(type) {
			case auction.BidAccepted:
				(map[bool]map[money.Fen]bool{true: secret, false: public})[ev.Hidden][ev.AmountFen] = true
				if ev.Opened != nil {
					public[ev.Opened.MaximumFen] = true
				}
			case auction.MaximumRaised:
				secret[ev.MaximumFen] = true
			case auction.BidRefused:
				secret[ev.AmountFen] = true
			}
			for _, frame := range []Frame{f.Snapshot(1), f.Since(f.Cursor()-1, 1)} {
				text, err := json.Marshal(frame)
				if err != nil {
					t.Fatal(err)
				}
				checkFrame(t, string(text), frame, secret, public)
			}
		}
	})
}

func checkFrame(t *rapid.T, text string, frame Frame, secret, public map[money.Fen]bool) {
	if strings.Contains(text, "身份") || strings.Contains(text, "identity") {
		t.Fatalf("an identity in %s", text)
	}
	if strings.Contains(text, "proof of funds") {
		t.Fatalf("why a bidder was suspended in %s", text)
	}
	head, _ := frame.Head.MarshalText()
	text = strings.Replace(text, string(head), "", 1)
	for _, n := range number.FindAllString(text, -1) {
		v, err := strconv.ParseInt(n, 10, 64)
		if err == nil && v > 1000 && secret[money.Fen(v)] && !public[money.Fen(v)] {
			t.Fatalf("the secret %d in %s", v, text)
		}
	}
}

// Met or not met is told if the rules announce it, or by the result, and never otherwise. R3.4
func TestReserveIsToldOnlyWhereItMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFollower(12)
		for _, e := range play(t).Entries {
			mustApply(t, f, e)
			s, told := f.State(), f.View().Reserve
			hidden := s.Terms.Reserve == auction.HiddenReserve
			met := told == ReserveMet || told == ReserveNotMet
			switch {
			case met && !hidden:
				t.Fatal("a reserve is told that does not exist")
			case met && !s.Terms.AnnounceReserveMet && s.Phase != auction.Closed:
				t.Fatalf("%s before the close", told)
			case hidden && s.Terms.AnnounceReserveMet && s.HasBid && (told == ReserveMet) != (s.PriceFen >= s.ReserveFen()):
				t.Fatalf("%s at %d with a reserve of %d", told, s.PriceFen, s.ReserveFen())
			case hidden && s.Outcome == auction.Sold && told != ReserveMet:
				t.Fatalf("sold, and the reserve is %s", told)
			}
		}
	})
}

// While a lot is paused no deadline runs; what was left is told instead. R3.15
func TestPausedClockStandsStill(t *testing.T) {
	paused := 0
	rapid.Check(t, func(t *rapid.T) {
		f := NewFollower(12)
		for _, e := range play(t).Entries {
			mustApply(t, f, e)
			s, v := f.State(), f.View()
			if (s.Phase == auction.Paused) != (v.Pause != nil) {
				t.Fatalf("in %s, pause %+v", s.Phase, v.Pause)
			}
			if v.Pause == nil {
				continue
			}
			paused++
			if v.DeadlineUS != 0 || v.Pause.LeftUS != int64(s.Interruption.Left) {
				t.Fatalf("in a pause with %d left: deadline %d, %+v", s.Interruption.Left, v.DeadlineUS, v.Pause)
			}
		}
	})
	if paused == 0 {
		t.Error("no sale was paused; the test shows nothing")
	}
}

// Each attempt is told to the one who made it, and his numbers have no gaps.
func TestOwnRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFollower(12)
		own := map[auction.Paddle]int64{}
		for _, e := range play(t).Entries {
			mustApply(t, f, e)
			paddle, row, ok := OwnRowOf(e)
			if !ok {
				continue
			}
			h, admitted := HoldingOf(f.State(), paddle)
			if !admitted {
				if row.Accepted || row.Own != 0 {
					t.Fatalf("a code that was never admitted has %+v", row)
				}
				continue
			}
			own[paddle]++
			if row.Own != own[paddle] || h.Own != row.Own {
				t.Fatalf("attempt %d of %s has the number %d, holding %d", own[paddle], paddle, row.Own, h.Own)
			}
			if row.Accepted == (row.Reason != "") || row.Leads && f.State().Leader != paddle {
				t.Fatalf("%+v", row)
			}
			if row.Leaf == e.Leaf || row.Leaf != e.Leaf.Receipt() {
				t.Fatal("the receipt is not the receipt of the leaf")
			}
		}
	})
}

// The least that a holding names is accepted, and one fen less is not.
func TestHoldingMinimumIsTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFollower(12)
		entries := play(t).Entries
		for _, e := range entries[:rapid.IntRange(0, len(entries)).Draw(t, "cut")] {
			mustApply(t, f, e)
		}
		s := f.State()
		for _, code := range []auction.Paddle{"P01", "P02", "P03", "P04"} {
			h, ok := HoldingOf(s, code)
			if !ok || !s.IsOpen() || s.Deadline != 0 && s.LastAt >= s.Deadline || h.Suspended {
				continue
			}
			try := func(fen money.Fen) auction.Reason {
				got := auction.Decide(s, s.LastAt, auction.PlaceBid{Paddle: code, Key: auction.Key{0xff}, Kind: auction.Plain, AmountFen: fen, Confirmed: true})
				if r, refused := got[0].(auction.BidRefused); refused {
					return r.Reason
				}
				return ""
			}
			if r := try(h.MinimumFen); r != "" && r != auction.LeaderMayNotBid && r != auction.NoFreeBid {
				t.Fatalf("%s is told %d and gets %s", code, h.MinimumFen, r)
			}
			if r := try(h.MinimumFen - 1); r == "" {
				t.Fatalf("%s is told %d, but less is accepted", code, h.MinimumFen)
			}
		}
	})
}

// A log that makes no sense ends the following of its lot, not the house.
func TestFollowerSurvivesNonsense(t *testing.T) {
	f := NewFollower(12)
	nonsense := auction.Entry{Seq: 1}
	err := f.Apply(nonsense)
	if err == nil {
		t.Fatal("an entry without an event was followed")
	}
	if again := f.Apply(auction.Entry{Seq: 1, Event: auction.LotPublished{}}); again != err {
		t.Fatalf("followed again: %v", again)
	}
	f.Snapshot(1)
}

func TestFollowerRefusesGaps(t *testing.T) {
	f := NewFollower(12)
	first := stamp(auction.Entry{Seq: 1, At: 5, Event: auction.LotPublished{Terms: auction.Terms{StartFen: 7}}})
	mustApply(t, f, first)
	mustApply(t, f, first) // read twice: no harm
	if f.Cursor() != 1 || f.Seq() != 1 {
		t.Errorf("cursor %d, position %d", f.Cursor(), f.Seq())
	}
	if err := f.Apply(auction.Entry{Seq: 3, Event: auction.LotWithdrawn{}}); err == nil || f.Seq() != 1 {
		t.Errorf("a gap: %v, position %d", err, f.Seq())
	}
	for _, from := range []Cursor{-1, 0, 2, 1 << 60} {
		if got := f.Since(from, 9); got.T != "snapshot" || got.From != 0 {
			t.Errorf("since %d: %+v", from, got)
		}
	}
	if got := f.Since(1, 9); got.T != "frame" || len(got.Rows) != 0 || got.Rows == nil {
		t.Errorf("since the newest: %+v", got)
	}
}

func BenchmarkSnapshotJSON(b *testing.B) {
	f := NewFollower(12)
	mustApply(b, f, auction.Entry{Seq: 1, Event: auction.LotPublished{Terms: auction.Terms{StartFen: 7}}})
	for i := range 30 {
		mustApply(b, f, auction.Entry{Seq: auction.Seq(i + 2), Event: auction.LimitedStarted{}})
	}
	for range b.N {
		if _, err := json.Marshal(f.Snapshot(1)); err != nil {
			b.Fatal(err)
		}
	}
}
