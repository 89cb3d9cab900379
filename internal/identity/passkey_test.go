package identity_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// device is an authenticator with one passkey, made of nothing but its key.
type device struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
	origin string
	flags  byte
}

// What a device vouches for: somebody was there, it was he, and a key comes along.
const (
	present  = 1
	verified = 4
	attested = 64
)

func newDevice(t *testing.T) *device {
	t.Helper()
	d := &device{t: t, id: make([]byte, 32), count: 1, origin: marketOrigin, flags: present | verified}
	_, _ = rand.Read(d.id)
	var err error
	if d.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	return d
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// asked are what a device must know of a challenge.
type asked struct {
	PublicKey struct {
		Challenge string
		User      struct{ ID string }
		Exclude   []any `json:"excludeCredentials"`
	}
}

func (d *device) read(c identity.Challenge) (a asked) {
	d.t.Helper()
	if err := json.Unmarshal(c.Options, &a); err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d *device) client(kind, challenge string) []byte {
	text, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	return text
}

func (d *device) vouches(flags byte) []byte {
	rp := sha256.Sum256([]byte("market.example"))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), d.count)
}

// make answers the challenge to make a passkey.
func (d *device) make(c identity.Challenge) []byte {
	d.t.Helper()
	a := d.read(c)
	var err error
	if d.handle, err = base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID); err != nil {
		d.t.Fatal(err)
	}
	point, err := d.key.PublicKey.ECDH()
	if err != nil {
		d.t.Fatal(err)
	}
	xy := point.Bytes()[1:]
	public, err := webauthncbor.Marshal(webauthncose.EC2PublicKeyData{
		PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)},
		Curve:         int64(webauthncose.P256), XCoord: xy[:32], YCoord: xy[32:],
	})
	if err != nil {
		d.t.Fatal(err)
	}
	data := append(d.vouches(d.flags|attested), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(d.id))), d.id...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(data, public...)})
	if err != nil {
		d.t.Fatal(err)
	}
	answer, _ := json.Marshal(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(d.client("webauthn.create", a.PublicKey.Challenge)), "attestationObject": b64(object)},
	})
	return answer
}

// sign answers the challenge of a sign-in.
func (d *device) sign(c identity.Challenge) []byte {
	d.t.Helper()
	data, client := d.vouches(d.flags), d.client("webauthn.get", d.read(c).PublicKey.Challenge)
	hashed := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), hashed[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	answer, _ := json.Marshal(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(d.handle)},
	})
	return answer
}

// register makes a passkey for a viewer.
func (d *device) register(s *identity.Service, v identity.Viewer, name string) error {
	d.t.Helper()
	c, err := s.OfferPasskey(d.t.Context(), v)
	if err != nil {
		return err
	}
	return s.AddPasskey(d.t.Context(), v, name, c.Kept, d.make(c))
}

func (d *device) signIn(s *identity.Service) (identity.Proof, error) {
	d.t.Helper()
	c, err := s.OfferSignIn()
	if err != nil {
		d.t.Fatal(err)
	}
	d.count++
	return s.SignInByPasskey(d.t.Context(), c.Kept, d.sign(c), peer)
}

func TestPasskeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		p := operator(t, d.s, address)
		_, v := arrive(t, d.s, d.clock(), "here")
		phone, laptop := newDevice(t), newDevice(t)
		if err := phone.register(d.s, v, " 手机 "); err != nil {
			t.Fatal(err)
		}
		if err := laptop.register(d.s, v, "Laptop"); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(phone.handle, laptop.handle) || len(phone.handle) != 64 {
			t.Error("one person goes by two names")
		}
		if c, err := d.s.OfferPasskey(t.Context(), v); err != nil || len(phone.read(c).PublicKey.Exclude) != 2 {
			t.Errorf("what he has is not excluded: %s, %v", c.Options, err)
		}
		if err := phone.register(d.s, v, "again"); fault.In(err).Problem != "PASSKEY_KNOWN" {
			t.Errorf("the same twice: %v", err)
		}
		proof, err := phone.signIn(d.s)
		if err != nil || proof.Person != p.ID || proof.Organisation == 0 {
			t.Fatalf("proof %+v, %v", proof, err)
		}
		keys, err := d.s.Passkeys(t.Context(), v)
		if err != nil || len(keys) != 2 || keys[0].Name != "手机" || keys[0].Used == nil || keys[0].SignCount != 2 || keys[0].Cloned || keys[1].Used != nil {
			t.Fatalf("keys %+v, %v", keys, err)
		}
		for _, bad := range []string{"", "   ", "a\x00b", "\u202egnp", strings.Repeat("长", 61), "\xff"} {
			if err := d.s.RenamePasskey(t.Context(), v, keys[0].ID, bad); fault.Of(err) != fault.Invalid {
				t.Errorf("the name %q: %v", bad, err)
			}
		}
		if err := d.s.RenamePasskey(t.Context(), v, keys[0].ID, "<script>"); err != nil {
			t.Error(err)
		}
		if err := d.s.RemovePasskey(t.Context(), v, keys[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := phone.signIn(d.s); fault.Of(err) != fault.Credentials {
			t.Errorf("removed, and it opens: %v", err)
		}
		if _, err := laptop.signIn(d.s); err != nil {
			t.Error(err)
		}
		if n := len(d.letters(address)); n != 3 {
			t.Errorf("told by %d letters, want two of passkeys made and one of a passkey removed", n)
		}
	})
}

