// Package safe seals what is secret in the database: AES-256-GCM under a key of one purpose, bound to the row that it stands
// in, so that a sealed value put into another row cannot be opened.
//
// It imports nothing of the house.
package safe

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// New returns the seal of a key of 32 bytes. The nonce stands before what it seals.
func New(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("safe: a key of %d bytes; 32 are needed", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("safe: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("safe: %w", err)
	}
	return seal, nil
}
