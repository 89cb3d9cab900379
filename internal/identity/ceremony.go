package identity

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/passkey"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// ChallengeLife is how long a browser may take to answer a challenge.
const ChallengeLife = 5 * time.Minute

// ceremonies prepares WebAuthn for the market's origin; nil where it has none that browsers give passkeys to: they need a
// name, not a number, and https but on the very machine.
func ceremonies(origin string) (*webauthn.WebAuthn, error) {
	at, err := url.Parse(origin)
	if err != nil || at.Hostname() == "" {
		return nil, nil //nolint:nilnil // no passkeys here
	}
	if _, err := netip.ParseAddr(at.Hostname()); err == nil || at.Scheme != "https" && at.Hostname() != "localhost" {
		return nil, nil //nolint:nilnil // no passkeys here
	}
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ChallengeLife, TimeoutUVD: ChallengeLife}
	w, err := webauthn.New(&webauthn.Config{
		RPID: at.Hostname(), RPDisplayName: "走廊 Corridor", RPOrigins: []string{at.Scheme + "://" + at.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare passkeys for %s: %w", origin, err)
	}
	return w, nil
}

// TakesPasskeys says whether people can sign in by passkey here.
func (s *Service) TakesPasskeys() bool { return s.keys != nil }

// Challenge is what a browser is asked to sign. Options go to the browser; Kept stays in its session, for one answer.
type Challenge struct{ Options, Kept []byte }

// kept is what the session keeps of a challenge.
type kept struct {
	Person int // whose passkey is being made; 0 for a sign-in
	Data   webauthn.SessionData
}

func challenge(options any, k kept) (c Challenge, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, fmt.Errorf("write a challenge: %w", err)
	}
	if c.Kept, err = json.Marshal(k); err != nil {
		return c, fmt.Errorf("write what is kept of a challenge: %w", err)
	}
	return c, nil
}

func unpack(text []byte) (kept, error) {
	var k kept
	if len(text) == 0 || json.Unmarshal(text, &k) != nil || !k.Data.Expires.After(time.Now()) {
		return k, fault.New(fault.Credentials, "PASSKEY_LATE", "no challenge, or one of long ago")
	}
	return k, nil
}

// holder is a person as WebAuthn knows him.
type holder struct {
	handle      []byte
	name, shown string
	keys        []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.shown }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// holder reads a person's passkeys. His handle is that of his first; random for one who has none.
func (s *Service) holder(ctx context.Context, p *ent.Person) (holder, error) {
	h := holder{name: p.Email, shown: p.NameZh}
	rows, err := s.db.Ent().Passkey.Query().Where(passkey.PersonID(p.ID)).Order(ent.Asc(passkey.FieldID)).All(ctx)
	if err != nil {
		return h, fmt.Errorf("read passkeys of person %d: %w", p.ID, err)
	}
	for _, r := range rows {
		var key webauthn.Credential
		if err := json.Unmarshal(r.Record, &key); err != nil {
			return h, fmt.Errorf("read passkey %d: %w", r.ID, err)
		}
		h.keys = append(h.keys, key)
	}
	if len(rows) > 0 {
		h.handle = rows[0].Handle
		return h, nil
	}
	h.handle = make([]byte, 64)
	_, _ = rand.Read(h.handle) // crypto/rand never fails
	return h, nil
}

// OfferPasskey begins to make a passkey for a viewer. It fails with fault.Conflict and PASSKEYS_MANY.
func (s *Service) OfferPasskey(ctx context.Context, by Viewer) (Challenge, error) {
	if s.keys == nil || by.Person == nil {
		return Challenge{}, fault.New(fault.NotFound, "", "no passkeys here")
	}
	h, err := s.holder(ctx, by.Person)
	if err != nil {
		return Challenge{}, err
	}
	if len(h.keys) >= passkeysMost {
		return Challenge{}, fault.New(fault.Conflict, "PASSKEYS_MANY", "he has as many as one may have")
	}
	options, data, err := s.keys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return Challenge{}, fmt.Errorf("begin a passkey: %w", err)
	}
	return challenge(options, kept{Person: by.PersonID(), Data: *data})
}

// AddPasskey keeps the passkey that a browser made for a viewer, and tells him by letter. That he is there himself is for
// the caller to have asked. It fails with fault.Invalid naming "name", fault.Credentials for an answer that does not hold,
// and fault.Conflict.
func (s *Service) AddPasskey(ctx context.Context, by Viewer, name string, keep, answer []byte) error {
	if s.keys == nil || by.Person == nil {
		return fault.New(fault.NotFound, "", "no passkeys here")
	}
	k, err := unpack(keep)
	if err != nil {
		return err
	}
	if name, err = checkPasskeyName(name); err != nil {
		return err
	}
	if k.Person != by.PersonID() {
		return fault.New(fault.Credentials, "PASSKEY_LATE", "the challenge was another person's")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return unanswered(err)
	}
	key, err := s.keys.CreateCredential(holder{handle: k.Data.UserID}, k.Data, parsed)
	if err != nil {
		return unanswered(err)
	}
	record, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("write a passkey: %w", err)
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		had, err := tx.Ent().Passkey.Query().Where(passkey.PersonID(by.PersonID())).Count(ctx)
		if err != nil {
			return fmt.Errorf("count passkeys of person %d: %w", by.PersonID(), err)
		}
		if had >= passkeysMost {
			return fault.New(fault.Conflict, "PASSKEYS_MANY", "he has as many as one may have")
		}
		err = tx.Ent().Passkey.Create().SetPersonID(by.PersonID()).SetName(name).SetKeyID(keyID(key.ID)).SetHandle(k.Data.UserID).
			SetRecord(record).SetSignCount(int64(key.Authenticator.SignCount)).SetCreatedAt(s.now()).Exec(ctx)
		if ent.IsConstraintError(err) {
			return fault.New(fault.Conflict, "PASSKEY_KNOWN", "the passkey is known already")
		}
		if err != nil {
			return fmt.Errorf("keep a passkey of person %d: %w", by.PersonID(), err)
		}
		if err := s.note(ctx, tx.Ent(), by.PersonID(), by.OrganisationID(), didAddPasskey, name); err != nil {
			return err
		}
		return s.warn(ctx, tx, by.Person, "passkey_added", inbox.Params{"Name": name})
	})
}

