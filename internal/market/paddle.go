package market

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// A code is a letter and three digits, such as K472: easy to say in both languages, with no letter that looks like a digit
// or another letter. It is drawn at random, so it tells nothing of who came first; and codes of one lot are kept apart: by
// their letter as long as there are unused ones, then by at least two places, so that a slip never names another bidder.
const paddleLetters = "ABCDEFHJKLMNPRTWXY"

func (s *Service) newPaddle(ctx context.Context, client *ent.Client, lotID int) (auction.Paddle, error) {
	var taken []string
	err := client.Registration.Query().Where(registration.HasLotWith(lot.ID(lotID)), registration.PaddleNEQ("")).
		Select(registration.FieldPaddle).Scan(ctx, &taken)
	if err != nil {
		return "", fmt.Errorf("read the codes of lot %d: %w", lotID, err)
	}
	return drawPaddle(taken, randomNumber)
}

// drawPaddle draws a code that is as far from the taken ones as there is room for.
func drawPaddle(taken []string, number func() uint64) (auction.Paddle, error) {
	const draws = 200
	for _, apart := range []func(a, b string) bool{
		func(a, b string) bool { return a[0] != b[0] },
		func(a, b string) bool { return distance(a, b) >= 2 },
		func(a, b string) bool { return a != b },
	} {
		for range draws {
			n := number()
			code := fmt.Sprintf("%c%03d", paddleLetters[n%uint64(len(paddleLetters))], n>>32%1000)
			clear := true
			for _, t := range taken {
				clear = clear && len(t) == len(code) && apart(code, t)
			}
			if clear {
				return auction.Paddle(code), nil
			}
		}
	}
	return "", errors.New("market: no code is left for another bidder")
}

func distance(a, b string) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func randomNumber() uint64 {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand never fails
	}
	return binary.BigEndian.Uint64(b[:])
}

// codes remembers who bids under which code. A code once given never changes.
type codes struct {
	mu    sync.RWMutex
	known map[bidder]auction.Paddle // guarded by mu
}

type bidder struct{ lot, organisation int }

const codesKept = 100_000

func (c *codes) get(b bidder) auction.Paddle {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.known[b]
}

func (c *codes) put(b bidder, p auction.Paddle) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= codesKept {
		c.known = map[bidder]auction.Paddle{}
	}
	c.known[b] = p
}

// Paddle returns the code under which the viewer may act in a lot: his organisation's, if he is its agent and his power of
// attorney holds now; else "".
// Whether the code may still bid is the engine's to say.
func (s *Service) Paddle(ctx context.Context, v identity.Viewer, lotID int) (auction.Paddle, error) {
	if !v.MayBid() {
		return "", nil
	}
	if err := identity.Mandated(ctx, s.db.Ent(), v, identity.ToBid, s.now(), s.now()); err != nil {
		if fault.Of(err) == fault.Forbidden {
			return "", nil
		}
		return "", err
	}
	b := bidder{lotID, v.OrganisationID()}
	if p := s.codes.get(b); p != "" {
		return p, nil
	}
	r, err := s.Registration(ctx, v, lotID)
	if err != nil || r == nil || r.Paddle == "" {
		return "", err
	}
	s.codes.put(b, auction.Paddle(r.Paddle))
	return auction.Paddle(r.Paddle), nil
}
