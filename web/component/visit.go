package component

import (
	"context"
	"time"

	"github.com/g60-corridor/corridor/ent"
)

// Visit is what every page knows of the one who reads it. The site puts it into the request's context.
type Visit struct {
	Person       *ent.Person       // nil: not signed in
	Organisation *ent.Organisation // for whom the person acts; may be nil
	Operator     bool              // may use the operator's pages
	Unread       int               // notices, counted up to a hundred
	Answers      bool              // acts for a university or an institute, which may answer needs
	Asks         bool              // acts for a company, which may look for technology
	Administers  bool              // an administrator of his organisation
	MayBid       bool              // acts for an organisation that may bid
	MayList      bool              // has a use for the pages of his organisation's listings
	Theme        string            // "light", "dark" or "" for the system's
	Path         string            // path and query of this page, to come back to
	Demo         bool              // the market runs with made-up goods and bidders
	Now          time.Time         // the server's clock when the page was made
	Flash        string            // text key of a message after a redirect; "" none
}

// SignedIn says whether somebody is signed in.
func (v Visit) SignedIn() bool { return v.Person != nil }

type visitKey struct{}

// WithVisit puts the visit into the context of a request.
func WithVisit(ctx context.Context, v Visit) context.Context {
	return context.WithValue(ctx, visitKey{}, &v)
}

// Visiting is the visit of a request; an empty one if none was put there.
func Visiting(ctx context.Context) *Visit {
	if v, ok := ctx.Value(visitKey{}).(*Visit); ok {
		return v
	}
	return &Visit{}
}
