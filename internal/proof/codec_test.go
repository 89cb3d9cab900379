package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// testVault has keys that everybody knows.
func testVault(t testing.TB) *Vault {
	t.Helper()
	v, err := NewVault(bytes.Repeat([]byte{7}, 32), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// genValue draws any value of the types that events are made of.
func genValue(t *rapid.T, typ reflect.Type, label string) reflect.Value {
	v := reflect.New(typ).Elem()
	switch typ {
	case reflect.TypeFor[auction.Instant]():
		v.SetInt(int64(genInstant(t, label)))
		return v
	case reflect.TypeFor[auction.Key]():
		copy(v.Slice(0, 16).Bytes(), rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
		return v
	}
	switch typ.Kind() {
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "A07", "竞买代码", "\"\\\x01\n\u2028</script>", "MAXIMUM"})).Draw(t, label))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.Struct:
		for i := range typ.NumField() {
			v.Field(i).Set(genValue(t, typ.Field(i).Type, typ.Field(i).Name))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, label) {
			v.Set(reflect.New(typ.Elem()))
			v.Elem().Set(genValue(t, typ.Elem(), label))
		}
	case reflect.Slice:
		for range rapid.IntRange(0, 3).Draw(t, label) {
			v.Set(reflect.Append(v, genValue(t, typ.Elem(), label)))
		}
	default:
		t.Fatalf("no generator for %v", typ)
	}
	return v
}

func genInstant(t *rapid.T, label string) auction.Instant {
	return auction.Instant(rapid.OneOf(
		rapid.Int64Range(int64(minInstant), int64(maxInstant)),
		rapid.SampledFrom([]int64{0, 1, -1, int64(minInstant), int64(maxInstant), 1_772_323_200_000_000}),
	).Draw(t, label))
}

func genEvent(t *rapid.T) auction.Event {
	kinds := make([]string, 0, len(plans))
	for kind := range plans {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	p := plans[rapid.SampledFrom(kinds).Draw(t, "kind")]
	return genValue(t, p.typ, p.kind).Interface().(auction.Event)
}

func TestEncodeDecodeRoundTrip(t *testing.T) {
	k := testVault(t).Lot(12)
	rapid.Check(t, func(t *rapid.T) {
		seq := auction.Seq(rapid.Int64Range(1, 1<<62).Draw(t, "seq"))
		at, e := genInstant(t, "at"), genEvent(t)
		body, sealed, leaf, err := k.Encode(seq, at, e)
		if err != nil {
			t.Fatal(err)
		}
		gotAt, got, gotLeaf, err := k.Decode(seq, body, sealed)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if gotAt != at || !reflect.DeepEqual(got, e) || gotLeaf != leaf {
			t.Fatalf("%s\n%d %+v\n%d %+v", body, at, e, gotAt, got)
		}
		if _, _, _, err := k.Decode(seq+1, body, sealed); err == nil && len(sealed) > 0 {
			t.Fatal("a sealed entry was read at another position")
		}
	})
}

func TestWritersByHandEqualThePlan(t *testing.T) {
	k := testVault(t).Lot(12)
	rapid.Check(t, func(t *rapid.T) {
		seq := auction.Seq(rapid.Int64Range(1, 1<<62).Draw(t, "seq"))
		at, e := genInstant(t, "at"), genEvent(t)
		body, sealed, leaf, err := k.Encode(seq, at, e)
		if err != nil {
			t.Fatal(err)
		}
		planBody, planSealed, planLeaf, err := k.encodeByPlan(nil, seq, at, e)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body, planBody) || !bytes.Equal(sealed, planSealed) || leaf != planLeaf {
			t.Fatalf("by hand %s\nby plan %s", body, planBody)
		}
	})
}

