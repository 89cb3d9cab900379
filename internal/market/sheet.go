package market

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/subject"
)

// What one listing may hold. Lengths are in bytes: a Chinese character has three.
const (
	titleMost  = 400
	lineMost   = 2000
	textMost   = 12000
	partsMost  = 50 // subjects, and entries of each list within them
	leavesMost = 4000
)

// longTexts are the values that are more than a line.
var longTexts = []string{
	"summary_zh", "summary_en", "pricing_basis", "abstract", "ownership", "defects", "disclosed", "obligations", "declaration", "minimum_performance",
}

// FieldOf is a code of the plan's list as the catalogue writes it.
func FieldOf(code string) (listing.Field, bool) {
	f := listing.Field(code)
	return f, listing.FieldValidator(f) == nil && f != listing.FieldUNSET
}

// SheetOf is all that a listing says. One that was not written here has no dossier but its field and its maturity.
func SheetOf(l *ent.Listing) subject.Sheet {
	s := subject.Sheet{
		TitleZH: l.TitleZh, TitleEN: l.TitleEn, SummaryZH: l.SummaryZh, SummaryEN: l.SummaryEn, Inventors: l.Inventors,
		PriceIdeaFen: money.Fen(l.PriceIdeaFen), PricingBasis: l.PricingBasis, DecisionFile: l.DecisionFile, Dossier: l.Dossier,
	}
	if s.Dossier.Format == "" {
		s.Dossier.Format = subject.DossierFormat
		s.Dossier.Disclosure.Maturity = subject.Level(l.Trl)
		if l.Field != listing.FieldUNSET {
			s.Dossier.Classes = []subject.Class{{Field: subject.Field{List: subject.PlanFields, Code: string(l.Field)}, Primary: true}}
		}
		if l.ImportRecord != "" {
			s.Dossier.Subjects, s.Dossier.Offers = intaken(l)
		}
	}
	return s
}

// settle brings a sheet into the form in which it is kept: numbers in their normal form, a name for each subject.
func settle(s *subject.Sheet) {
	s.Dossier.Format = subject.DossierFormat
	taken := map[string]bool{}
	for i := range s.Dossier.Subjects {
		x := &s.Dossier.Subjects[i]
		if n, err := x.Kind.ParseNumber(x.Office, x.Number); err == nil {
			x.Number = n
		}
		for n := i + 1; x.ID == "" || taken[x.ID]; n++ {
			x.ID = fmt.Sprintf("S%d", n)
		}
		taken[x.ID] = true
	}
}

// CheckSheet names every value that cannot be kept, by its path. What is only not ready to be published can be.
func CheckSheet(s *subject.Sheet) []fault.Field {
	var faults []fault.Field
	add := func(path string, p fault.Problem) { faults = append(faults, fault.Field{Name: path, Problem: p}) }
	all := s.Leaves()
	if len(all) > leavesMost {
		add("", "TOO_MANY_ENTRIES")
	}
	for _, l := range all {
		switch {
		case !decent(l.Text):
			add(l.Path, "BAD_CHARACTERS")
		case len(l.Text) > mostOf(l.Path):
			add(l.Path, "TOO_LONG")
		case indexIn(l.Path) >= partsMost:
			add(l.Path, "TOO_MANY_ENTRIES")
		}
	}
	if s.PriceIdeaFen < 0 || s.PriceIdeaFen > auction.MaxFen {
		add("price_idea_fen", "OUT_OF_RANGE")
	}
	return faults
}

func mostOf(path string) int {
	last := path[strings.LastIndex(path, ".")+1:]
	switch {
	case strings.HasPrefix(path, "title_"), path == "decision_file":
		return titleMost
	case slices.Contains(longTexts, last):
		return textMost
	}
	return lineMost
}

// indexIn is the largest place in a list that a path goes through.
func indexIn(path string) (most int) {
	for _, part := range strings.Split(path, "[")[1:] {
		n := 0
		for _, digit := range part[:max(0, strings.IndexByte(part, ']'))] {
			n = n*10 + int(digit-'0')
		}
		most = max(most, n)
	}
	return most
}

// decent refuses what is no text, and what makes a page show it in another order than it stands.
func decent(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		switch r {
		case '\n', '\r', '\t':
			return false
		}
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	})
}

// Missing is what a listing of a seller lacks beside its dossier before it can be published. R2.2: a body of the state
// says on what its price rests and where the decision is filed.
func Missing(s *subject.Sheet, ofState bool) []fault.Field {
	var faults []fault.Field
	for _, f := range []struct {
		name, value string
		asked       bool
	}{
		{"title_zh", s.TitleZH, true}, {"title_en", s.TitleEN, true}, {"summary_zh", s.SummaryZH, true},
		{"pricing_basis", s.PricingBasis, ofState}, {"decision_file", s.DecisionFile, ofState},
	} {
		if f.asked && strings.TrimSpace(f.value) == "" {
			faults = append(faults, fault.Field{Name: f.name, Problem: "REQUIRED"})
		}
	}
	return faults
}

// rightsOf are the modes offered, as the catalogue keeps them.
func rightsOf(d *subject.Dossier) []string {
	rights := []string{}
	for _, m := range subject.Modes {
		if slices.ContainsFunc(d.Offers, func(o subject.Offer) bool { return o.Mode == m }) {
			rights = append(rights, string(m))
		}
	}
	return rights
}

// today is the day in Shanghai.
func (s *Service) today() ident.Date { return ident.DateOf(s.now().In(Shanghai)) }

// GatesOf finds the same, and what the papers of a listing lack: what its dossier says of them, its room has to hold. G9, R2.2
func (s *Service) GatesOf(ctx context.Context, l *ent.Listing, d *subject.Dossier) ([]subject.Finding, error) {
	return s.gatesOf(ctx, s.db.Ent(), l, d)
}

func (s *Service) gatesOf(ctx context.Context, client *ent.Client, l *ent.Listing, d *subject.Dossier) ([]subject.Finding, error) {
	found := s.Gates(d)
	if d.Format == "" {
		return found, nil
	}
	papers, err := client.Document.Query().Where(document.HasListingWith(listing.ID(l.ID)), document.RemovedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the papers of listing %d: %w", l.ID, err)
	}
	var p subject.Papers
	for _, paper := range papers {
		switch {
		case paper.Audience == document.AudienceCONFIDENTIAL:
			p.Confidential++
		case paper.Kind == document.KindEVIDENCE:
			p.Evidence++
		case paper.Kind == document.KindDECISION:
			p.Decision++
		}
	}
	return append(found, subject.CheckPapers(d, p, ofState(l))...), nil
}

// Gates finds what keeps a dossier from being published today, and what its page would have to tell. R4.4
func (s *Service) Gates(d *subject.Dossier) []subject.Finding { return subject.Check(d, s.today()) }

// Decent says whether a text is one that pages can show as it stands.
func Decent(text string) bool { return decent(text) }
