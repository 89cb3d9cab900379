package market

import (
	"context"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/intake"
)

// Outcome is what became of a row of a table.
type Outcome string

const (
	Created   Outcome = "CREATED"   // a draft of its own
	Updated   Outcome = "UPDATED"   // its draft stood as it was imported, and says now what the row says
	Unchanged Outcome = "UNCHANGED" // the row says what it said before
	Skipped   Outcome = "SKIPPED"   // left as it is, for a reason
	Refused   Outcome = "REFUSED"   // the row cannot be taken, for a reason
)

// Outcomes lists all outcomes.
var Outcomes = []Outcome{Created, Updated, Unchanged, Skipped, Refused}

// Reasons why a row was skipped or refused.
const (
	NotChosen       fault.Problem = "IMPORT_NOT_CHOSEN"
	EditedSince     fault.Problem = "IMPORT_EDITED"     // somebody has worked on the draft: the table must not undo that
	NoDraft         fault.Problem = "IMPORT_NO_DRAFT"   // it is published already
	HasProblems     fault.Problem = "IMPORT_PROBLEMS"   // see the row's problems
	PatentOfAnother fault.Problem = "PATENT_OF_ANOTHER" // another organisation has recorded the patent as its own
)

// What a draft still needs that the row did not say.
const (
	NeedsTranslation fault.Problem = "NEEDS_TRANSLATION" // the title stands in one language for both
	NeedsField       fault.Problem = "NEEDS_FIELD"
	NeedsTRL         fault.Problem = "NEEDS_TRL"
	NeedsFilingDate  fault.Problem = "NEEDS_FILING_DATE" // without it a patent cannot be recorded; its number is kept
	NeedsNumber      fault.Problem = "NEEDS_NUMBER"      // a number of no known form is kept as it was written
)

// ImportedRow is what became of one row.
type ImportedRow struct {
	Line     int              `json:"line"`
	Outcome  Outcome          `json:"outcome"`
	Reason   fault.Problem    `json:"reason,omitempty"`
	Detail   string           `json:"detail,omitempty"` // for instance the number of the patent
	Key      string           `json:"key"`
	Title    string           `json:"title"`
	Listing  int              `json:"listing,omitempty"`
	Number   string           `json:"number,omitempty"`
	Needs    []fault.Problem  `json:"needs,omitempty"`
	Problems []intake.Problem `json:"problems,omitempty"`
}

// ImportReport is what became of a table.
type ImportReport struct {
	Dry    bool            `json:"dry_run"`
	Failed fault.Problem   `json:"failed,omitempty"` // why nothing was taken at all
	Rows   int             `json:"rows"`
	Counts map[Outcome]int `json:"counts"`
	Lines  []ImportedRow   `json:"lines"`
}

// Import is a table that is to become drafts.
type Import struct {
	Records  []*intake.Record
	Chosen   func(line int) bool   // nil: all
	Dry      bool                  // say what would happen, and do nothing
	Progress func(done, total int) // may be nil; called from within the transaction
}

// Import takes the chosen rows of a table into the viewer's organisation, in one transaction: each becomes a draft, or
// the draft that it became before is brought up to it. The same table again changes nothing.
func (s *Service) Import(ctx context.Context, by identity.Viewer, in Import) (ImportReport, error) {
	if err := s.mayImport(by); err != nil {
		return ImportReport{}, err
	}
	return s.importFor(ctx, by, in)
}

// ImportAtHome is Import for whoever holds the machine, on behalf of an organisation.
func (s *Service) ImportAtHome(ctx context.Context, seller *ent.Organisation, in Import) (ImportReport, error) {
	if !identity.Sells(seller.Kind) {
		return ImportReport{}, fault.New(fault.Forbidden, "SELLERS_ONLY", "")
	}
	return s.importFor(ctx, identity.Viewer{Organisation: seller}, in)
}

func (s *Service) importFor(ctx context.Context, by identity.Viewer, in Import) (ImportReport, error) {
	for try := 0; ; try++ {
		w := &intaking{s: s, by: by, in: in, ids: map[string]int{}}
		err := s.db.InTx(ctx, func(client *ent.Client) error {
			w.client = client
			return w.run(ctx)
		})
		switch {
		case err == nil:
			return w.report, nil
		case ent.IsConstraintError(err) && try == 0: // somebody imports the same at this very moment: now it is there
		case ent.IsConstraintError(err):
			return ImportReport{}, fault.New(fault.Conflict, "IMPORT_AGAIN", err.Error())
		default:
			return ImportReport{}, err
		}
	}
}

