package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Algorithm is the only kind of signature of this format.
const Algorithm = "Ed25519"

// signedHead separates signatures under heads from anything else that the key may sign.
const signedHead = "corridor-head/1:"

// Signature is the house's word for the head of a lot: Ed25519 over
// "corridor-head/1:" ‖ lot ‖ seq (8 bytes big-endian each) ‖ head (32 bytes).
type Signature struct {
	Lot       auction.LotID `json:"lot"`
	Seq       auction.Seq   `json:"seq"`
	Head      auction.Hash  `json:"head"`
	KeyID     string        `json:"key_id"`
	Algorithm string        `json:"algorithm"`
	Value     []byte        `json:"value"` // 64 bytes
}

// PublishedKey is a public key as it stands under /.well-known/.
type PublishedKey struct {
	KeyID     string `json:"key_id"` // the first 16 hexadecimal digits of SHA-256 of the key
	Algorithm string `json:"algorithm"`
	PublicKey string `json:"public_key"` // 64 hexadecimal digits
	Status    string `json:"status"`     // "current" or "retired"
}

func publish(k ed25519.PublicKey, status string) PublishedKey {
	return PublishedKey{KeyID: keyID(k), Algorithm: Algorithm, PublicKey: hex.EncodeToString(k), Status: status}
}

func keyID(k ed25519.PublicKey) string {
	sum := sha256.Sum256(k)
	return hex.EncodeToString(sum[:8])
}

// PublicKeys returns what is to be published: the current key first, then the retired ones.
func (v *Vault) PublicKeys() []PublishedKey { return append([]PublishedKey(nil), v.keys...) }

// SignHead signs the end of a lot's log. The same head always gets the same signature.
func (v *Vault) SignHead(lot auction.LotID, pos auction.Position) Signature {
	return Signature{
		Lot: lot, Seq: pos.Seq, Head: pos.Head, KeyID: v.keys[0].KeyID, Algorithm: Algorithm,
		Value: ed25519.Sign(v.sign, headMessage(lot, pos)),
	}
}

func headMessage(lot auction.LotID, pos auction.Position) []byte {
	m := append([]byte(nil), signedHead...)
	m = binary.BigEndian.AppendUint64(m, uint64(lot))
	m = binary.BigEndian.AppendUint64(m, uint64(pos.Seq))
	return append(m, pos.Head[:]...)
}

// publicKeyOf returns the key that made a signature, as hexadecimal digits.
func (v *Vault) publicKeyOf(s Signature) (ed25519.PublicKey, error) {
	for _, k := range v.keys {
		if k.KeyID == s.KeyID {
			return hex.DecodeString(k.PublicKey)
		}
	}
	return nil, fmt.Errorf("proof: no public key of the house has the id %q", s.KeyID)
}

// ReadPublishedKeys reads what a verifier was given as the house's key: 64 hexadecimal digits, one key as JSON, or
// the list of /.well-known/ ({"keys":[…]}).
func ReadPublishedKeys(text []byte) ([]PublishedKey, error) {
	trimmed := strings.TrimSpace(string(text))
	var keys []PublishedKey
	if !strings.HasPrefix(trimmed, "{") {
		keys = []PublishedKey{{PublicKey: trimmed, Algorithm: Algorithm}}
	} else {
		var file struct {
			Keys []PublishedKey `json:"keys"`
			PublishedKey
		}
		if err := json.Unmarshal([]byte(trimmed), &file); err != nil {
			return nil, fmt.Errorf("proof: read published keys: %w", err)
		}
		if keys = file.Keys; len(keys) == 0 {
			keys = []PublishedKey{file.PublishedKey}
		}
	}
	for i, k := range keys {
		raw, err := hex.DecodeString(k.PublicKey)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, errors.New("proof: read published keys: a public key has 64 hexadecimal digits")
		}
		if k.Algorithm != Algorithm {
			return nil, fmt.Errorf("proof: read published keys: algorithm %q; only %s is known", k.Algorithm, Algorithm)
		}
		if id := keyID(raw); k.KeyID != "" && k.KeyID != id {
			return nil, fmt.Errorf("proof: read published keys: the key %q has the id %s", k.KeyID, id)
		}
		keys[i].KeyID, keys[i].PublicKey = keyID(raw), hex.EncodeToString(raw)
	}
	return keys, nil
}