// An answer that does not hold opens nothing.
func TestPasskeyAnswersThatDoNotHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		_, v := arrive(t, d.s, d.clock(), "here")
		key := newDevice(t)
		if err := key.register(d.s, v, "key"); err != nil {
			t.Fatal(err)
		}
		good := *key
		for name, spoil := range map[string]func(){
			"of another site":            func() { key.origin = "https://market.example.evil.example" },
			"by nobody in particular":    func() { key.flags = present },
			"by nobody at all":           func() { key.flags = verified },
			"with another's handle":      func() { key.handle = make([]byte, 64) },
			"without a handle":           func() { key.handle = nil },
			"with another key":           func() { key.key = newDevice(t).key },
			"of a passkey nobody has":    func() { key.id = newDevice(t).id },
			"of a passkey without an id": func() { key.id = nil },
		} {
			spoil()
			if _, err := key.signIn(d.s); fault.Of(err) != fault.Credentials {
				t.Errorf("%s: %v", name, err)
			}
			*key = good
		}
		one, _ := d.s.OfferSignIn()
		two, _ := d.s.OfferSignIn()
		making, err := d.s.OfferPasskey(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		other := identity.Viewer{Person: db.Ent().Person.Create().SetEmail("other@example.org").SetNameZh("别人").SaveX(t.Context())}
		for name, c := range map[string]struct{ keep, answer []byte }{
			"to another challenge":         {one.Kept, key.sign(two)},
			"to none":                      {nil, key.sign(one)},
			"to one for making a passkey":  {making.Kept, key.sign(making)},
			"that is no answer":            {one.Kept, []byte("{}")},
			"that is endless":              {one.Kept, bytes.Repeat([]byte("["), 60_000)},
			"that is an answer to another": {one.Kept, key.make(making)},
		} {
			if _, err := d.s.SignInByPasskey(t.Context(), c.keep, c.answer, "peer of "+name); fault.Of(err) != fault.Credentials {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := d.s.AddPasskey(t.Context(), other, "stolen", making.Kept, newDevice(t).make(making)); fault.Of(err) != fault.Credentials {
			t.Errorf("made for somebody else: %v", err)
		}
		for _, foreign := range []error{d.s.RenamePasskey(t.Context(), other, 1, "x"), d.s.RemovePasskey(t.Context(), other, 1)} {
			if fault.Of(foreign) != fault.NotFound {
				t.Errorf("another's passkey: %v", foreign)
			}
		}
		if _, err := key.signIn(d.s); err != nil {
			t.Errorf("after all that: %v", err)
		}
	})
}