// The body is canonical in the sense of any other JSON reader too: keys sorted at every depth, no white space,
// nothing but whole numbers.
func TestBodyIsCanonicalJSON(t *testing.T) {
	k := testVault(t).Lot(12)
	rapid.Check(t, func(t *rapid.T) {
		body, _, _, err := k.Encode(1, genInstant(t, "at"), genEvent(t))
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var any map[string]any
		if err := dec.Decode(&any); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		var again bytes.Buffer
		enc := json.NewEncoder(&again) // encoding/json sorts the keys of maps
		enc.SetEscapeHTML(false)
		if err := enc.Encode(any); err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(strings.TrimSpace(again.String()))
		if want != string(body) && !bytes.Contains(body, []byte(`\\u202`)) {
			t.Fatalf("body %s\nwant %s", body, want)
		}
	})
}

// No secret stands in the body or, readable, in the sealed bytes.
func TestSecretsAreCommitments(t *testing.T) {
	k := testVault(t).Lot(12)
	const amount = money.Fen(481_516_234_200)
	secret := map[string]auction.Event{
		"leading maximum": auction.BidAccepted{Paddle: "A1", BidKind: auction.Maximum, AmountFen: amount, Hidden: true},
		"raised maximum":  auction.MaximumRaised{Paddle: "A1", MaximumFen: amount},
		"refused maximum": auction.BidRefused{Paddle: "A1", BidKind: auction.Maximum, AmountFen: amount},
		"reserve":         auction.ReserveSealed{ReserveFen: amount},
		"identity":        auction.BidderAdmitted{Paddle: "A1", Identity: "481516234200 上海某公司"},
	}
	for name, e := range secret {
		body, sealed, _, err := k.Encode(3, 5, e)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{body, sealed} {
			if bytes.Contains(b, []byte("481516234200")) || bytes.Contains(b, []byte("上海")) {
				t.Errorf("%s: the secret stands in %q", name, b)
			}
		}
	}
	open := auction.BidAccepted{Paddle: "A1", BidKind: auction.Maximum, AmountFen: amount, Standing: auction.Standing{ReserveMet: true}}
	body, sealed, _, err := k.Encode(3, 5, open)
	if err != nil || sealed != nil || !bytes.Contains(body, []byte(`"amount_fen":481516234200`)) {
		t.Errorf("a beaten maximum is public: %s %v", body, err)
	}
	if bytes.Contains(body, []byte(`"reserve_met":true`)) {
		t.Errorf("whether the reserve is met stands in %s", body)
	}
}

// A writer that was fenced encodes another event for the same position: neither nonce nor leaf may repeat.
func TestSamePositionOtherContent(t *testing.T) {
	k := testVault(t).Lot(12)
	_, s1, l1, _ := k.Encode(9, 100, auction.MaximumRaised{Paddle: "A1", MaximumFen: 1})
	_, s2, l2, _ := k.Encode(9, 100, auction.MaximumRaised{Paddle: "A1", MaximumFen: 2})
	if l1 == l2 || bytes.Equal(k.nonce(l1), k.nonce(l2)) || bytes.Equal(s1, s2) {
		t.Error("two contents share a leaf or a nonce")
	}
	_, s3, l3, _ := k.Encode(9, 100, auction.MaximumRaised{Paddle: "A1", MaximumFen: 1})
	if l1 != l3 || !bytes.Equal(s1, s3) {
		t.Error("the same entry is not encoded alike twice")
	}
}

// The leaf cannot be computed from what is public: not by the body, not by the body under a position.
func TestLeafIsBlind(t *testing.T) {
	v := testVault(t)
	body, _, leaf, _ := v.Lot(12).Encode(4, 100, auction.LimitedStarted{Deadline: 200})
	_, _, next, _ := v.Lot(12).Encode(5, 100, auction.LimitedStarted{Deadline: 200})
	_, _, other, _ := v.Lot(13).Encode(4, 100, auction.LimitedStarted{Deadline: 200})
	if leaf == next || leaf == other {
		t.Error("the same body has the same leaf elsewhere")
	}
	if bytes.Contains(body, []byte("seq")) {
		t.Errorf("the body tells its position: %s", body)
	}
}

