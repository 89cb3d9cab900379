package market

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
)

// plan is what is to become of one row.
type plan struct {
	rec     *intake.Record
	row     ImportedRow
	draft   drafted
	patents []string // application numbers of the patents that the draft is to have
}

// drafted is all that a draft takes from a row.
type drafted struct {
	TitleZH, TitleEN, SummaryZH, SummaryEN string
	Field                                  string
	TRL                                    int
	Rights, Inventors                      []string
	City                                   string
	PriceFen                               int64
	Rest                                   string // JSON: what the row says and no column holds
}

// hash tells whether two drafts say the same.
func (d *drafted) hash() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("market: a draft cannot be written down: %v", err)) // texts and numbers always can
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// draftedOf reads a draft back as it stands now.
func draftedOf(l *ent.Listing) *drafted {
	return &drafted{
		TitleZH: l.TitleZh, TitleEN: l.TitleEn, SummaryZH: l.SummaryZh, SummaryEN: l.SummaryEn, Field: string(l.Field), TRL: l.Trl,
		Rights: some(l.Rights), Inventors: some(l.Inventors), City: l.City, PriceFen: l.PriceIdeaFen, Rest: l.ImportRecord,
	}
}

func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// draftOf says what a record makes of a draft, and what that still needs.
func (w *intaking) draftOf(r *intake.Record) (d drafted, needs []fault.Problem, err error) {
	d = drafted{
		TitleZH: r.TitleZH, TitleEN: r.TitleEN, SummaryZH: r.SummaryZH, SummaryEN: r.SummaryEN, Field: r.PlanField, TRL: r.TRL,
		Rights: some(r.Rights), Inventors: some(r.Inventors), City: string(r.City), PriceFen: int64(r.PriceFen),
	}
	if d.TitleZH == "" || d.TitleEN == "" {
		d.TitleZH, d.TitleEN = r.TitleZH+r.TitleEN, r.TitleZH+r.TitleEN // one of the two is empty
		needs = append(needs, NeedsTranslation)
	}
	if d.Field == "" {
		d.Field = string(listing.FieldUNSET)
		needs = append(needs, NeedsField)
	}
	if d.TRL == 0 {
		needs = append(needs, NeedsTRL)
	}
	if d.City == "" {
		d.City = w.by.Organisation.City
	}
	rest := intake.Record{
		Reference: r.Reference, Numbers: r.Numbers, PatentNo: r.PatentNo, Kind: r.Kind, FiledOn: r.FiledOn, GrantedOn: r.GrantedOn,
		ExpiresOn: r.ExpiresOn, Legal: r.Legal, IPC: r.IPC, Owners: r.Owners,
	}
	text, err := json.Marshal(rest)
	if err != nil {
		return d, nil, fmt.Errorf("keep line %d: %w", r.Line, err)
	}
	d.Rest = string(text)
	return d, needs, nil
}

// plan decides about some rows; nothing is written.
func (w *intaking) plan(ctx context.Context, part []*intake.Record) ([]*plan, error) {
	plans := make([]*plan, len(part))
	var keys, numbers []string
	for i, r := range part {
		p := &plan{rec: r, row: ImportedRow{Line: r.Line, Key: importKey(r.Key), Title: r.TitleZH, Problems: r.Problems}}
		if p.row.Title == "" {
			p.row.Title = r.TitleEN
		}
		plans[i] = p
		switch {
		case w.in.Chosen != nil && !w.in.Chosen(r.Line):
			p.row.Outcome, p.row.Reason = Skipped, NotChosen
			continue
		case r.Stopped():
			p.row.Outcome, p.row.Reason = Refused, HasProblems
			continue
		}
		var err error
		if p.draft, p.row.Needs, err = w.draftOf(r); err != nil {
			return nil, err
		}
		p.number()
		keys = append(keys, p.row.Key)
		numbers = append(numbers, p.patents...)
	}
	known, err := w.known(ctx, keys)
	if err != nil {
		return nil, err
	}
	owned, err := w.patents(ctx, numbers)
	if err != nil {
		return nil, err
	}
	for _, p := range plans {
		if p.row.Outcome == "" {
			w.decide(p, known[p.row.Key], owned)
		}
	}
	return plans, nil
}

// number says which patents a row names, and what is not enough to record one.
func (p *plan) number() {
	for _, n := range p.rec.Numbers {
		switch {
		case !n.Chinese && n.Office == "" || len(n.Text) > patentNumberMost:
			p.need(NeedsNumber)
		default:
			p.patents = append(p.patents, n.Text)
		}
	}
	if len(p.patents) > 0 && p.rec.FiledOn.IsZero() {
		p.need(NeedsFilingDate)
	}
}

func (p *plan) need(what fault.Problem) {
	if !slices.Contains(p.row.Needs, what) {
		p.row.Needs = append(p.row.Needs, what)
	}
}

const patentNumberMost = 20 // of the schema

