package identity

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisationpaper"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/standing"
)

// Depot keeps the files.
type Depot interface {
	Take(ctx context.Context, from io.Reader, t depot.Terms) (depot.Stored, error)
	Read(ctx context.Context, key string) (io.ReadCloser, error)
	Remove(ctx context.Context, key string) error
}

// PaperMost is how large a document may be.
const PaperMost = 10 << 20

const papersMost = 60 // of one organisation, removed ones too

type file = depot.Stored

// Paper is a document of an organisation, without its place in the depot.
type Paper struct {
	ID, Organisation int
	Kind             standing.Paper
	Name, Type       string
	Size             int64
	SHA256           string
	Person           int
	At               time.Time
}

func paperOf(p *ent.OrganisationPaper) Paper {
	return Paper{p.ID, p.OrganisationID, standing.Paper(p.Kind), p.Name, p.Type, p.Size, p.Sha256, p.PersonID, p.At}
}

func (s *Service) takeFile(ctx context.Context, from io.Reader, field string) (file, error) {
	if s.depot == nil {
		return file{}, fault.New(fault.Unavailable, "", "no depot for documents")
	}
	return s.depot.Take(ctx, from, depot.Terms{
		Most: PaperMost, Types: depot.Scans, Field: field, Words: map[fault.Problem]fault.Problem{"FILE_TYPE": "SCAN_TYPE", "FILE_TOO_LARGE": "SCAN_TOO_LARGE"},
	})
}

// forgetFile takes a file back out of the depot whose document was not entered.
func (s *Service) forgetFile(ctx context.Context, f file) {
	if f.Key != "" {
		_ = s.depot.Remove(context.WithoutCancel(ctx), f.Key) // an orphan is of no harm: nothing names it
	}
}

// AddPaper hands in a document: for the viewer's organisation, or by an operator for any.
func (s *Service) AddPaper(ctx context.Context, by Viewer, org int, kind standing.Paper, name string, from io.Reader) (int, error) {
	if err := manages(by, org); err != nil {
		return 0, err
	}
	if !slices.Contains(standing.Papers, kind) {
		return 0, fault.OfFields([]fault.Field{{Name: "paper_kind", Problem: "UNKNOWN_VALUE"}})
	}
	stored, err := s.takeFile(ctx, from, "file")
	if err != nil {
		return 0, err
	}
	id := 0
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		o, err := holdOrganisation(ctx, client, org)
		if err != nil {
			return err
		}
		if s := standing.State(o.Standing); s == standing.Voided || s == standing.Blacklisted && !by.Operates() {
			return fault.New(fault.Conflict, fault.Problem(standing.WrongState), "")
		}
		if id, err = s.keepPaper(ctx, client, by, org, kind, name, stored); err != nil {
			return err
		}
		return s.record(ctx, client, by, "organisation_paper", org, fmt.Sprintf("#%d %s %s", id, kind, stored.SHA256))
	})
	if err != nil {
		s.forgetFile(ctx, stored)
		return 0, err
	}
	return id, nil
}

func (s *Service) keepPaper(ctx context.Context, client *ent.Client, by Viewer, org int, kind standing.Paper, name string, f file) (int, error) {
	n, err := client.OrganisationPaper.Query().Where(organisationpaper.OrganisationID(org)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count the papers of organisation %d: %w", org, err)
	}
	if n >= papersMost {
		return 0, fault.New(fault.Conflict, "TOO_MANY_PAPERS", "")
	}
	p, err := client.OrganisationPaper.Create().SetOrganisationID(org).SetKind(kindOf(kind)).SetKey(f.Key).SetName(fileName(name, f.Type)).
		SetType(f.Type).SetSize(f.Size).SetSha256(f.SHA256).SetPersonID(by.PersonID()).SetByOrganisation(by.OrganisationID()).SetAt(s.now()).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("keep a paper of organisation %d: %w", org, err)
	}
	return p.ID, nil
}

// fileName is what people read of a file's name: its last part, without what could turn or break a line.
// It ends as files of its kind do: what is called .pdf.exe is not handed out as a program.
func fileName(name, kind string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if hidden(r) || strings.ContainsRune(`/"<>:|?*`, r) {
			return -1
		}
		return r
	}, name))
	if name = depot.Name(name); name == "" {
		name = "file"
	}
	return name + depot.Ending(kind)
}

func papersIn(ctx context.Context, client *ent.Client, org int) ([]Paper, error) {
	rows, err := client.OrganisationPaper.Query().Where(organisationpaper.OrganisationID(org), organisationpaper.RemovedAtIsNil()).
		Order(ent.Asc(organisationpaper.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the papers of organisation %d: %w", org, err)
	}
	all := make([]Paper, len(rows))
	for i, r := range rows {
		all[i] = paperOf(r)
	}
	return all, nil
}

// OpenPaper reads a document, and writes down who did. Removed ones stay readable for the operator.
func (s *Service) OpenPaper(ctx context.Context, by Viewer, org, id int) (Paper, io.ReadCloser, error) {
	if err := manages(by, org); err != nil {
		return Paper{}, nil, err
	}
	q := s.db.Ent().OrganisationPaper.Query().Where(organisationpaper.ID(id), organisationpaper.OrganisationID(org))
	if !by.Operates() {
		q = q.Where(organisationpaper.RemovedAtIsNil())
	}
	row, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return Paper{}, nil, fault.New(fault.NotFound, "", "no such paper")
	}
	if err != nil {
		return Paper{}, nil, fmt.Errorf("read paper %d: %w", id, err)
	}
	if s.depot == nil {
		return Paper{}, nil, fault.New(fault.Unavailable, "", "no depot for documents")
	}
	if err := s.record(ctx, s.db.Ent(), by, "organisation_paper_open", org, fmt.Sprintf("#%d", id)); err != nil {
		return Paper{}, nil, err
	}
	body, err := s.depot.Read(ctx, row.Key)
	return paperOf(row), body, err
}

// RemovePaper takes a document out of an organisation's file, before it is submitted. What was decided on stays in the depot.
func (s *Service) RemovePaper(ctx context.Context, by Viewer, id int) error {
	if err := administers(by); err != nil {
		return err
	}
	org := by.OrganisationID()
	return s.db.InTx(ctx, func(client *ent.Client) error {
		o, err := holdOrganisation(ctx, client, org)
		if err != nil {
			return err
		}
		if !standing.MaySubmit(standing.State(o.Standing)) {
			return fault.New(fault.Conflict, fault.Problem(standing.WrongState), "")
		}
		n, err := client.OrganisationPaper.Update().Where(organisationpaper.ID(id), organisationpaper.OrganisationID(org),
			organisationpaper.RemovedAtIsNil()).SetRemovedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("remove paper %d: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "", "no such paper")
		}
		return s.record(ctx, client, by, "organisation_paper_remove", org, fmt.Sprintf("#%d", id))
	})
}
