package proof

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/g60-corridor/corridor/internal/auction"
)

// SaltBytes is the length of every salt.
const SaltBytes = 16

// Salt opens one commitment or one leaf.
type Salt [SaltBytes]byte

// mac is HMAC-SHA-256 under one key, with both padded keys at hand.
type mac struct{ inner, outer [sha256.BlockSize]byte }

// emptyMAC is the one under the empty key.
var emptyMAC = func() (m mac) {
	for i := range m.inner {
		m.inner[i], m.outer[i] = 0x36, 0x5c
	}
	return m
}()

func newMAC(key []byte) mac {
	if len(key) > sha256.BlockSize {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	m := emptyMAC
	subtle.XORBytes(m.inner[:], m.inner[:], key)
	subtle.XORBytes(m.outer[:], m.outer[:], key)
	return m
}

func (m *mac) sum(message []byte) auction.Hash {
	var b [2 * sha256.BlockSize]byte
	copy(b[:], m.inner[:])
	var in auction.Hash
	if len(message) <= sha256.BlockSize {
		n := copy(b[sha256.BlockSize:], message)
		in = sha256.Sum256(b[:sha256.BlockSize+n])
	} else {
		in = sha256.Sum256(append(append(make([]byte, 0, sha256.BlockSize+len(message)), b[:sha256.BlockSize]...), message...))
	}
	return m.finish(in)
}

// finish makes the HMAC of the inner hash.
func (m *mac) finish(inner auction.Hash) auction.Hash {
	var b [sha256.BlockSize + sha256.Size]byte
	copy(b[:], m.outer[:])
	copy(b[sha256.BlockSize:], inner[:])
	return sha256.Sum256(b[:])
}

// commit is HMAC-SHA-256(salt, value).
func commit(salt Salt, value []byte) auction.Hash {
	m := newMAC(salt[:])
	return m.sum(value)
}

// Vault holds the keys of the house: the master key from which every lot's secret comes, and the key that signs
// heads. It is safe for concurrent use.
type Vault struct {
	master mac
	sign   ed25519.PrivateKey
	keys   []PublishedKey

	mu   sync.Mutex
	lots map[auction.LotID]*LotKeys // guarded by mu
}

// NewVault needs a master key of at least 32 bytes and the current signing key. Retired public keys stay
// published, so that old records go on verifying.
func NewVault(master []byte, sign ed25519.PrivateKey, retired ...ed25519.PublicKey) (*Vault, error) {
	if len(master) < 32 {
		return nil, fmt.Errorf("proof: a master key of %d bytes; 32 is the least", len(master))
	}
	if len(sign) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("proof: a signing key of %d bytes; it has %d", len(sign), ed25519.PrivateKeySize)
	}
	current, ok := sign.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("proof: the signing key has no Ed25519 public key")
	}
	v := &Vault{master: newMAC(master), sign: sign, lots: map[auction.LotID]*LotKeys{}}
	v.keys = append(v.keys, publish(current, "current"))
	for _, k := range retired {
		if len(k) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("proof: a retired key of %d bytes; it has %d", len(k), ed25519.PublicKeySize)
		}
		v.keys = append(v.keys, publish(k, "retired"))
	}
	return v, nil
}

// Lot returns the keys of one lot: secret = HMAC(master, "corridor-lot/1:" ‖ lot as 8 bytes big-endian).
func (v *Vault) Lot(id auction.LotID) *LotKeys {
	v.mu.Lock()
	defer v.mu.Unlock()
	if k, ok := v.lots[id]; ok {
		return k
	}
	secret := v.master.sum(binary.BigEndian.AppendUint64([]byte("corridor-lot/1:"), uint64(id)))
	k := newLotKeys(id, secret)
	v.lots[id] = k
	return k
}

// LotKeys makes salts and seals what is secret in one lot. It is safe for concurrent use.
type LotKeys struct {
	lot    auction.LotID
	secret mac
	nonces mac
	seal   cipher.AEAD
}

func newLotKeys(lot auction.LotID, secret auction.Hash) *LotKeys {
	k := &LotKeys{lot: lot, secret: newMAC(secret[:])}
	// Positions begin at 1, so position 0 gives the keys that belong to no entry.
	nonces, sealing := k.derive(0, "nonce"), k.derive(0, "seal")
	k.nonces = newMAC(nonces[:])
	block, err := aes.NewCipher(sealing[:])
	if err != nil {
		panic("proof: AES with a key of 32 bytes: " + err.Error()) // cannot happen
	}
	if k.seal, err = cipher.NewGCM(block); err != nil {
		panic("proof: GCM over AES: " + err.Error()) // cannot happen
	}
	return k
}

func (k *LotKeys) derive(seq auction.Seq, name string) auction.Hash {
	var b [sha256.BlockSize]byte
	binary.BigEndian.PutUint64(b[:], uint64(seq))
	n := copy(b[8:], name)
	return k.secret.sum(b[:8+n])
}

// leafField is the name under which an entry's blinding salt is derived. No event has a field of this name.
const leafField = "leaf"

// Salt returns the salt of a field of the entry at seq.
//
// The salt depends on the position alone. A writer that was fenced may have encoded another event for the same
// position, under the same salt; that one was never stored nor shown, so no two values stand under one salt in
// anybody's hands but the house's own.
func (k *LotKeys) Salt(seq auction.Seq, field string) Salt {
	h := k.derive(seq, field)
	return Salt(h[:SaltBytes])
}

// nonce is bound to the leaf, and the leaf to position, body and (through the commitments in the body) to the
// sealed values. So one nonce never seals two texts, even when a position is encoded again with other content
// after a fence; sealing the same entry twice gives the same bytes.
func (k *LotKeys) nonce(leaf auction.Hash) []byte {
	h := k.nonces.sum(leaf[:])
	return h[:k.seal.NonceSize()]
}
