package sim

import (
	"bytes"
	"crypto/ed25519"
	"sync"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
)

// vault has keys that everybody may know; they are the same for every seed.
var vault = sync.OnceValues(func() (*proof.Vault, error) {
	return proof.NewVault(bytes.Repeat([]byte{7}, 32), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
})

// recorded: whatever happened, the lot's record verifies for everybody who may have it.
func (w *world) recorded() {
	v, err := vault()
	if err != nil {
		w.fail("%w", err)
		return
	}
	keys, head := v.Lot(theLot), auction.Hash{}
	var log []auction.Entry
	var end auction.Position
	for _, e := range w.truth.entries {
		_, _, leaf, err := keys.Encode(e.Seq, e.At, e.Event)
		if err != nil {
			w.fail("entry %d: %w", e.Seq, err)
			return
		}
		head = proof.Chain(head, leaf)
		e.Leaf, e.Head = leaf, head
		log = append(log, e)
		switch e.Event.(type) {
		case auction.LotClosed, auction.LotWithdrawn, auction.LotAnnulled:
			end = auction.Position{Seq: e.Seq, Head: e.Head}
		}
	}
	if end.Seq == 0 {
		return // finish complains
	}
	seal := v.SignHead(theLot, end)
	readers := map[proof.Audience]auction.Paddle{proof.Public: "", proof.Auditor: ""}
	if code := w.people[0].code; w.admitted(code) {
		readers[proof.Own] = code
	}
	for audience, code := range readers {
		data, err := v.Record(log, seal, audience, code)
		if err != nil {
			w.fail("%s record: %w", audience, err)
			return
		}
		if rep := proof.Verify(data, v.PublicKeys()...); !rep.OK() {
			w.fail("%s record: %w", audience, rep.Fault)
		}
	}
}

// admitted says whether a code was let in before the lot ended.
func (w *world) admitted(code auction.Paddle) bool {
	_, ok := w.truth.state.Bidder(code)
	return ok
}
