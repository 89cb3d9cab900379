package store

import (
	"fmt"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
)

// batch is a number of entries on their way into a lot's log, right after a position.
type batch struct {
	lot     auction.LotID
	after   auction.Position
	vault   *proof.Vault
	keys    *proof.LotKeys
	entries []auction.Entry // with leaf and head as far as they have been encoded
	head    auction.Hash    // after the last one that has been encoded
}

// row is an entry as it is stored.
type row struct {
	seq          auction.Seq
	body, sealed []byte
	head         auction.Hash
}

// newBatch fails if the positions are not those that follow.
func newBatch(vault *proof.Vault, lot auction.LotID, after auction.Position, entries []auction.Entry) (*batch, error) {
	b := &batch{lot: lot, after: after, vault: vault, keys: vault.Lot(lot), head: after.Head}
	for i, e := range entries {
		if want := after.Seq + auction.Seq(i) + 1; e.Seq != want {
			return nil, fmt.Errorf("entry %d has position %d, %d expected", i, e.Seq, want)
		}
	}
	b.entries = append(make([]auction.Entry, 0, len(entries)), entries...)
	return b, nil
}

// encode gives entry i its leaf and head and returns it as it is stored. Entries are encoded in their order. The body
// lies in room, if that is enough; nil: in room of its own.
func (b *batch) encode(i int, room []byte) (row, error) {
	if room == nil {
		room = make([]byte, 0, proof.BodyRoom)
	}
	e := &b.entries[i]
	body, sealed, leaf, err := b.keys.EncodeInto(room, e.Seq, e.At, e.Event)
	if err != nil {
		return row{}, err
	}
	b.head = proof.Chain(b.head, leaf)
	e.Leaf, e.Head = leaf, b.head
	return row{e.Seq, body, sealed, b.head}, nil
}

// end is the position after the batch, once all of it has been encoded.
func (b *batch) end() auction.Position {
	return auction.Position{Seq: b.after.Seq + auction.Seq(len(b.entries)), Head: b.head}
}

// beginsOrEnds says whether the lot has its first or its last entry in the batch.
func (b *batch) beginsOrEnds() bool { return b.after.Seq == 0 || b.ends() }

// mark stores what goes with the first and the last entry of a lot, in the same commit: that it is open, that it is not,
// and its signed head. All of the batch has been encoded.
func (b *batch) mark(exec func(text string, args ...any) error) error {
	if b.after.Seq == 0 {
		if err := exec(`INSERT INTO lot_open (lot_id) VALUES ($1)`, int64(b.lot)); err != nil {
			return err
		}
	}
	if !b.ends() {
		return nil
	}
	end := b.end()
	s := b.vault.SignHead(b.lot, end)
	if err := exec(`DELETE FROM lot_open WHERE lot_id = $1`, int64(b.lot)); err != nil {
		return err
	}
	return exec(`INSERT INTO lot_seal (lot_id, seq, head, key_id, algorithm, value) VALUES ($1, $2, $3, $4, $5, $6)`,
		int64(b.lot), int64(end.Seq), end.Head[:], s.KeyID, s.Algorithm, s.Value)
}

func (b *batch) ends() bool {
	for i := range b.entries {
		switch b.entries[i].Event.(type) {
		case auction.LotClosed, auction.LotWithdrawn, auction.LotAnnulled:
			return true
		}
	}
	return false
}
