package project

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/market"
)

// LastAddress is the highest id of a project, public or not.
func (s *Service) LastAddress(ctx context.Context) (int, error) {
	id, err := s.db.Ent().Project.Query().Order(ent.Desc(project.FieldID)).FirstID(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return 0, fmt.Errorf("look for the last project: %w", err)
	}
	return id, nil
}

// Addresses gives the public projects with ids above one and up to another.
func (s *Service) Addresses(ctx context.Context, above, upTo int) (out []market.Address, err error) {
	all, err := s.db.Ent().Project.Query().Where(project.Published(true), project.IDGT(above), project.IDLTE(upTo)).
		Order(ent.Asc(project.FieldID)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the addresses of projects: %w", err)
	}
	for _, id := range all {
		out = append(out, market.Address{ID: id})
	}
	return out, nil
}