func (w *intaking) decide(p *plan, l *ent.Listing, owned map[string]*ent.Patent) {
	for _, n := range p.patents {
		if has := owned[n]; has != nil && len(has.Edges.Owners) > 0 && !slices.ContainsFunc(has.Edges.Owners, w.us) {
			p.row.Outcome, p.row.Reason, p.row.Detail = Refused, PatentOfAnother, n
			return
		}
	}
	if l != nil {
		p.row.Listing, p.row.Number = l.ID, l.Number
	}
	switch {
	case l == nil:
		p.row.Outcome = Created
	case p.draft.hash() == l.ImportHash:
		p.row.Outcome = Unchanged
	case l.Status != listing.StatusDRAFT:
		p.row.Outcome, p.row.Reason = Skipped, NoDraft
	case l.Dossier.Format != "", draftedOf(l).hash() != l.ImportHash: // a sheet that was saved is somebody's work
		p.row.Outcome, p.row.Reason = Skipped, EditedSince
	default:
		p.row.Outcome = Updated
	}
}

func (w *intaking) us(o *ent.Organisation) bool { return o.ID == w.by.OrganisationID() }

// known are the drafts that rows became before, by key.
func (w *intaking) known(ctx context.Context, keys []string) (map[string]*ent.Listing, error) {
	all := map[string]*ent.Listing{}
	found, err := w.client.Listing.Query().
		Where(listing.ImportKeyIn(keys...), listing.HasSellerWith(organisation.ID(w.by.OrganisationID()))).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for imported drafts: %w", err)
	}
	for _, l := range found {
		all[*l.ImportKey] = l
	}
	return all, nil
}

func (w *intaking) patents(ctx context.Context, numbers []string) (map[string]*ent.Patent, error) {
	all := map[string]*ent.Patent{}
	for part := range slices.Chunk(numbers, importChunk) {
		found, err := w.client.Patent.Query().Where(patent.ApplicationNoIn(part...)).WithOwners().All(ctx)
		if err != nil {
			return nil, fmt.Errorf("look for patents: %w", err)
		}
		for _, p := range found {
			all[p.ApplicationNo], w.ids[p.ApplicationNo] = p, p.ID
		}
	}
	return all, nil
}

// writePatents records the patents that rows name and nobody has recorded yet.
func (w *intaking) writePatents(ctx context.Context, plans []*plan) error {
	var creates []*ent.PatentCreate
	for _, p := range plans {
		if p.row.Outcome != Created && p.row.Outcome != Updated || p.rec.FiledOn.IsZero() {
			continue
		}
		for _, n := range p.patents {
			if _, there := w.ids[n]; !there {
				w.ids[n] = 0 // on its way
				creates = append(creates, w.patent(p, n))
			}
		}
	}
	for part := range slices.Chunk(creates, importChunk) {
		made, err := w.client.Patent.CreateBulk(part...).Save(ctx)
		if err != nil {
			return fmt.Errorf("record patents: %w", err)
		}
		for _, m := range made {
			w.ids[m.ApplicationNo] = m.ID
		}
	}
	return nil
}

// patent is a new patent of the seller. Where the row does not say how it stands in law, the register's state is that of
// the day which the row does give: on the day of filing it was pending, on the day of grant in force.
func (w *intaking) patent(p *plan, number string) *ent.PatentCreate {
	r := p.rec
	legal, asOf := r.Legal, w.s.now()
	if legal == "" {
		legal, asOf = string(patent.LegalStatusPENDING), r.FiledOn
		if !r.GrantedOn.IsZero() {
			legal, asOf = string(patent.LegalStatusIN_FORCE), r.GrantedOn
		}
	}
	kind := r.Kind
	if kind == "" {
		kind = string(patent.KindINVENTION)
	}
	c := w.client.Patent.Create().SetApplicationNo(number).SetKind(patent.Kind(kind)).SetTitleZh(p.draft.TitleZH).
		SetTitleEn(p.draft.TitleEN).SetAbstractZh(p.draft.SummaryZH).SetAbstractEn(p.draft.SummaryEN).SetIpc(some(r.IPC)).
		SetFiledOn(r.FiledOn).SetLegalStatus(patent.LegalStatus(legal)).SetStatusAsOf(asOf).SetDemo(w.by.Organisation.Demo).
		AddOwnerIDs(w.by.OrganisationID())
	if !r.GrantedOn.IsZero() {
		c.SetGrantedOn(r.GrantedOn)
	}
	if len(r.PatentNo) <= patentNumberMost {
		c.SetPublicationNo(r.PatentNo)
	}
	return c
}

// importKey is a record's key in the length that is stored.
func importKey(key string) string {
	if len(key) <= 80 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "long:" + hex.EncodeToString(sum[:])
}

// draftNumber is the number of a new draft: nobody counts drafts from it.
func (s *Service) draftNumber() string {
	return fmt.Sprintf("L-%d-%s", s.now().In(Shanghai).Year(), rand.Text()[:10])
}
