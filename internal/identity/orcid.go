package identity

import (
	"context"
	"fmt"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
)

// SetORCID keeps the viewer's own ORCID iD, in any printed form; an empty one is taken away. §7.1
func (s *Service) SetORCID(ctx context.Context, by Viewer, text string) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if by.Person.Demo { // many visitors share him
		return fault.OfFields([]fault.Field{{Name: "orcid", Problem: "PERSON_SHARED"}})
	}
	normal := ""
	if strings.TrimSpace(text) != "" {
		id, err := ident.ParseORCID(text)
		if err != nil {
			return fault.OfFields([]fault.Field{{Name: "orcid", Problem: "NOT_AN_ORCID"}})
		}
		normal = string(id)
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		if err := client.Person.UpdateOneID(by.PersonID()).SetOrcid(normal).Exec(ctx); err != nil {
			return fmt.Errorf("keep the ORCID of person %d: %w", by.PersonID(), err)
		}
		return s.noteOn(ctx, client, by, "orcid_set", "", normal)
	})
}
