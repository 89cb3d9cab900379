package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/auction/auctiontest"
)

var golden = flag.Bool("golden", false, "add the golden records that are missing in testdata; never overwrites one")

// sealing fills in leaf and head as the log does.
func sealing(k *LotKeys) func(auction.Entry) auction.Entry {
	var head auction.Hash
	return func(e auction.Entry) auction.Entry {
		_, _, leaf, err := k.Encode(e.Seq, e.At, e.Event)
		if err != nil {
			panic(err)
		}
		head = Chain(head, leaf)
		e.Leaf, e.Head = leaf, head
		return e
	}
}

func playSealed(t *rapid.T, v *Vault) []auction.Entry {
	return auctiontest.Play(t, 12, sealing(v.Lot(12))).Entries
}

// ended is where the record of a log ends: at its last entry that ended the lot.
func ended(entries []auction.Entry) auction.Position {
	var pos auction.Position
	for _, e := range entries {
		switch e.Event.(type) {
		case auction.LotClosed, auction.LotWithdrawn, auction.LotAnnulled:
			pos = auction.Position{Seq: e.Seq, Head: e.Head}
		}
	}
	return pos
}

// resign makes an honest-looking log of events: chained and signed, whatever it says.
func resign(v *Vault, entries []auction.Entry) ([]auction.Entry, Signature) {
	seal := sealing(v.Lot(12))
	out := make([]auction.Entry, len(entries))
	for i, e := range entries {
		e.Seq = auction.Seq(i + 1)
		out[i] = seal(e)
	}
	last := out[len(out)-1]
	return out, v.SignHead(12, auction.Position{Seq: last.Seq, Head: last.Head})
}

type fataler interface {
	Fatal(...any)
	Helper()
}

