package market

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/safe"
)

// reserves seals a reserve between its entry and its sealing in the log (R3.4): AES-256-GCM, bound to the lot.
type reserves struct{ seal cipher.AEAD }

func newReserves(key []byte) (*reserves, error) {
	seal, err := safe.New(key)
	if err != nil {
		return nil, fmt.Errorf("market: %w", err)
	}
	return &reserves{seal}, nil
}

func (s *reserves) lock(lot int, reserve money.Fen) []byte {
	return s.seal.Seal(nil, nil, binary.BigEndian.AppendUint64(nil, uint64(reserve)), boundTo(lot))
}

func (s *reserves) unlock(lot int, sealed []byte) (money.Fen, error) {
	plain, err := s.seal.Open(nil, nil, sealed, boundTo(lot))
	if err != nil || len(plain) != 8 {
		return 0, errors.New("market: the stored reserve cannot be decrypted with this master key")
	}
	return money.Fen(binary.BigEndian.Uint64(plain)), nil
}

func boundTo(lot int) []byte { return fmt.Appendf(nil, "corridor-reserve/1:%d", lot) }
