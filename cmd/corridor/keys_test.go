package main

import (
	"bytes"
	"testing"
)

// Keys are made once. A node that finds logs and no keys must not make others: it could not read those logs.
func TestKeysAreMadeForAnEmptyDatabaseOnly(t *testing.T) {
	data := t.TempDir()
	var keys keyFiles
	if _, _, err := keys.vault(data, false); err == nil {
		t.Fatal("new keys for logs that exist")
	}
	_, made, err := keys.vault(data, true)
	if err != nil {
		t.Fatal(err)
	}
	_, found, err := keys.vault(data, false)
	if err != nil || !bytes.Equal(made, found) {
		t.Fatalf("the keys were not found again: %v", err)
	}
	elsewhere := keyFiles{MasterKeyFile: data + "/keys/master.key", SigningKeyFile: data + "/keys/signing.key"}
	if _, shared, err := elsewhere.vault(t.TempDir(), false); err != nil || !bytes.Equal(made, shared) {
		t.Fatalf("a second node with the same files: %v", err)
	}
	if _, _, err := (&keyFiles{MasterKeyFile: data + "/none"}).vault(data, true); err == nil {
		t.Fatal("a named key that does not exist")
	}
}