func mustRecord(t fataler, v *Vault, entries []auction.Entry, seal Signature, a Audience, p auction.Paddle) []byte {
	t.Helper()
	data, err := v.Record(entries, seal, a, p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Every record of every sale verifies, whatever its audience may see.
func TestRecordsVerify(t *testing.T) {
	v := testVault(t)
	rapid.Check(t, func(t *rapid.T) {
		entries := playSealed(t, v)
		seal := v.SignHead(12, ended(entries))
		for _, a := range []Audience{Public, Auditor} {
			checkVerifies(t, v, mustRecord(t, v, entries, seal, a, ""), entries)
		}
		for _, e := range entries[:seal.Seq] {
			if b, ok := e.Event.(auction.BidderAdmitted); ok {
				checkVerifies(t, v, mustRecord(t, v, entries, seal, Own, b.Paddle), entries)
			}
		}
		// A log that goes on after the end may be signed as a whole, too.
		last := entries[len(entries)-1]
		whole := v.SignHead(12, auction.Position{Seq: last.Seq, Head: last.Head})
		checkVerifies(t, v, mustRecord(t, v, entries, whole, Public, ""), entries)
	})
}

func checkVerifies(t *rapid.T, v *Vault, data []byte, entries []auction.Entry) {
	rep := Verify(data, v.PublicKeys()...)
	if !rep.OK() {
		t.Fatalf("%v\n%s", rep.Fault, data)
	}
	if !rep.Checked || len(rep.Proved) == 0 {
		t.Fatalf("%+v", rep)
	}
	if rep.Audience == Auditor {
		for _, c := range rep.Claims {
			if c.Field != "since" && c.Field != "command" {
				t.Fatalf("the auditor has to believe %+v", c)
			}
		}
	}
	if !json.Valid(data) {
		t.Fatal("the record is no JSON")
	}
	for i := range rep.Entries {
		n, _, err := FindReceipt(data, entries[i].Leaf.Receipt())
		if err != nil || n != i+1 {
			t.Fatalf("the receipt of entry %d is found in %d: %v", i+1, n, err)
		}
	}
}

// What a record opens is not more than its audience may know: the text holds no other secret.
func TestRecordsOpenNoMoreThanTheyMay(t *testing.T) {
	v := testVault(t)
	rapid.Check(t, func(t *rapid.T) {
		entries := playSealed(t, v)
		seal := v.SignHead(12, ended(entries))
		rec, fault := readRecord(mustRecord(t, v, entries, seal, Public, ""))
		if fault != nil {
			t.Fatal(fault)
		}
		var state = auction.NewState(12)
		for i, e := range rec.entries {
			state.Apply(entries[i])
			for _, o := range e.open {
				switch ev := entries[i].Event.(type) {
				case auction.BidRefused, auction.BidderAdmitted, auction.ReserveSealed:
					t.Fatalf("%s of %s is opened to everybody", o.field.name, ev.Kind())
				case auction.BidAccepted, auction.MaximumRaised:
					if o.field.name != "reserve_met" && !openedLater(entries[i+1:], paddleOf(ev), string(o.value)) {
						t.Fatalf("entry %d: a maximum of %s that was never beaten is opened", i+1, o.value)
					}
				}
			}
		}
		terms := state.Terms
		if terms.Reserve == auction.HiddenReserve && !terms.AnnounceReserveMet && state.Outcome == auction.Sold {
			for i, e := range rec.entries {
				st, ok := standingOf(entries[i].Event)
				if ok && st.PriceFen != state.PriceFen && len(e.open) > 0 && e.open[len(e.open)-1].field.name == "reserve_met" {
					t.Fatalf("entry %d tells whether %d reaches the reserve", i+1, st.PriceFen)
				}
			}
		}
	})
}

func openedLater(entries []auction.Entry, paddle auction.Paddle, fen string) bool {
	for _, e := range entries {
		if a, ok := e.Event.(auction.BidAccepted); ok && a.Opened != nil && a.Opened.Paddle == paddle {
			b, _ := json.Marshal(a.Opened.MaximumFen)
			return string(b) == fen
		}
	}
	return false
}

// sampleLog is a sale with something of everything.
func sampleLog(v *Vault) ([]auction.Entry, Signature) {
	terms := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "样例规则", EN: "Sample rules"},
		Procedure: auction.ExchangeBidding, StartFen: 200_000_000, Step: auction.Step{FixedFen: 10_000_000},
		Grid: auction.Strict, Reserve: auction.HiddenReserve, MaximumBids: true, Priority: auction.Match,
		Closing: auction.Closing{Mode: auction.TwoPhase, FreeS: 600, LimitedS: 240},
		Jump:    auction.Jump{ConfirmTimes: 3, RefuseTimes: 10}, ResumeNoticeS: 10,
	}
	terms.FillDefaults()
	seal := sealing(v.Lot(12))
	var entries []auction.Entry
	s := auction.NewState(12)
	at := auctiontest.Began
	do := func(wait auction.Span, c auction.Command) {
		at = at.Add(wait)
		for _, event := range auction.Decide(s, at, c) {
			e := seal(auction.Entry{Seq: s.Position.Seq + 1, At: at, Event: event})
			s.Apply(e)
			entries = append(entries, e)
		}
	}
	bid := func(p auction.Paddle, kind auction.BidKind, fen auction.Fen) {
		do(3*auction.Second+1, auction.PlaceBid{Paddle: p, Key: auction.Key{byte(len(entries)), 7}, Kind: kind, AmountFen: fen})
	}
	do(0, auction.Publish{Terms: terms})
	do(1, auction.SealReserve{ReserveFen: 240_000_000})
	do(1, auction.AdmitBidder{Paddle: "A07", Identity: "甲公司 \"一\""})
	do(1, auction.AdmitBidder{Paddle: "B12", Rank: 1, Identity: "Company B"})
	do(1, auction.AdmitBidder{Paddle: "B12", Identity: "Company C"})
	do(1, auction.Open{})
	bid("A07", auction.Maximum, 300_000_000)
	bid("B12", auction.Plain, 205_000_000)
	bid("B12", auction.Plain, 220_000_000)
	bid("A07", auction.Maximum, 350_000_000)
	bid("A07", auction.Maximum, 330_000_000)
	bid("B12", auction.Maximum, 410_000_000)
	do(auction.Second, auction.Pause{Cause: auction.PlatformFailure, Note: "storage stalled", Since: at.Add(-500_000)})
	bid("A07", auction.Plain, 420_000_000)
	do(auction.Second, auction.Resume{})
	do(10*auction.Second, auction.Tick{})
	do(700*auction.Second, auction.Tick{})
	bid("A07", auction.Plain, 370_000_000)
	do(300*auction.Second, auction.Tick{})
	return entries, v.SignHead(12, s.Position)
}

