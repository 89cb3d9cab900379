package page

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
)

// ListingsPage is what a seller offers, in every state.
type ListingsPage struct {
	Listings []*ent.Listing
	MayWrite bool
}

// NewListingPage begins a listing.
type NewListingPage struct {
	Values url.Values
	Faults form.Faults
}

// SheetPage is where a listing is written. It needs no script.
type SheetPage struct {
	Listing  *ent.Listing // with Seller and Comments
	Version  int          // which the next save replaces
	Values   url.Values   // as stored, or as typed where it could not be kept
	Gates    GatesPanel
	Differs  []subject.Change // between what is stored and what was typed, if somebody was faster
	MayWrite bool             // the reader, in this state
	MayPass  bool             // the reader may withdraw or reopen
	Lacks    bool             // the reader lacks the power of attorney to submit it; §1.1
}

// GatesPanel is what stands beside the sheet.
type GatesPanel struct {
	Findings []subject.Finding
	Faults   form.Faults // of the last save
	Saved    bool        // the last save succeeded
	Version  int
}

// ListingPage is the public page of a result, or its preview.
type ListingPage struct {
	NeedsFit int          // needs that fit it, for its owner
	Listing  *ent.Listing // with Seller, Patents and Lots
	Sheet    subject.Sheet
	Findings []subject.Finding
	Today    ident.Date
	Preview  bool
	Papers   *PapersPart // nil where they are not looked for

	Watch     WatchPanel
	Questions QuestionsPanel
}

// VersionsPage is what a listing said each time it passed on.
type VersionsPage struct {
	Listing  *ent.Listing
	Versions []ListingVersion // the newest first
	Review   bool             // the reader is the operator
}

// ListingVersion is a version with what differs from the one before.
type ListingVersion struct {
	*ent.ListingVersion
	Changes []subject.Change
}

// ReviewPage is a listing before the reviewer.
type ReviewPage struct {
	ListingPage
	Changes  []subject.Change // since the version before
	Comments url.Values       // as typed
	Faults   form.Faults
}

// listingStates are the parts of a seller's list, in the order in which they ask for him.
var listingStates = []listing.Status{
	listing.StatusRETURNED, listing.StatusDRAFT, listing.StatusSUBMITTED, listing.StatusPUBLISHED, listing.StatusWITHDRAWN,
}

func (p ListingsPage) in(s listing.Status) []*ent.Listing {
	return slices.DeleteFunc(slices.Clone(p.Listings), func(l *ent.Listing) bool { return l.Status != s })
}

func sellerURL(l *ent.Listing, rest string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/seller/listings/%d%s", l.ID, rest))
}

func reviewURL(l *ent.Listing, rest string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/operator/listings/%d%s", l.ID, rest))
}

// ListingURL is the public page of a result.
func ListingURL(l *ent.Listing) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/listings/%d", l.ID))
}

func listingTitle(ctx context.Context, l *ent.Listing) string {
	if t := component.Title(ctx, l); t != "" {
		return t
	}
	return component.T(ctx, "ls_untitled")
}

var indices = regexp.MustCompile(`\[(\d+)\]`)

// sheetLabel is what a field of a sheet is called; "" if it is none.
func sheetLabel(ctx context.Context, path string) string {
	parts := strings.Split(indices.ReplaceAllString(strings.TrimPrefix(path, "dossier."), ""), ".")
	last := parts[len(parts)-1]
	if len(parts) > 1 {
		if key := "sheet_" + parts[len(parts)-2] + "_" + last; locale.Has(key) {
			return component.T(ctx, key)
		}
	}
	if key := "sheet_" + last; locale.Has(key) {
		return component.T(ctx, key)
	}
	return ""
}

