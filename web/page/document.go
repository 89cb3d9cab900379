package page

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/roomreader"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// DataRoomPage is the data room of a listing as a reader sees it.
type DataRoomPage struct {
	Listing  *ent.Listing
	Papers   []*ent.Document // those that he may know of, with versions
	Terms    *ent.RoomTerms
	SignedIn bool
	Reads    bool
	MaySign  bool
	Inside   bool          // of the seller's or the operator's people
	Approval bool          // the seller lets each reader in himself
	Closed   fault.Problem // why it is closed to him, if he is signed in
	Reason   string        // the seller's, if he was turned away or put out
	Promise  *ent.RoomPromise
	Earlier  *ent.RoomPromise
	Own      []*ent.Opening
	Values   url.Values
	Faults   form.Faults
}

// DocumentsPage is where the seller keeps his room; the operator sees it too.
type DocumentsPage struct {
	Listing  *ent.Listing
	Papers   []*ent.Document
	Terms    *ent.RoomTerms
	Approval bool
	MayWrite bool
	Operator bool // the page is the operator's
	Readers  []RoomReader
	Values   url.Values
	Faults   form.Faults
	Refused  []RefusedFile // of the last upload
	About    int           // the paper or reader that the last form was about; 0: neither
}

// RefusedFile is a file that was not taken.
type RefusedFile struct{ Name, Why string }

// RoomReader is an organisation that asked to read.
type RoomReader struct {
	*ent.RoomReader
	Promises []*ent.RoomPromise
	Current  bool
	Possible []roomreader.State
}

// OpeningsPage is the log of a room.
type OpeningsPage struct {
	Listing  *ent.Listing
	Operator bool
	Papers   []*ent.Document
	Readers  []*ent.Organisation // those that are in the log
	Rows     []*ent.Opening
	More     bool // there are older ones
	Values   url.Values
	Faults   form.Faults
}

// PapersPart is what the page of a listing says of its papers.
type PapersPart struct {
	Listing *ent.Listing
	Papers  []*ent.Document
	Reads   bool
}

func (p PapersPart) of(a document.Audience) []*ent.Document { return papersOf(p.Papers, a) }

func (p DataRoomPage) of(a document.Audience) []*ent.Document { return papersOf(p.Papers, a) }

func papersOf(all []*ent.Document, a document.Audience) (some []*ent.Document) {
	for _, d := range all {
		if d.Audience == a && d.RemovedAt == nil {
			some = append(some, d)
		}
	}
	return some
}

func (p DocumentsPage) of(a document.Audience) []*ent.Document { return papersOf(p.Papers, a) }

func (p DocumentsPage) removed() (some []*ent.Document) {
	for _, d := range p.Papers {
		if d.RemovedAt != nil {
			some = append(some, d)
		}
	}
	return some
}

func (p DocumentsPage) base() string {
	if p.Operator {
		return fmt.Sprintf("/operator/listings/%d", p.Listing.ID)
	}
	return fmt.Sprintf("/seller/listings/%d", p.Listing.ID)
}

func (p OpeningsPage) base() string {
	return DocumentsPage{Listing: p.Listing, Operator: p.Operator}.base()
}

// csv is the address of the same rows as a table.
func (p OpeningsPage) csv() templ.SafeURL {
	q := url.Values{}
	for _, name := range []string{"document", "organisation", "code", "from", "until"} {
		if v := p.Values.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return templ.SafeURL(strings.TrimSuffix(p.base()+"/openings.csv?"+q.Encode(), "?"))
}

// faultsFor are the faults of the form about one paper or reader.
func (p DocumentsPage) faultsFor(id int) form.Faults {
	if p.About == id {
		return p.Faults
	}
	return nil
}

func (p DocumentsPage) typed(id int, name, stored string) string {
	if p.About == id && p.Values.Has(name) {
		return p.Values.Get(name)
	}
	return stored
}

func paperTitle(ctx context.Context, d *ent.Document) string {
	return component.Pick(ctx, d.TitleZh, d.TitleEn)
}

func paperURL(l *ent.Listing, d *ent.Document, version int) templ.SafeURL {
	u := fmt.Sprintf("/listings/%d/documents/%d", l.ID, d.ID)
	if version > 0 && version != d.Version {
		u += fmt.Sprintf("?version=%d", version)
	}
	return templ.SafeURL(u)
}

func roomURL(l *ent.Listing) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/listings/%d/room", l.ID))
}

func promiseURL(p *ent.RoomPromise) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/listings/%d/room/promises/%d", p.ListingID, p.ID))
}

// newest is the version of a paper that stands.
func newest(d *ent.Document) *ent.DocumentVersion {
	if len(d.Edges.Versions) == 0 {
		return nil
	}
	return d.Edges.Versions[0]
}

// fileFacts says what kind of file a version is, how large and from when.
func fileFacts(ctx context.Context, v *ent.DocumentVersion) string {
	if v == nil {
		return ""
	}
	return fileKind(v.Type) + " · " + fileSize(v.Size) + " · " + component.Date(ctx, v.At)
}

func fileKind(kind string) string {
	switch {
	case kind == "application/pdf":
		return "PDF"
	case strings.HasPrefix(kind, "image/"):
		return strings.ToUpper(strings.TrimPrefix(kind, "image/"))
	case strings.HasSuffix(kind, "wordprocessingml.document"):
		return "Word"
	case strings.HasSuffix(kind, "spreadsheetml.sheet"):
		return "Excel"
	case strings.HasSuffix(kind, "presentationml.presentation"):
		return "PowerPoint"
	}
	return "TXT"
}

func fileSize(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+1<<9)>>10)
	}
	return fmt.Sprintf("%d.%d MB", n>>20, n%(1<<20)*10>>20)
}

// audiences and paperKinds are the choices of the form, in its order.
var (
	audiences  = []document.Audience{document.AudiencePUBLIC, document.AudienceCONFIDENTIAL, document.AudienceINTERNAL}
	paperKinds = []document.Kind{
		document.KindDESCRIPTION, document.KindREPORT, document.KindDRAWING, document.KindDATA, document.KindEVIDENCE,
		document.KindDECISION, document.KindCONSENT, document.KindOTHER,
	}
)

// second writes a time of the log to the second.
func second(ctx context.Context, t time.Time) string {
	return component.Date(ctx, t) + " " + component.Clock(t)
}

func versionURLs(d *ent.Document) []*ent.DocumentVersion {
	if len(d.Edges.Versions) < 2 {
		return nil
	}
	return d.Edges.Versions[1:]
}