func TestSampleTellsItsStory(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	rep := Verify(mustRecord(t, v, entries, seal, Public, ""), v.PublicKeys()...)
	text := rep.String()
	for _, want := range []string{
		"VERIFIED: lot 12", "result: SOLD to B12 for 3700000.00 yuan", "2 bidders, 5 bids accepted, 3 refused", "(as published)",
		"the reserve is the amount that was committed to", "who stands behind the code", "since when the lot could not be used",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if rep := Verify(mustRecord(t, v, entries, seal, Public, "")); rep.Checked || !rep.OK() {
		t.Errorf("without a published key: %+v", rep)
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)).Public().(ed25519.PublicKey)
	if rep := Verify(mustRecord(t, v, entries, seal, Public, ""), publish(other, "current")); rep.OK() || rep.Fault.Field != "public_key" {
		t.Errorf("with another house's key: %+v", rep)
	}
}

// Any changed byte is found, in every kind of record; a change inside an entry names that entry.
func TestAnyChangedByteIsFound(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	records := map[string][]byte{
		"public":  mustRecord(t, v, entries, seal, Public, ""),
		"bidder":  mustRecord(t, v, entries, seal, Own, "A07"),
		"auditor": mustRecord(t, v, entries, seal, Auditor, ""),
	}
	for name, data := range records {
		rec, _ := readRecord(data)
		stride := 7 // the bodies are the same; every byte of the public record is tried
		if name == "public" {
			stride = 1
		}
		for i := 0; i < len(data); i += stride {
			masks := []byte{0x01}
			if i%5 == 0 {
				masks = []byte{0x01, 0x02, 0x20, 0x80}[i/5%4:]
			}
			for _, mask := range masks {
				changed := append([]byte(nil), data...)
				changed[i] ^= mask
				rep := verify(changed, nil, false)
				if rep.OK() {
					t.Fatalf("%s: byte %d (%q → %q) is not found: …%s…", name, i, data[i], changed[i], data[max(0, i-30):min(len(data), i+30)])
				}
				for n, e := range rec.entries {
					inside := i >= e.offset && i < e.offset+len(e.append(nil))
					if inside && rep.Fault.Entry != n+1 {
						t.Fatalf("%s: byte %d of entry %d: %v", name, i, n+1, rep.Fault)
					}
					// A changed key may look like the beginning of the next one, hence the few bytes.
					if inBody := i >= e.bodyAt && i < e.bodyAt+len(e.body); inBody && rep.Fault.Byte > i+8 {
						t.Fatalf("%s: byte %d is named as %v", name, i, rep.Fault)
					}
				}
			}
		}
	}
}

// Whoever changes an entry can make its leaf anew, but not the signed head.
func TestEntryForgedWithItsLeafIsFound(t *testing.T) {
	v := testVault(t)
	log, seal := sampleLog(v)
	rec, fault := readRecord(mustRecord(t, v, log, seal, Public, ""))
	if fault != nil {
		t.Fatal(fault)
	}
	for i := range rec.entries {
		e := &rec.entries[i]
		was := e.leaf
		e.blind[0] ^= 1 // the body stays what the engine decided, so that nothing but the chain can tell
		e.leaf = leafUnder(e.blind, e.body)
		rep := Verify(rec.append(nil))
		if rep.OK() || rep.Fault.Field != "head" {
			t.Errorf("entry %d: %+v", i+1, rep.Fault)
		}
		e.blind[0] ^= 1
		e.leaf = was
	}
	if rep := Verify(rec.append(nil)); !rep.OK() {
		t.Errorf("and mended: %s", rep)
	}
}