// A count that goes back is told, and of two answers with one count, given at once, one counts.
func TestACopiedPasskeyIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		_, v := arrive(t, d.s, d.clock(), "here")
		key := newDevice(t)
		if err := key.register(d.s, v, "key"); err != nil {
			t.Fatal(err)
		}
		key.count = 10
		var all sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for range 4 {
			c, _ := d.s.OfferSignIn()
			answer := key.sign(c)
			all.Go(func() {
				if _, err := d.s.SignInByPasskey(t.Context(), c.Kept, answer, peer); err == nil {
					mu.Lock()
					in++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		keys, err := d.s.Passkeys(t.Context(), v)
		if err != nil || in < 1 || keys[0].SignCount != 10 || in > 1 && !keys[0].Cloned {
			t.Errorf("%d answers with one count were taken; %+v, %v", in, keys, err)
		}
		key.count = 4
		if _, err := key.signIn(d.s); err != nil {
			t.Fatal(err)
		}
		key.count = 20
		if _, err := key.signIn(d.s); err != nil {
			t.Fatal(err)
		}
		if keys, err = d.s.Passkeys(t.Context(), v); err != nil || !keys[0].Cloned || keys[0].SignCount != 21 {
			t.Errorf("keys %+v, %v", keys, err)
		}
	})
}

// Whoever has no other way in keeps the one he has; and there is an end to how many he may have.
func TestTheLastPasskeyStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		p := db.Ent().Person.Create().SetEmail("keys@example.org").SetNameZh("持钥人").SaveX(t.Context())
		v := identity.Viewer{Person: p}
		if err := newDevice(t).register(d.s, v, "only"); err != nil {
			t.Fatal(err)
		}
		keys, err := d.s.Passkeys(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.s.RemovePasskey(t.Context(), v, keys[0].ID); fault.In(err).Problem != "LAST_WAY_IN" {
			t.Errorf("the only one: %v", err)
		}
		for range 9 {
			if err := newDevice(t).register(d.s, v, "more"); err != nil {
				t.Fatal(err)
			}
		}
		if err := newDevice(t).register(d.s, v, "too many"); fault.In(err).Problem != "PASSKEYS_MANY" {
			t.Errorf("an eleventh: %v", err)
		}
	})
}

// Guessing at passkeys is slowed down like guessing at passwords.
func TestPasskeyAnswersAreSlowedDown(t *testing.T) {
	d := openDesk(t, storetest.SQLite(t))
	key, waits := newDevice(t), 0
	key.handle = make([]byte, 64)
	for range 40 {
		if _, err := key.signIn(d.s); fault.Of(err) == fault.TooMany {
			waits++
		}
	}
	if waits != 9 {
		t.Errorf("had to wait %d times of 40", waits)
	}
}

// Browsers give passkeys to names, over https or on the very machine.
func TestWherePasskeysAre(t *testing.T) {
	for origin, want := range map[string]bool{
		"": false, "https://market.example": true, "http://localhost:8080": true, "http://market.example": false, "http://127.0.0.1:8080": false,
		"https://[::1]:8080": false, "https://192.0.2.1": false,
	} {
		s, err := identity.New(identity.Options{Cost: cheap, Origin: origin})
		if err != nil || s.TakesPasskeys() != want {
			t.Errorf("%q: %v, %v", origin, s.TakesPasskeys(), err)
		}
	}
}

// A passkey's answer that does not hold stands in the trail of the person whose passkey it is, as a wrong password does; one of
// a passkey that nobody has, in nobody's.
func TestAFailedPasskeyStandsInTheTrail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		_, v := arrive(t, d.s, d.clock(), "here")
		key := newDevice(t)
		if err := key.register(d.s, v, "手机"); err != nil {
			t.Fatal(err)
		}
		misses := func() (n int) {
			d.attend()
			a, err := d.s.Activity(t.Context(), v, identity.SignIns, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, done := range a.Done {
				if done.Action == "miss_passkey" {
					if n++; done.Address != peer || !done.Warns() {
						t.Errorf("%+v", done)
					}
				}
			}
			return n
		}
		forged, unknown := *key, *key
		forged.key, unknown.id = newDevice(t).key, newDevice(t).id
		for _, c := range []struct {
			by   *device
			want int
		}{{&unknown, 0}, {&forged, 1}, {&forged, 2}} {
			if _, err := c.by.signIn(d.s); fault.Of(err) != fault.Credentials {
				t.Errorf("%v", err)
			}
			if n := misses(); n != c.want {
				t.Errorf("%d misses, want %d", n, c.want)
			}
		}
		if _, err := key.signIn(d.s); err != nil || misses() != 2 {
			t.Errorf("the right one: %v, %d misses", err, misses())
		}
		for range 8 { // with wrong passwords they are counted together: no one peer fills the table
			_, _ = forged.signIn(d.s)
			_, _ = d.s.SignIn(t.Context(), address, "wrong wrong wrong", peer)
			d.attend()
		}
		if n := db.Ent().AuditAction.Query().Where(auditaction.ActionIn("miss", "miss_passkey", "miss_many")).CountX(t.Context()); n != 5 {
			t.Errorf("%d entries of one peer", n)
		}
	})
}