func keyID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// unanswered is an answer that does not hold. The library's own words hold nothing secret, but are nobody's language.
func unanswered(err error) error {
	why := err.Error()
	var detailed *protocol.Error
	if errors.As(err, &detailed) {
		why += " " + detailed.DevInfo
	}
	return fault.New(fault.Credentials, "PASSKEY_REFUSED", cut(why, 300))
}

// OfferSignIn begins a sign-in by passkey. The browser says which.
func (s *Service) OfferSignIn() (Challenge, error) {
	if s.keys == nil {
		return Challenge{}, fault.New(fault.NotFound, "", "no passkeys here")
	}
	options, data, err := s.keys.BeginDiscoverableLogin()
	if err != nil {
		return Challenge{}, fmt.Errorf("begin a sign-in by passkey: %w", err)
	}
	return challenge(options, kept{Data: *data})
}

// SignInByPasskey proves a person by a browser's answer to a challenge. It fails with fault.Credentials, and with *TooSoon
// after too many misses of the peer.
func (s *Service) SignInByPasskey(ctx context.Context, keep, answer []byte, peer string) (Proof, error) {
	if s.keys == nil {
		return Proof{}, fault.New(fault.NotFound, "", "no passkeys here")
	}
	if wait := s.byPeer.begin(peer, s.now()); wait > 0 {
		return Proof{}, &TooSoon{wait}
	}
	k, err := unpack(keep)
	if err != nil {
		return Proof{}, err
	}
	if k.Person != 0 {
		return Proof{}, fault.New(fault.Credentials, "PASSKEY_LATE", "the challenge was for making a passkey")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Proof{}, unanswered(err)
	}
	var row *ent.Passkey
	var broken error
	find := func(id, handle []byte) (webauthn.User, error) {
		row, broken = s.db.Ent().Passkey.Query().Where(passkey.KeyID(keyID(id))).WithPerson().Only(ctx)
		if ent.IsNotFound(broken) {
			broken = nil
			return nil, errors.New("nobody has the passkey")
		}
		if broken != nil {
			return nil, broken
		}
		if !bytes.Equal(handle, row.Handle) {
			return nil, errors.New("the passkey is another person's")
		}
		h := holder{handle: row.Handle, name: row.Edges.Person.Email, shown: row.Edges.Person.NameZh, keys: make([]webauthn.Credential, 1)}
		broken = json.Unmarshal(row.Record, &h.keys[0])
		return h, broken
	}
	key, err := s.keys.ValidateDiscoverableLogin(find, k.Data, parsed)
	switch {
	case broken != nil:
		return Proof{}, fmt.Errorf("read a passkey: %w", broken)
	case err != nil:
		s.missedKey(parsed.RawID, peer)
		return Proof{}, unanswered(err)
	}
	if err := s.used(ctx, row, key); err != nil {
		if fault.Of(err) == fault.Credentials {
			s.missedKey(parsed.RawID, peer)
		}
		return Proof{}, err
	}
	s.byPeer.forget(peer)
	return s.prove(ctx, row.Edges.Person)
}

// missedKey notes a passkey's answer that did not hold with the person whose passkey it is, if it is anybody's.
func (s *Service) missedKey(id []byte, peer string) {
	whose := s.db.Ent().Passkey.Query().Where(passkey.KeyID(keyID(id))).QueryPerson()
	s.later("note a miss", func(ctx context.Context) error { return s.missed(ctx, whose, didMissByPasskey, peer) })
}

// used writes down that a passkey was used, what it counted, and whether the count tells of a copy.
func (s *Service) used(ctx context.Context, row *ent.Passkey, key *webauthn.Credential) error {
	warned := key.Authenticator.CloneWarning
	count := int64(key.Authenticator.SignCount)
	key.Authenticator.CloneWarning = false // each use is judged by itself; the row remembers
	record, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("write passkey %d: %w", row.ID, err)
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		// Of two uses with one count, made at once, only the first finds the count that it was judged by.
		n, err := client.Passkey.Update().Where(passkey.ID(row.ID), passkey.SignCount(row.SignCount)).SetRecord(record).SetSignCount(count).
			SetCloned(row.Cloned || warned).SetUsedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("note the use of passkey %d: %w", row.ID, err)
		}
		if n == 0 {
			return fault.New(fault.Credentials, "PASSKEY_REFUSED", "it was used or removed at the same time")
		}
		if warned {
			return s.note(ctx, client, row.PersonID, 0, didClonePasskey, row.Name)
		}
		return nil
	})
}