// intaking is one import under way.
type intaking struct {
	s      *Service
	by     identity.Viewer
	in     Import
	client *ent.Client
	ids    map[string]int // of the patents known here, by application number
	report ImportReport
}

// importChunk is how many rows are looked up and written at once: SQLite takes 32,766 values in a statement.
const importChunk = 500

func (w *intaking) run(ctx context.Context) error {
	w.report = ImportReport{Dry: w.in.Dry, Rows: len(w.in.Records), Counts: map[Outcome]int{}, Lines: make([]ImportedRow, 0, len(w.in.Records))}
	for _, o := range Outcomes {
		w.report.Counts[o] = 0
	}
	done := 0
	for part := range slices.Chunk(w.in.Records, importChunk) {
		plans, err := w.plan(ctx, part)
		if err != nil {
			return err
		}
		if !w.in.Dry {
			if err := w.write(ctx, plans); err != nil {
				return err
			}
		}
		for _, p := range plans {
			w.report.Lines = append(w.report.Lines, p.row)
			w.report.Counts[p.row.Outcome]++
		}
		if done += len(part); w.in.Progress != nil {
			w.in.Progress(done, len(w.in.Records))
		}
	}
	if w.in.Dry {
		return nil
	}
	c := w.report.Counts
	return w.s.record(ctx, w.client, w.by, "listings_import", fmt.Sprintf("organisation:%d", w.by.OrganisationID()),
		fmt.Sprintf("%d rows: %d created, %d updated, %d unchanged, %d skipped, %d refused", w.report.Rows,
			c[Created], c[Updated], c[Unchanged], c[Skipped], c[Refused]))
}

// write makes the patents and drafts of some rows.
func (w *intaking) write(ctx context.Context, plans []*plan) error {
	if err := w.writePatents(ctx, plans); err != nil {
		return err
	}
	var fresh []*plan
	var creates []*ent.ListingCreate
	for _, p := range plans {
		switch p.row.Outcome {
		case Created:
			fresh = append(fresh, p)
			creates = append(creates, w.create(p))
		case Updated:
			if err := w.update(p).Exec(ctx); err != nil {
				return fmt.Errorf("update the draft of line %d: %w", p.row.Line, err)
			}
		}
	}
	made, err := w.client.Listing.CreateBulk(creates...).Save(ctx)
	if err != nil {
		return fmt.Errorf("make drafts: %w", err)
	}
	for i, l := range made {
		fresh[i].row.Listing, fresh[i].row.Number = l.ID, l.Number
	}
	return nil
}

func (w *intaking) create(p *plan) *ent.ListingCreate {
	d := &p.draft
	return w.client.Listing.Create().SetNumber(w.s.draftNumber()).SetTitleZh(d.TitleZH).SetTitleEn(d.TitleEN).
		SetSummaryZh(d.SummaryZH).SetSummaryEn(d.SummaryEN).SetField(listing.Field(d.Field)).SetTrl(d.TRL).SetRights(d.Rights).
		SetInventors(d.Inventors).SetCity(d.City).SetPriceIdeaFen(d.PriceFen).SetCreatedAt(w.s.now()).
		SetSellerID(w.by.OrganisationID()).SetDemo(w.by.Organisation.Demo).
		SetImportKey(p.row.Key).SetImportHash(d.hash()).SetImportRecord(d.Rest).AddPatentIDs(w.idsOf(p)...)
}

func (w *intaking) update(p *plan) *ent.ListingUpdateOne {
	d := &p.draft
	return w.client.Listing.UpdateOneID(p.row.Listing).SetTitleZh(d.TitleZH).SetTitleEn(d.TitleEN).SetSummaryZh(d.SummaryZH).
		SetSummaryEn(d.SummaryEN).SetField(listing.Field(d.Field)).SetTrl(d.TRL).SetRights(d.Rights).SetInventors(d.Inventors).
		SetCity(d.City).SetPriceIdeaFen(d.PriceFen).SetImportHash(d.hash()).SetImportRecord(d.Rest).
		ClearPatents().AddPatentIDs(w.idsOf(p)...)
}

func (w *intaking) idsOf(p *plan) []int {
	var all []int
	for _, n := range p.patents {
		if id := w.ids[n]; id != 0 && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
