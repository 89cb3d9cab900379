package authority

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where the catalogue stands.
type Database interface {
	Ent() *ent.Client
	Tx(ctx context.Context, f func(*store.Tx) error) error
}

// Saleroom takes bids. Of an error it is not known whether the bid counts, unless it is a fault.Error that says so.
type Saleroom interface {
	Submit(ctx context.Context, lot auction.LotID, c auction.Command) (e auction.Entry, repeated bool, err error)
}

// Herald tells people of something, within the transaction in which it happens.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// Options say what a service works with. Herald and Ring are optional.
type Options struct {
	Database Database
	Saleroom Saleroom
	Herald   Herald // nil: nobody is told anything
	Ring     func() // tells all nodes, this one too, that something waits or was decided: see Heard
	Now      func() time.Time
}

// Service keeps authority and what waits for a second person. It is safe for concurrent use.
type Service struct {
	db       Database
	saleroom Saleroom
	herald   Herald
	ring     func()
	now      func() time.Time
	wake     chan struct{}

	mu       sync.RWMutex
	policies map[int]*policy // guarded by mu; by company
	epoch    int             // guarded by mu; how often this node has changed one
}

// New returns a service; Follow keeps it going.
func New(o Options) *Service {
	s := &Service{
		db: o.Database, saleroom: o.Saleroom, herald: o.Herald, ring: o.Ring, now: o.Now,
		wake: make(chan struct{}, 1), policies: map[int]*policy{},
	}
	if s.herald == nil {
		s.herald = silence{}
	}
	if s.ring == nil {
		s.ring = s.Heard
	}
	return s
}

// silence is the herald of a service that tells nobody.
type silence struct{}

func (silence) Tell(context.Context, *store.Tx, inbox.News) error { return nil }

// holding are the roles of people whom a company may give authority.
var holding = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleAGENT}

// member lets in who belongs to a company, and says which.
func member(by identity.Viewer) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if by.Role() != identity.Company {
		return fault.New(fault.Forbidden, "", "")
	}
	return nil
}

// Administers says whether the viewer may set the authority of his company's people.
func Administers(v identity.Viewer) bool {
	return v.Role() == identity.Company && v.Membership == membership.RoleADMINISTRATOR
}

// record writes down what somebody did, within his transaction. The subject is the company: the records of a lot are read
// by its operator.
func (s *Service) record(ctx context.Context, client *ent.Client, by identity.Viewer, action, detail string) error {
	return identity.Record(ctx, client, s.now(), by, action, subject(by.OrganisationID()), detail)
}

func subject(org int) string { return fmt.Sprintf("authority:%d", org) }