// sheetPlace is a field with the entries in which it stands: 权利 1 · 权利人 2 · 名称.
func sheetPlace(ctx context.Context, path string) string {
	var words []string
	at := ""
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "dossier."), ".") {
		at = strings.TrimPrefix(at+"."+part, ".")
		word := sheetLabel(ctx, at)
		if word == "" {
			word = part
		}
		if m := indices.FindStringSubmatch(part); m != nil {
			n, _ := strconv.Atoi(m[1])
			word = fmt.Sprintf("%s %d", word, n+1)
		}
		words = append(words, word)
	}
	return strings.Join(words, " · ")
}

// valueWords are the kinds of words by which coded values are shown.
var valueWords = map[string]string{
	"kind": "skind", "mode": "rights", "modes": "rights", "alone": "rights", "secrecy": "secrecy", "export": "export", "proceeds": "proceeds",
	"improvements": "improve", "clauses": "clause", "list": "classlist", "disputes.kind": "dispute", "status.status": "legal",
}

// sheetValue is a value of a sheet for people.
func sheetValue(ctx context.Context, path, value string) string {
	parts := strings.Split(indices.ReplaceAllString(path, ""), ".")
	last := parts[len(parts)-1]
	kind := valueWords[last]
	if len(parts) > 1 {
		if other, ok := valueWords[parts[len(parts)-2]+"."+last]; ok {
			kind = other
		}
	}
	switch {
	case value == "":
		return component.T(ctx, "ls_empty")
	case value == "true":
		return "✓"
	case path == "price_idea_fen":
		if fen, err := strconv.ParseInt(value, 10, 64); err == nil {
			return component.Full(fen)
		}
	case kind != "":
		return component.Word(ctx, kind, value)
	}
	return value
}

// findingAnchor is where a finding's field stands in the form.
func findingAnchor(f subject.Finding) templ.SafeURL {
	return templ.SafeURL("#" + fieldID("dossier."+f.Field))
}

// findingFacts are the particulars of a finding.
func findingFacts(ctx context.Context, f subject.Finding) string {
	var parts []string
	if f.Mode != "" {
		parts = append(parts, component.Word(ctx, "rights", f.Mode))
	}
	if f.Party != "" {
		parts = append(parts, f.Party)
	}
	if f.Date != "" {
		parts = append(parts, day(ctx, f.Date))
	}
	if f.AmountFen != 0 {
		parts = append(parts, component.Full(f.AmountFen))
	}
	return strings.Join(parts, " · ")
}

// findingTold is a finding with its facts as one sentence for the public.
func findingTold(ctx context.Context, f subject.Finding) string {
	text, facts := component.Word(ctx, "finding", f.Reason), findingFacts(ctx, f)
	if facts == "" {
		return text
	}
	return strings.TrimRight(text, "。.") + component.T(ctx, "colon") + facts
}

// findingBasis is the law on which a finding rests; "" for the market's own rules.
func findingBasis(ctx context.Context, f subject.Finding) string {
	for _, l := range subject.Laws {
		if l.Law != f.Basis.Law || l.Law == subject.MarketRules {
			continue
		}
		name := component.Pick(ctx, l.ZH, l.EN)
		if component.Chinese(ctx) {
			name = "《" + name + "》"
		}
		if f.Basis.Articles != "" {
			name += " " + component.T(ctx, "ls_article", "Articles", f.Basis.Articles)
		}
		return name
	}
	return ""
}

func blocks(findings []subject.Finding) (n int) {
	for _, f := range findings {
		if f.Severity == subject.Blocks {
			n++
		}
	}
	return n
}

// of are the findings of one severity.
func of(findings []subject.Finding, s subject.Severity) (all []subject.Finding) {
	for _, f := range findings {
		if f.Severity == s {
			all = append(all, f)
		}
	}
	return all
}