func TestEncodeRefuses(t *testing.T) {
	k := testVault(t).Lot(12)
	for name, f := range map[string]func() error{
		"position 0":    func() error { _, _, _, err := k.Encode(0, 1, auction.LotWithdrawn{}); return err },
		"no event":      func() error { _, _, _, err := k.Encode(1, 1, nil); return err },
		"a pointer":     func() error { _, _, _, err := k.Encode(1, 1, &auction.LotWithdrawn{}); return err },
		"year 10000":    func() error { _, _, _, err := k.Encode(1, maxInstant+1, auction.LotWithdrawn{}); return err },
		"year 10000 in": func() error { _, _, _, err := k.Encode(1, 1, auction.LotOpened{Deadline: maxInstant + 1}); return err },
	} {
		if err := f(); !errors.Is(err, errUnwritable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	body, _, _, err := k.Encode(1, 1, auction.LotWithdrawn{Note: "a\xffb"})
	if err != nil || !utf8.Valid(body) {
		t.Errorf("bytes that are no UTF-8: %q %v", body, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	k := testVault(t).Lot(12)
	good, sealed, _, _ := k.Encode(2, 1_795_463_634_123_456, auction.BidAccepted{
		Paddle: "A1", BidKind: auction.Maximum, AmountFen: 5, Hidden: true, Own: 1,
		Opened: &auction.Opening{Paddle: "A2", MaximumFen: 4},
	})
	if _, _, _, err := k.Decode(2, good, sealed); err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) []byte {
		b := bytes.Replace(good, []byte(old), []byte(new), 1)
		if bytes.Equal(b, good) {
			t.Fatalf("%s has no %s", good, old)
		}
		return b
	}
	for name, body := range map[string][]byte{
		"white space":        change(`,"at"`, `, "at"`),
		"trailing data":      append(append([]byte(nil), good...), ' '),
		"a duplicate key":    change(`"own":1`, `"own":1,"own":1`),
		"an unknown key":     change(`"own":1`, `"own":1,"owo":1`),
		"keys out of order":  change(`"own":1,"paddle":"A1"`, `"paddle":"A1","own":1`),
		"a leading zero":     change(`"own":1`, `"own":01`),
		"minus zero":         change(`"maximum_fen":4`, `"maximum_fen":-0`),
		"a fraction":         change(`"own":1`, `"own":1.0`),
		"an exponent":        change(`"own":1`, `"own":1e0`),
		"upper-case hex":     bytes.ToUpper(good),
		"an escaped letter":  change(`"paddle":"A1"`, `"paddle":"\u00411"`),
		"a day that is not":  change(`2026-11`, `2026-13`),
		"no microseconds":    change(`54.123456Z`, `54.12345Z`),
		"a secret in clear":  bytes.Replace(good, good[len(`{"amount_fen":`):bytes.Index(good, []byte(`,"at"`))], []byte("5"), 1),
		"hidden turned off":  change(`"hidden":true`, `"hidden":false`),
		"another kind":       change(`"BidAccepted"`, `"BidRefused"`),
		"an unheard-of kind": change(`"BidAccepted"`, `"BidDreamt"`),
		"a changed figure":   change(`"maximum_fen":4`, `"maximum_fen":5`),
		"nothing":            nil,
	} {
		if _, _, _, err := k.Decode(2, body, sealed); err == nil {
			t.Errorf("%s is read: %s", name, body)
		}
	}
	if _, _, _, err := k.Decode(3, good, sealed); err == nil {
		t.Error("an entry is read at another position")
	}
	if _, _, _, err := testVault(t).Lot(13).Decode(2, good, sealed); err == nil {
		t.Error("an entry is read in another lot")
	}
	if _, _, _, err := k.Decode(2, good, nil); err == nil {
		t.Error("an entry is read without its sealed part")
	}
}

func TestInstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := genInstant(t, "at")
		got := string(appendInstant(nil, at))
		want := "null"
		if at != 0 {
			want = time.UnixMicro(int64(at)).UTC().Format(`"2006-01-02T15:04:05.000000Z"`)
		}
		if got != want {
			t.Fatalf("%d: %s, want %s", at, got, want)
		}
		r := &reader{b: []byte(got)}
		if back := r.instant(); r.err != nil || back != at {
			t.Fatalf("%s is read as %d: %v", got, back, r.err)
		}
	})
	r := &reader{b: []byte(`"1970-01-01T00:00:00.000000Z"`)}
	if r.instant(); r.err == nil {
		t.Error("the zero instant has two forms")
	}
}

