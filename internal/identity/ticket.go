package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/ticket"
	"github.com/g60-corridor/corridor/internal/fault"
)

// purpose is what a ticket lets its bearer do.
type purpose string

// issue makes a ticket and returns its secret, for the link in a letter. Those of before for the same purpose, address and
// matter are worth nothing from now on.
func (s *Service) issue(ctx context.Context, client *ent.Client, p purpose, email string, about int, life time.Duration) (secret string, err error) {
	now := s.now()
	err = client.Ticket.Update().Where(ticket.Purpose(string(p)), ticket.Email(email), ticket.About(about), ticket.UsedAtIsNil()).
		SetUsedAt(now).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("void tickets: %w", err)
	}
	secret = rand.Text()
	err = client.Ticket.Create().SetPurpose(string(p)).SetDigest(digest(secret)).SetEmail(email).SetAbout(about).
		SetCreatedAt(now).SetExpiresAt(now.Add(life)).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("issue a ticket: %w", err)
	}
	return secret, nil
}

// look returns the ticket that a secret opens, without using it up: the page that a letter leads to may be opened by a
// machine that looks at mail. It fails with fault.NotFound and TICKET_VOID if it is unknown, used or too old.
func (s *Service) look(ctx context.Context, client *ent.Client, p purpose, secret string) (*ent.Ticket, error) {
	t, err := client.Ticket.Query().Where(ticket.Digest(digest(secret)), ticket.Purpose(string(p)), ticket.UsedAtIsNil(),
		ticket.ExpiresAtGT(s.now())).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "TICKET_VOID", "the link was used, replaced or is too old")
	}
	if err != nil {
		return nil, fmt.Errorf("look at a ticket: %w", err)
	}
	return t, nil
}

// redeem uses a ticket up, within the transaction of what it allows: of two bearers at once, one does.
func (s *Service) redeem(ctx context.Context, client *ent.Client, p purpose, secret string) (*ent.Ticket, error) {
	t, err := s.look(ctx, client, p, secret)
	if err != nil {
		return nil, err
	}
	n, err := client.Ticket.Update().Where(ticket.ID(t.ID), ticket.UsedAtIsNil()).SetUsedAt(s.now()).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("use a ticket: %w", err)
	}
	if n == 0 {
		return nil, fault.New(fault.NotFound, "TICKET_VOID", "the link was used at the same time")
	}
	return t, nil
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
