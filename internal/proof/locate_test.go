package proof

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/auction/auctiontest"
)

// A changed byte of an entry is named: byte, field, and what it was.
func TestChangedByteIsNamed(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	data := mustRecord(t, v, entries, seal, Public, "")
	for _, c := range []struct{ text, field, old, new string }{
		{`"price_fen":230000000`, "price_fen", "3", "8"},
		{`"paddle":"A07","price_fen"`, "paddle", "7", "9"},
		{`"bid_kind":"PLAIN"`, "bid_kind", "N", "M"},
		{`"reason":"NOT_MULTIPLE"`, "reason", "M", "m"},
		{`"hidden":true,"key":"0`, "key", "0", "a"},
	} {
		at := bytes.Index(data, []byte(c.text)) + strings.LastIndex(c.text, c.old)
		changed := append([]byte(nil), data...)
		changed[at] = c.new[0]
		f := Verify(changed).Fault
		if f == nil || f.Byte != at || f.Field != c.field || f.Entry == 0 ||
			!strings.HasSuffix(f.Problem, fmt.Sprintf("is '%s' and was '%s' when the entry was written", c.new, c.old)) {
			t.Errorf("%s: byte %d: %v", c.text, at, f)
		}
	}
	for key, field := range map[string]string{`"blind":"`: "blind", `"leaf":"`: "leaf"} {
		at := bytes.LastIndex(data, []byte(key)) + len(key) + 3
		changed := append([]byte(nil), data...)
		changed[at] = "0123456789abcdef0"[strings.IndexByte(lowerHex, data[at])+1]
		f := Verify(changed).Fault
		if f == nil || f.Byte != at || f.Field != field || f.Entry != len(entries) || !strings.Contains(f.Problem, string(data[at])) {
			t.Errorf("%s: byte %d was %q: %v", key, at, data[at], f)
		}
	}
}

// What stands around the entries is named too, and so is what opens them.
func TestChangedByteAroundTheEntriesIsNamed(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	for _, c := range []struct {
		audience  Audience
		paddle    auction.Paddle
		key       string
		then      int // so many bytes behind the key
		field     string
		wantEntry bool
	}{
		{Public, "", `],"head":"`, 9, "head", false},
		{Public, "", `"key_id":"`, 3, "signature.key_id", false},
		{Public, "", `"Ed25519","value":"`, 77, "signature.value", false},
		{Public, "", `"public_key":"`, 41, "public_key", false},
		{Public, "", `"lot":`, 1, "lot", false},
		{Own, "A07", `"BIDDER","paddle":`, 0, "paddle", false},
		{Auditor, "", `"open":{"reserve_fen":{"salt":"`, 5, "open.reserve_fen", true},
		{Auditor, "", `"maximum_fen":{"salt":"`, 31, "open.maximum_fen", true},
		{Auditor, "", `"kind":"`, 0, "kind", true},
	} {
		data := mustRecord(t, v, entries, seal, c.audience, c.paddle)
		at := bytes.Index(data, []byte(c.key)) + len(c.key) + c.then
		change := at
		if c.field == "paddle" || c.field == "kind" {
			change = at + 2 // of a name its beginning is told
		}
		if data[change]++; data[change] == '9'+1 || data[change] == 'f'+1 {
			data[change] -= 2
		}
		f := Verify(data).Fault
		if f == nil || f.Byte != at || f.Field != c.field || (f.Entry > 0) != c.wantEntry {
			t.Errorf("%s, byte %d: %v", c.key, at, f)
		}
	}
	data := mustRecord(t, v, entries, seal, Auditor, "")
	for _, value := range regexp.MustCompile(`"value":[0-9]+`).FindAllIndex(data, -1) {
		at := value[1] - 1
		changed := append([]byte(nil), data...)
		changed[at] = '0' + (data[at]-'0'+1)%10
		f := Verify(changed).Fault
		if f == nil || f.Byte != at || !strings.HasPrefix(f.Field, "open.") || !strings.Contains(f.Problem, fmt.Sprintf("was %q", data[at])) {
			t.Errorf("value at byte %d: %v", at, f)
		}
	}
}

// The longest body there is: the rules with a full ladder.
func TestChangedByteOfALongBodyIsNamed(t *testing.T) {
	terms := auction.Terms{Format: auction.TermsFormat, Name: auction.Bilingual{ZH: strings.Repeat("规", 200), EN: strings.Repeat("r", 200)}}
	for i := range auction.Fen(64) {
		terms.Step.Ladder = append(terms.Step.Ladder, auction.Rung{BelowFen: (i + 1) * 1e12, StepFen: 1e9 + i})
	}
	body, _, leaf, err := testVault(t).Lot(12).Encode(1, auctiontest.Began, auction.LotPublished{Terms: terms})
	if err != nil {
		t.Fatal(err)
	}
	e := recordEntry{body: body, blind: testVault(t).Lot(12).Salt(1, leafField), leaf: leaf}
	if e.parsed, err = parseBody(body); err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(body, []byte(`1000000063`)) + 9
	body[at] = '4'
	if f := e.locate(1); at < 2500 || f.Byte != at || f.Field != "terms" || !strings.Contains(f.Problem, "was '3'") {
		t.Errorf("byte %d of %d: %v", at, len(body), f)
	}
}
