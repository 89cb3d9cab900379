package inbox

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
)

// Postman brings letters to a mail server. What the server refuses for good is ErrRefused; anything else is tried again.
type Postman interface {
	Send(ctx context.Context, m Message) error
}

// Message is a letter as it goes out.
type Message struct {
	ID         string // for the Message-ID header: the same letter has the same one
	To         string // address
	Subject    string
	Text, HTML string
	Language   string // tag
}

// ErrRefused says that a letter will never be taken.
var ErrRefused = errors.New("the mail server refuses the letter for good")

// Shelf is the postman of the demo: letters go nowhere, the mailbox page shows them.
type Shelf struct{}

// Send implements Postman.
func (Shelf) Send(context.Context, Message) error { return nil }

// Options say what an inbox works with.
type Options struct {
	DB      *store.DB
	Agenda  *agenda.Agenda
	Postman Postman // nil: letters wait until there is one
	Origin  string  // address of the market, for links in letters: https://market.example
	Now     func() time.Time
	Log     *slog.Logger // optional
	Demo    bool         // whom the house itself plays is told nothing, and what is old is thrown away
}

// Service is the inbox. It is safe for concurrent use.
type Service struct {
	db      *store.DB
	agenda  *agenda.Agenda
	postman Postman
	origin  string
	host    string
	now     func() time.Time
	log     *slog.Logger
	demo    bool
}

// Errands of the inbox.
const (
	sendErrand   = "inbox.send"
	digestErrand = "inbox.digest"
	sweepErrand  = "inbox.sweep"
)

// New returns an inbox and enters what it does into the agenda.
func New(o Options) (*Service, error) {
	at, err := url.Parse(o.Origin)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || at.Path != "" {
		return nil, errors.New("the market's own address is like https://market.example, without a path")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Service{db: o.DB, agenda: o.Agenda, postman: o.Postman, origin: o.Origin, host: at.Hostname(), now: o.Now, log: o.Log, demo: o.Demo}
	if s.postman != nil {
		s.agenda.Handle(sendErrand, s.send)
	}
	s.agenda.Handle(digestErrand, s.digest)
	if s.demo {
		s.agenda.Handle(sweepErrand, s.sweep)
	}
	return s, nil
}

// Origin is the address of the market.
func (s *Service) Origin() string { return s.origin }

// shanghai is where the market's days begin; without daylight saving since 1991.
var shanghai = time.FixedZone("UTC+8", 8*3600)
