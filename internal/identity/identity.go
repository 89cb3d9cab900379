package identity

import (
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/go-webauthn/webauthn/webauthn"
	"golang.org/x/text/unicode/norm"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/credential"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/personsession"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where the catalogue stands.
type Database interface {
	Ent() *ent.Client
	InTx(ctx context.Context, f func(*ent.Client) error) error
	Tx(ctx context.Context, f func(*store.Tx) error) error
}

// Herald tells people, and writes to those who are not known yet, within the transaction of what it tells of.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
	Write(ctx context.Context, tx *store.Tx, m inbox.Mail) error
}

// Options are what the service needs. Herald may be nil where nobody is written to, Agenda, Depot and Secret where no
// organisation enters itself, Origin empty where nobody signs in by passkey.
type Options struct {
	Database Database
	Herald   Herald
	Agenda   Agenda
	Depot    Depot
	Secret   []byte // 32 bytes: seals what is private of organisations
	Now      func() time.Time
	Cost     argon2id.Params // Cost except in tests
	Origin   string          // address of the market, as browsers know it: https://market.example
	Log      *slog.Logger    // optional
}

const (
	// PasswordMin is the least number of characters of a password.
	PasswordMin = 10
	passwordMax = 200
)

// Cost is what one argon2id hash takes: 46 MiB, one pass (OWASP's first recommendation). The number of lanes is fixed,
// so that a hash costs the same on every machine.
var Cost = argon2id.Params{Memory: 46 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Service proves who people are.
type Service struct {
	db      Database
	herald  Herald
	agenda  Agenda
	depot   Depot
	safe    *files  // nil: without a secret
	barring Barring // nil: nobody is under way anywhere
	now     func() time.Time
	cost    *argon2id.Params
	decoy   string        // a hash that no password has, compared for addresses that nobody has
	hashing chan struct{} // bounds the memory and the processors that sign-ins may take
	byPair  *throttle     // an address asked for by one peer
	byEmail *throttle     // lenient: guessing from afar must not lock anybody out of a sale
	byPeer  *throttle
	asked   *throttle // letters of recovery, by address
	asking  *throttle // letters of recovery and of sign-up, by peer
	keys    *webauthn.WebAuthn
	chores  chan chore
	log     *slog.Logger
}

// New returns a service.
func New(o Options) (*Service, error) {
	decoy, err := argon2id.CreateHash("nobody has this password", &o.Cost)
	if err != nil {
		return nil, fmt.Errorf("make the decoy hash: %w", err)
	}
	keys, err := ceremonies(o.Origin)
	if err != nil {
		return nil, err
	}
	safe, err := newFiles(o.Secret)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Service{
		db: o.Database, herald: o.Herald, agenda: o.Agenda, depot: o.Depot, safe: safe, now: o.Now, cost: &o.Cost, decoy: decoy,
		hashing: make(chan struct{}, 2),
		byPair:  newThrottle(5, 2*time.Second, 15*time.Minute),
		byEmail: newThrottle(50, time.Second, 20*time.Second),
		byPeer:  newThrottle(30, time.Second, 5*time.Minute),
		asked:   newThrottle(3, time.Minute, 30*time.Minute),
		asking:  newThrottle(10, 2*time.Second, 15*time.Minute),
		keys:    keys, chores: make(chan chore, choresMost), log: o.Log,
	}
	if o.Agenda != nil {
		o.Agenda.Handle(standingErrand, s.due)
		s.handleMandates()
	}
	return s, nil
}

// NormalEmail is the form in which addresses are stored and compared.
func NormalEmail(address string) (string, error) {
	address = strings.ToLower(strings.TrimSpace(norm.NFC.String(address)))
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 {
		return "", fault.OfFields([]fault.Field{{Name: "email", Problem: "NOT_AN_ADDRESS"}})
	}
	return address, nil
}

// CheckPassword names the rule that a new password breaks. Length is what counts; no character classes.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return fault.OfFields([]fault.Field{{Name: "password", Problem: "NOT_TEXT"}})
	case n < PasswordMin:
		return fault.OfFields([]fault.Field{{Name: "password", Problem: "TOO_SHORT"}})
	case n > passwordMax:
		return fault.OfFields([]fault.Field{{Name: "password", Problem: "TOO_LONG"}})
	}
	return nil
}

// TooSoon is a sign-in that has to wait.
type TooSoon struct{ Wait time.Duration }

func (e *TooSoon) Error() string { return fmt.Sprintf("sign-in has to wait %s", e.Wait) }

// Unwrap gives the code.
func (e *TooSoon) Unwrap() error { return &fault.Error{Code: fault.TooMany, Problem: "SIGN_IN_WAITS"} }

// SignIn proves a person by address and password. peer is the network address that asks. It fails with
// fault.Credentials, after the same work whether or not somebody has the address, and with *TooSoon after too many
// misses.
func (s *Service) SignIn(ctx context.Context, email, password, peer string) (Proof, error) {
	p, err := s.check(ctx, email, password, peer)
	if err != nil {
		return Proof{}, err
	}
	return s.prove(ctx, p)
}

// Confirm proves once more that a person who is signed in knows his password. It fails as SignIn does.
func (s *Service) Confirm(ctx context.Context, by Viewer, password, peer string) error {
	if by.Person == nil {
		return fault.New(fault.SignIn, "", "")
	}
	_, err := s.check(ctx, by.Person.Email, password, peer)
	return err
}

