package hub_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/auction/auctiontest"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/money"
)

// told is a log of which readers know the beginning only.
type told struct {
	entries []auction.Entry
	upTo    int
}

func (l *told) Read(_ context.Context, _ auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error) {
	rest := l.entries[min(int(after), l.upTo):l.upTo]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

// figures are the amounts that a log has told: to everybody, and to one bidder each.
type figures struct {
	state  *auction.State
	public map[money.Fen]bool
	own    map[auction.Paddle]map[money.Fen]bool
	secret map[money.Fen]bool
}

func (f *figures) take(e auction.Entry) {
	f.state.Apply(e)
	s := f.state
	for _, fen := range []money.Fen{s.Terms.StartFen, s.PriceFen, s.MinimumFor(0), s.Terms.StepAt(s.PriceFen)} {
		f.public[fen] = true
	}
	f.secret[s.ReserveFen()] = true
	mine := func(p auction.Paddle, fen money.Fen) {
		if f.own[p] == nil {
			f.own[p] = map[money.Fen]bool{}
		}
		f.own[p][fen] = true
	}
	switch ev := e.Event.(type) {
	case auction.BidAccepted:
		if mine(ev.Paddle, ev.AmountFen); ev.Hidden {
			f.secret[ev.AmountFen] = true
		} else {
			f.public[ev.AmountFen] = true
		}
		if ev.Opened != nil {
			f.public[ev.Opened.MaximumFen] = true
		}
	case auction.MaximumRaised:
		mine(ev.Paddle, ev.MaximumFen)
		f.secret[ev.MaximumFen] = true
	case auction.BidRefused:
		mine(ev.Paddle, ev.AmountFen)
		f.secret[ev.AmountFen] = true
	}
	for p := range f.own { // what he may bid next, by his rank
		if b, ok := s.Bidder(p); ok {
			mine(p, s.MinimumFor(b.Rank))
		}
	}
}

// hidden says whether p may not know a figure yet.
func (f *figures) hidden(p auction.Paddle, fen money.Fen) bool {
	return fen > 1000 && f.secret[fen] && !f.public[fen] && !f.own[p][fen]
}

var (
	// hashes and times have figures that are no amounts: a pause that leaves 101 s says 101000000.
	hashes  = regexp.MustCompile(`"(?:(?:head|leaf|key)":"[^"]*"|[a-z_]+_us":[0-9]+)`)
	numbers = regexp.MustCompile(`[0-9]+`)
)

// No message tells anybody a reserve, another's sealed maximum or refused amount, an identity, or an attempt of another.
func TestNobodyIsToldAnothersSecrets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sale := auctiontest.Play(rt, lot, func(e auction.Entry) auction.Entry {
			e.Leaf = sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(e.Seq)))
			e.Head = e.Leaf
			return e
		})
		why := ""
		synctest.Test(t, func(t *testing.T) { why = follow(t, sale.Entries) })
		if why != "" {
			rt.Fatal(why)
		}
	})
}

// follow shows a log entry by entry to the public and to every bidder. It returns the first secret that somebody reads.
func follow(t *testing.T, entries []auction.Entry) string {
	log := &told{entries: entries, upTo: 1}
	h := hub.New(log, hub.Options{Log: slog.New(slog.DiscardHandler)})
	defer h.Close()
	seen := figures{state: auction.NewState(lot), public: map[money.Fen]bool{0: true}, own: map[auction.Paddle]map[money.Fen]bool{}, secret: map[money.Fen]bool{}}
	seen.take(entries[0])
	readers, read := map[auction.Paddle]*book{}, map[auction.Paddle]int{}
	join := func(p auction.Paddle) {
		b := &book{}
		if _, err := h.Subscribe(t.Context(), lot, hub.Since{Paddle: p}, b); err != nil {
			t.Fatal(err)
		}
		readers[p] = b
	}
	join("")
	for log.upTo < len(entries) {
		e := entries[log.upTo]
		seen.take(e)
		log.upTo++
		if ev, ok := e.Event.(auction.BidderAdmitted); ok && readers[ev.Paddle] == nil {
			join(ev.Paddle)
		}
		h.Ring(lot, e.Seq)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		for p, b := range readers {
			for _, text := range b.text[read[p]:] {
				if why := leak(&seen, p, text); why != "" {
					return fmt.Sprintf("after entry %d, %q reads %s in %s", e.Seq, p, why, text)
				}
			}
			read[p] = len(b.text)
		}
	}
	return ""
}

func leak(seen *figures, p auction.Paddle, text string) string {
	for _, word := range []string{"身份", "identity", "proof of funds"} {
		if strings.Contains(text, word) {
			return word
		}
	}
	for _, n := range numbers.FindAllString(hashes.ReplaceAllString(text, ""), -1) {
		if v, err := strconv.ParseInt(n, 10, 64); err == nil && seen.hidden(p, money.Fen(v)) {
			return fmt.Sprint("the secret ", v)
		}
	}
	return ""
}