func TestOtherDamageIsFound(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	data := mustRecord(t, v, entries, seal, Public, "")
	lines := bytes.SplitAfter(data, []byte("\n"))
	join := func(order ...int) []byte {
		var b []byte
		for _, i := range order {
			b = append(b, lines[i]...)
		}
		return b
	}
	all := func(skip int) (order []int) {
		for i := range lines {
			if i != skip {
				order = append(order, i)
			}
		}
		return order
	}
	swapped := all(-1)
	swapped[9], swapped[10] = swapped[10], swapped[9]
	for name, damaged := range map[string][]byte{
		"an entry is missing":    join(all(8)...),
		"two entries swapped":    join(swapped...),
		"cut short":              data[:len(data)/2],
		"something follows":      append(append([]byte(nil), data...), '\n'),
		"a duplicate key":        bytes.Replace(data, []byte(`"lot":12,`), []byte(`"lot":12,"lot":12,`), 1),
		"white space":            bytes.Replace(data, []byte(`"lot":12,`), []byte(`"lot": 12,`), 1),
		"another lot":            bytes.Replace(data, []byte(`"lot":12,`), []byte(`"lot":13,`), 1),
		"an unknown version":     bytes.Replace(data, []byte(RecordFormat), []byte("corridor-record/9"), 1),
		"the auditor's, renamed": bytes.Replace(mustRecord(t, v, entries, seal, Auditor, ""), []byte(`"AUDITOR"`), []byte(`"PUBLIC"`), 1),
		"the public, renamed":    bytes.Replace(data, []byte(`"PUBLIC"`), []byte(`"AUDITOR"`), 1),
		"nothing":                nil,
		"other JSON":             []byte(`{"format":"corridor-record/1"}`),
	} {
		if rep := Verify(damaged, v.PublicKeys()...); rep.OK() {
			t.Errorf("%s: verifies", name)
		}
	}
}

// A house that signs a false log is found: the chain and the signature are right, the decision is not.
func TestFalseDecisionsAreFound(t *testing.T) {
	v := testVault(t)
	honest, _ := sampleLog(v)
	for name, falsify := range map[string]func([]auction.Entry) []auction.Entry{
		"a price too high": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.BidAccepted) bool { e.PriceFen += 10_000_000; return true })
		},
		"a wrong leader": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.BidAccepted) bool { e.Leader = "B12"; return true })
		},
		"a deadline moved": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.LimitedStarted) bool { e.Deadline++; return true })
		},
		"a bid refused without reason": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.BidRefused) bool { e.Reason = auction.NotAdmitted; return true })
		},
		"another winner": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.LotClosed) bool { e.Winner = "A07"; return true })
		},
		"another result": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.LotClosed) bool {
				*e = auction.LotClosed{Outcome: auction.Passed, Why: auction.ReserveNotMet, PriceFen: e.PriceFen}
				return true
			})
		},
		"an opened maximum that was not": func(log []auction.Entry) []auction.Entry {
			return edit(log, func(e *auction.BidAccepted) bool {
				if e.Opened != nil {
					e.Opened = &auction.Opening{Paddle: e.Opened.Paddle, MaximumFen: e.Opened.MaximumFen - 10_000_000}
				}
				return e.Opened != nil
			})
		},
		"an accepted bid left out": func(log []auction.Entry) []auction.Entry { return append(log[:8:8], log[9:]...) },
		"time running backwards": func(log []auction.Entry) []auction.Entry {
			log[3].At = log[2].At - 1 // an admission: nothing else depends on its time
			return log
		},
		"closed early": func(log []auction.Entry) []auction.Entry {
			log[len(log)-1].At -= 301_000_000
			return log
		},
	} {
		entries, seal := resign(v, falsify(append([]auction.Entry(nil), honest...)))
		for _, a := range []Audience{Public, Auditor} {
			data, err := v.Record(entries, seal, a, "")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if rep := Verify(data, v.PublicKeys()...); rep.OK() {
				t.Errorf("%s: the record for %s verifies", name, a)
			} else if a == Public {
				t.Logf("%s: %v", name, rep.Fault)
			}
		}
	}
}

// Whatever a house signs, the verifier answers: an entry replaced, doubled, moved or left out.
func TestForgedLogsAreAnswered(t *testing.T) {
	v := testVault(t)
	rapid.Check(t, func(t *rapid.T) {
		log := playSealed(t, v)
		at := rapid.IntRange(0, len(log)-1).Draw(t, "at")
		to := rapid.IntRange(0, len(log)-1).Draw(t, "to")
		switch rapid.IntRange(0, 4).Draw(t, "forgery") {
		case 0:
			log[at].Event = genEvent(t)
		case 1:
			log[at], log[to] = log[to], log[at]
		case 2:
			log[at] = log[to]
		case 3:
			log = slices.Delete(log, at, at+1)
		case 4:
			log[at].At = genInstant(t, "when")
		}
		if len(log) == 0 {
			return
		}
		log, seal := resign(v, log)
		for _, a := range []Audience{Public, Auditor} {
			data, err := v.Record(log, seal, a, "")
			if err != nil {
				continue // no end, no record
			}
			if rep := Verify(data); rep.String() == "" || rep.OK() != (rep.Fault == nil) {
				t.Fatalf("%+v", rep)
			}
		}
	})
}