// subjects are the rights of a listing; one that was not written here has them in the catalogue's patents.
func (p ListingPage) subjects() []subject.Subject {
	if len(p.Sheet.Dossier.Subjects) > 0 {
		return p.Sheet.Dossier.Subjects
	}
	var all []subject.Subject
	for _, t := range p.Listing.Edges.Patents {
		s := subject.Subject{
			Kind: subject.Kind(t.Kind), Number: t.ApplicationNo, Title: t.TitleZh, Filed: ident.DateOf(t.FiledOn),
			Status: subject.LegalStatus{Status: subject.Status(t.LegalStatus), AsOf: ident.DateOf(t.StatusAsOf)},
		}
		for _, o := range t.Edges.Owners {
			s.Owners = append(s.Owners, subject.Owner{Party: o.NameZh})
		}
		all = append(all, s)
	}
	return all
}

// lot is the newest lot of a listing that the public may see; nil if there is none.
func (p ListingPage) lot() *ent.Lot {
	var newest *ent.Lot
	for _, l := range p.Listing.Edges.Lots {
		if l.Status == lot.StatusPUBLISHED && (newest == nil || l.ID > newest.ID) {
			newest = l
		}
	}
	return newest
}

// offers are the rights of a listing; one that was not written here names the ways only.
func (p ListingPage) offers() []subject.Offer {
	if len(p.Sheet.Dossier.Offers) > 0 {
		return p.Sheet.Dossier.Offers
	}
	var all []subject.Offer
	for _, r := range p.Listing.Rights {
		all = append(all, subject.Offer{Mode: subject.Mode(r)})
	}
	return all
}

// scopeText is what a licence covers, in one line.
func scopeText(ctx context.Context, o subject.Offer) string {
	if !o.Mode.Licence() {
		return ""
	}
	s := o.Scope
	var parts []string
	switch {
	case s.Period.UntilExpiry:
		parts = append(parts, component.T(ctx, "ls_license_until"))
	case s.Period.Months > 0:
		parts = append(parts, component.T(ctx, "ls_license_months", "Months", s.Period.Months))
	case s.Period.End != "":
		parts = append(parts, string(s.Period.Start)+"–"+string(s.Period.End))
	}
	if len(s.Territories) == 0 {
		parts = append(parts, component.T(ctx, "ls_everywhere"))
	} else {
		parts = append(parts, component.List(ctx, s.Territories))
	}
	for _, f := range s.Fields {
		text := f.Code
		if c, ok := subject.Lookup(f.List, f.Code); ok {
			text = codeText(ctx, c)
		}
		parts = append(parts, text)
	}
	if o.Sublicensing {
		parts = append(parts, component.T(ctx, "sheet_sublicensing"))
	}
	return strings.Join(parts, " · ")
}

func parties(owners []subject.Owner) []string {
	names := make([]string, len(owners))
	for i, o := range owners {
		names[i] = o.Party
	}
	return names
}

// told are the statements of a disclosure that are made, by field.
func told(s subject.Sheet) (rows [][2]string) {
	d := s.Dossier.Disclosure
	if d.Abstract == s.SummaryZH || d.Abstract == s.SummaryEN {
		d.Abstract = "" // it stands above already
	}
	for _, row := range [][2]string{{"abstract", d.Abstract}, {"ownership", d.Ownership}, {"defects", d.Defects}} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

func (p ReviewPage) decidable() bool { return p.Listing.Status == listing.StatusSUBMITTED }

// typed is the nth value of a field of the reviewer's form.
func (p ReviewPage) typed(name string, n int) string {
	if all := p.Comments[name]; n < len(all) {
		return all[n]
	}
	return ""
}

// commentID of the first comment is what a fault of the form leads to.
func commentID(n int) string {
	if n == 0 {
		return fieldID("comment")
	}
	return fmt.Sprintf("comment-%d", n)
}

// leaves are the values that a seller has written; names by which the sheet calls its own parts are none.
func (p ReviewPage) leaves() []subject.Leaf {
	return slices.DeleteFunc(p.Sheet.Leaves(), func(l subject.Leaf) bool {
		return strings.HasSuffix(l.Path, ".id") || strings.HasSuffix(l.Path, ".format") || strings.HasSuffix(l.Path, ".list")
	})
}
