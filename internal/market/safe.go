package market

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/g60-corridor/corridor/internal/money"
)

// safe encrypts a reserve between its entry and its sealing in the log (R3.4): AES-256-GCM, bound to the lot.
type safe struct{ seal cipher.AEAD }

func newSafe(key []byte) (*safe, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("market: a secret of %d bytes; 32 are needed", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("market: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("market: %w", err)
	}
	return &safe{seal}, nil
}

func (s *safe) lock(lot int, reserve money.Fen) []byte {
	return s.seal.Seal(nil, nil, binary.BigEndian.AppendUint64(nil, uint64(reserve)), boundTo(lot))
}

func (s *safe) unlock(lot int, sealed []byte) (money.Fen, error) {
	plain, err := s.seal.Open(nil, nil, sealed, boundTo(lot))
	if err != nil || len(plain) != 8 {
		return 0, errors.New("market: the stored reserve cannot be decrypted with this master key")
	}
	return money.Fen(binary.BigEndian.Uint64(plain)), nil
}

func boundTo(lot int) []byte { return fmt.Appendf(nil, "corridor-reserve/1:%d", lot) }