func (s *Service) check(ctx context.Context, email, password, peer string) (*ent.Person, error) {
	address, err := NormalEmail(email)
	if err != nil {
		address = "" // compared with the decoy like any other
	}
	for _, t := range s.throttles(address, peer) {
		if wait := t.begin(s.now()); wait > 0 {
			return nil, &TooSoon{wait}
		}
	}
	c, err := s.db.Ent().Credential.Query().Where(credential.HasPersonWith(person.Email(address))).WithPerson().Only(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	hash := s.decoy
	if c != nil {
		hash = c.PasswordHash
	}
	same, err := s.compare(ctx, password, hash)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	if !same || c == nil {
		s.later("note a miss", func(ctx context.Context) error {
			return s.missed(ctx, s.db.Ent().Person.Query().Where(person.Email(address)), didMiss, peer)
		})
		return nil, &fault.Error{Code: fault.Credentials}
	}
	for _, t := range s.throttles(address, peer) {
		t.forget()
	}
	return c.Edges.Person, nil
}

func (s *Service) throttles(address, peer string) [3]counted {
	return [3]counted{{s.byPeer, peer}, {s.byPair, address + " " + peer}, {s.byEmail, address}}
}

func (s *Service) compare(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > 4*passwordMax {
		password = "" // nobody has it, and hashing it would be work that the asker chooses
	}
	if err := s.mayHash(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	return argon2id.ComparePasswordAndHash(norm.NFC.String(password), hash)
}

func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	if err := s.mayHash(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	return argon2id.CreateHash(norm.NFC.String(password), s.cost)
}

func (s *Service) mayHash(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// SetPassword gives a person a password and ends all his sessions.
func (s *Service) SetPassword(ctx context.Context, personID int, password string) error {
	return s.db.InTx(ctx, func(client *ent.Client) error {
		if err := s.setPassword(ctx, client, personID, password); err != nil {
			return err
		}
		_, err := endSessions(ctx, client, personsession.PersonID(personID))
		return err
	})
}

func (s *Service) setPassword(ctx context.Context, client *ent.Client, personID int, password string) error {
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.keepHash(ctx, client, personID, hash)
}

func (s *Service) keepHash(ctx context.Context, client *ent.Client, personID int, hash string) error {
	had, err := client.Credential.Update().Where(credential.HasPersonWith(person.ID(personID))).
		SetPasswordHash(hash).SetChangedAt(s.now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("set password of person %d: %w", personID, err)
	}
	if had == 0 {
		err = client.Credential.Create().SetPersonID(personID).SetPasswordHash(hash).SetChangedAt(s.now()).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("set password of person %d: %w", personID, err)
	}
	return nil
}

// Proof is what a session keeps of a sign-in. Since changes with the password, so that older sessions end.
type Proof struct {
	Person       int
	Organisation int    // for which he acts; 0 for nobody
	Since        int64  // microseconds; 0 for a person without a password
	Session      int    // as Begin numbered it; 0 before
	Token        string // by which the browser knows the session: an older one of it holds nobody
}

// For is the proof with which a person acts for another of his organisations.
func (v Viewer) For(proof Proof, organisation int) (Proof, error) {
	if v.Person == nil {
		return Proof{}, fault.New(fault.SignIn, "", "")
	}
	for _, m := range v.Person.Edges.Memberships {
		if m.Edges.Organisation.ID == organisation {
			proof.Organisation = organisation
			return proof, nil
		}
	}
	return Proof{}, fault.New(fault.Forbidden, "", "no member of the organisation")
}

func (s *Service) prove(ctx context.Context, p *ent.Person) (Proof, error) {
	proof := Proof{Person: p.ID}
	m, err := p.QueryMemberships().Order(ent.Asc(membership.FieldID)).WithOrganisation().First(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return Proof{}, fmt.Errorf("sign in person %d: %w", p.ID, err)
	}
	if m != nil {
		proof.Organisation = m.Edges.Organisation.ID
	}
	if proof.Since, err = s.since(ctx, p.ID); err != nil {
		return Proof{}, err
	}
	return proof, nil
}

func (s *Service) since(ctx context.Context, personID int) (int64, error) {
	c, err := s.db.Ent().Credential.Query().Where(credential.HasPersonWith(person.ID(personID))).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("read credential of person %d: %w", personID, err)
	}
	return c.ChangedAt.UnixMicro(), nil
}

// Viewer returns who is behind a session; a visitor if the session is no longer good for anybody.
func (s *Service) Viewer(ctx context.Context, proof Proof) (Viewer, error) {
	if proof.Person == 0 {
		return Viewer{}, nil
	}
	p, err := s.db.Ent().Person.Query().Where(person.ID(proof.Person)).WithCredential().
		WithMemberships(func(q *ent.MembershipQuery) { q.WithOrganisation().Order(ent.Asc(membership.FieldID)) }).Only(ctx)
	if ent.IsNotFound(err) {
		return Viewer{}, nil
	}
	if err != nil {
		return Viewer{}, fmt.Errorf("read person %d: %w", proof.Person, err)
	}
	since := int64(0)
	if p.Edges.Credential != nil {
		since = p.Edges.Credential.ChangedAt.UnixMicro()
	}
	if since != proof.Since {
		return Viewer{}, nil
	}
	v := Viewer{Person: p, Password: p.Edges.Credential != nil}
	if proof.Session != 0 {
		v.session, err = s.db.Ent().PersonSession.Query().Where(personsession.ID(proof.Session), personsession.PersonID(p.ID),
			personsession.Digest(digest(proof.Token))).Only(ctx)
		if ent.IsNotFound(err) {
			return Viewer{}, nil // it was ended, or goes on under a new name
		}
		if err != nil {
			return Viewer{}, fmt.Errorf("read session %d: %w", proof.Session, err)
		}
	}
	for _, m := range p.Edges.Memberships {
		if m.Edges.Organisation.ID == proof.Organisation {
			v.Organisation, v.Membership = m.Edges.Organisation, m.Role
		}
	}
	p.Edges.Credential = nil // nothing beyond this package gets to see the hash
	return v, nil
}