func FuzzDecode(f *testing.F) {
	k := testVault(f).Lot(12)
	for _, e := range []auction.Event{
		auction.BidAccepted{Paddle: "A1", BidKind: auction.Maximum, AmountFen: 5, Hidden: true, Opened: &auction.Opening{}},
		auction.LotPublished{Terms: auction.Terms{Step: auction.Step{Ladder: []auction.Rung{{StepFen: 3}}}}},
		auction.BidRefused{Paddle: "\"\\\x02", BidKind: auction.Plain},
	} {
		body, sealed, _, err := k.Encode(1, 1, e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, sealed)
	}
	f.Fuzz(func(t *testing.T, body, sealed []byte) {
		at, e, leaf, err := k.Decode(1, body, sealed)
		if err != nil {
			return
		}
		again, sealedAgain, leafAgain, err := k.Encode(1, at, e)
		if err != nil || !bytes.Equal(again, body) || !bytes.Equal(sealedAgain, sealed) || leaf != leafAgain {
			t.Fatalf("two forms of one event:\n%s\n%s", body, again)
		}
	})
}

func BenchmarkEncodePlainBid(b *testing.B) {
	k := testVault(b).Lot(12)
	var e auction.Event = auction.BidAccepted{
		Paddle: "A07", Key: auction.Key{1, 2, 3}, Own: 3, BidKind: auction.Plain, AmountFen: 310_000_000,
		Standing: auction.Standing{PriceFen: 310_000_000, Leader: "A07", Deadline: 1_795_463_874_123_456},
	}
	var head auction.Hash
	b.ReportAllocs()
	for i := range b.N {
		_, _, leaf, err := k.Encode(auction.Seq(i+1), 1_795_463_634_123_456, e)
		if err != nil {
			b.Fatal(err)
		}
		head = Chain(head, leaf)
	}
}

func BenchmarkDecodePlainBid(b *testing.B) {
	k := testVault(b).Lot(12)
	body, sealed, _, err := k.Encode(1, 1_795_463_634_123_456, auction.BidAccepted{
		Paddle: "A07", Key: auction.Key{1, 2, 3}, Own: 3, BidKind: auction.Plain, AmountFen: 310_000_000,
		Standing: auction.Standing{PriceFen: 310_000_000, Leader: "A07", Deadline: 1_795_463_874_123_456},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for range b.N {
		if _, _, _, err := k.Decode(1, body, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodePlainBidInto(b *testing.B) {
	k := testVault(b).Lot(12)
	var e auction.Event = auction.BidAccepted{
		Paddle: "A07", Key: auction.Key{1, 2, 3}, Own: 3, BidKind: auction.Plain, AmountFen: 310_000_000,
		Standing: auction.Standing{PriceFen: 310_000_000, Leader: "A07", Deadline: 1_795_463_874_123_456},
	}
	room := make([]byte, 0, BodyRoom)
	b.ReportAllocs()
	for i := range b.N {
		if _, _, _, err := k.EncodeInto(room, auction.Seq(i+1), 1_795_463_634_123_456, e); err != nil {
			b.Fatal(err)
		}
	}
}