// edit changes the first entry of a type that the function takes.
func edit[E auction.Event](log []auction.Entry, change func(*E) bool) []auction.Entry {
	for i := range log {
		if e, ok := log[i].Event.(E); ok && change(&e) {
			log[i].Event = e
			return log
		}
	}
	panic("no such entry")
}

func TestRecordRefuses(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	short := v.SignHead(12, auction.Position{Seq: 5, Head: entries[4].Head})
	wrong := seal
	wrong.Head[0] ^= 1
	stranger := seal
	stranger.KeyID = "0000000000000000"
	for name, f := range map[string]func() error{
		"a lot that has not ended": func() error { _, err := v.Record(entries, short, Public, ""); return err },
		"a head that is not there": func() error { _, err := v.Record(entries, wrong, Public, ""); return err },
		"entries that are missing": func() error { _, err := v.Record(entries[:7], seal, Public, ""); return err },
		"entries not in order":     func() error { _, err := v.Record(entries[1:], seal, Public, ""); return err },
		"a key of another house":   func() error { _, err := v.Record(entries, stranger, Public, ""); return err },
		"a bidder never admitted":  func() error { _, err := v.Record(entries, seal, Own, "C33"); return err },
		"a public record for one":  func() error { _, err := v.Record(entries, seal, Public, "A07"); return err },
		"an unknown audience":      func() error { _, err := v.Record(entries, seal, "PRESS", ""); return err },
		"no signature":             func() error { _, err := v.Record(entries, Signature{}, Public, ""); return err },
	} {
		if f() == nil {
			t.Errorf("%s: a record is written", name)
		}
	}
}

func TestFindReceipt(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	data := mustRecord(t, v, entries, seal, Public, "")
	if n, body, err := FindReceipt(data, entries[7].Leaf.Receipt()); err != nil || n != 8 || !bytes.Contains(body, []byte("BidRefused")) {
		t.Errorf("entry %d %s %v", n, body, err)
	}
	if _, _, err := FindReceipt(data, auction.Hash{1}); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("a receipt of nothing: %v", err)
	}
	var fault *Fault
	if _, _, err := FindReceipt([]byte("{}"), auction.Hash{1}); !errors.As(err, &fault) {
		t.Errorf("no record: %v", err)
	}
}

// Golden records verify for ever. They are written once by -golden and never again.
func TestGoldenRecords(t *testing.T) {
	v := testVault(t)
	entries, seal := sampleLog(v)
	if *golden {
		for name, data := range map[string][]byte{
			"public": mustRecord(t, v, entries, seal, Public, ""), "bidder": mustRecord(t, v, entries, seal, Own, "A07"),
			"auditor": mustRecord(t, v, entries, seal, Auditor, ""),
		} {
			path := filepath.Join("testdata", "record-1-"+name+".json")
			if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
				if err := os.WriteFile(path, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	files, err := filepath.Glob("testdata/record-*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("golden records: %v %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if rep := Verify(data, v.PublicKeys()...); !rep.OK() || rep.Outcome != auction.Sold || rep.Winner != "B12" || rep.PriceFen != 370_000_000 {
			t.Errorf("%s: %+v", file, rep)
		}
	}
}

func FuzzVerify(f *testing.F) {
	v := testVault(f)
	entries, seal := sampleLog(v)
	for _, a := range []Audience{Public, Auditor} {
		data, err := v.Record(entries, seal, a, "")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rep := verify(data, v.PublicKeys(), false)
		if rep.String() == "" {
			t.Error("an empty report")
		}
		rec, fault := readRecord(data)
		if fault == nil && !bytes.Equal(rec.append(nil), data) {
			t.Errorf("two forms of one record:\n%s\n%s", rec.append(nil), data)
		}
		if rep.OK() { // then the house has signed it: these are its only records
			for _, a := range []Audience{Public, Auditor} {
				if good, _ := v.Record(entries, seal, a, ""); bytes.Equal(good, data) {
					return
				}
			}
			t.Errorf("a forged record verifies:\n%s", data)
		}
	})
}
