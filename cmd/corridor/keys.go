package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/g60-corridor/corridor/internal/proof"
)

// keyFiles are the house's secrets: 32 bytes each, as hexadecimal digits. Several nodes share the same files. Retired
// public keys are lines in a file of their own, so that old records go on verifying.
type keyFiles struct {
	MasterKeyFile   string `env:"CORRIDOR_MASTER_KEY_FILE" help:"Key from which every lot's secrets come; made in the data folder if not given." placeholder:"FILE"`
	SigningKeyFile  string `env:"CORRIDOR_SIGNING_KEY_FILE" help:"Ed25519 seed that signs the heads of closed lots; made in the data folder if not given." placeholder:"FILE"`
	RetiredKeysFile string `env:"CORRIDOR_RETIRED_KEYS_FILE" help:"Public keys that signed earlier, one a line." placeholder:"FILE"`
}

// vault loads the keys. Those of the data folder are made on the first start, while the database has no logs; named ones
// must exist. A second node that made keys of its own could not read the first one's logs.
func (k *keyFiles) vault(data string, first bool) (v *proof.Vault, master []byte, err error) {
	master, err = loadKey(k.MasterKeyFile, filepath.Join(data, "keys", "master.key"), first)
	if err != nil {
		return nil, nil, fmt.Errorf("master key: %w", err)
	}
	seed, err := loadKey(k.SigningKeyFile, filepath.Join(data, "keys", "signing.key"), first)
	if err != nil {
		return nil, nil, fmt.Errorf("signing key: %w", err)
	}
	var retired []ed25519.PublicKey
	if k.RetiredKeysFile != "" {
		text, err := os.ReadFile(k.RetiredKeysFile)
		if err != nil {
			return nil, nil, fmt.Errorf("retired keys: %w", err)
		}
		for i, line := range strings.Fields(string(text)) {
			key, err := hex.DecodeString(line)
			if err != nil || len(key) != ed25519.PublicKeySize {
				return nil, nil, fmt.Errorf("retired keys: key %d has not 64 hexadecimal digits", i+1)
			}
			retired = append(retired, key)
		}
	}
	v, err = proof.NewVault(master, ed25519.NewKeyFromSeed(seed), retired...)
	return v, master, err
}

func loadKey(named, made string, first bool) ([]byte, error) {
	path := named
	if named == "" {
		path = made
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && named == "" {
		if !first {
			return nil, fmt.Errorf("%s is missing, and the logs in the database were written with another key; name its file", path)
		}
		return makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s has not 64 hexadecimal digits", path)
	}
	return key, nil
}

// makeKey writes a new key so that a crash leaves either none or a whole one.
func makeKey(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return key, os.Rename(path+".new", path)
}
