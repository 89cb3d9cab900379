package project

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Piece is one document of a file.
type Piece struct {
	Name string
	Body []byte
}

// File returns a project's whole file: decision, notices, objections, registrations and every entry of the log. Only the
// seller and the operator may have it.
func (s *Service) File(ctx context.Context, by identity.Viewer, id int) (*View, []Piece, error) {
	v, err := s.View(ctx, by, id)
	if err != nil {
		return nil, nil, err
	}
	if !insider(by, v) {
		return nil, nil, fault.New(fault.Forbidden, "NOT_YOURS_TO_READ", "")
	}
	names, err := s.Names(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	var pieces []Piece
	add := func(name string, value any) {
		body, failed := json.MarshalIndent(value, "", "  ")
		if failed != nil {
			err = fmt.Errorf("write %s: %w", name, failed)
		}
		pieces = append(pieces, Piece{name, append(body, '\n')})
	}
	row := v.Row
	add("project.json", map[string]any{
		"number": row.Number, "way": row.Way, "phase": v.State.Phase, "offer": v.State.Offer, "rules": v.State.Rules,
		"listing": row.Edges.Listing.Number, "title_zh": row.Edges.Listing.TitleZh, "title_en": row.Edges.Listing.TitleEn,
		"seller": organisationFile(row.Edges.Seller), "operator": organisationFile(row.Edges.Operator),
	})
	add("decisions.json", eventsOf[trade.DecisionRecorded](v))
	add("notices.json", append(eventsOf[trade.NoticeOpened](v), append(eventsOf[trade.ListingPublished](v), eventsOf[trade.SaleAnnounced](v)...)...))
	add("objections.json", v.State.Objections)
	add("registrations.json", registrationsFile(v, names))
	add("result.json", map[string]any{"award": v.State.Award, "contract": v.State.Contract, "lot": row.LotID})
	var entries bytes.Buffer
	for _, e := range v.Entries {
		fmt.Fprintln(&entries, e.Raw)
	}
	pieces = append(pieces, Piece{"entries.jsonl", entries.Bytes()})
	if err != nil {
		return nil, nil, err
	}
	attached, err := s.attachedPieces(ctx, by, v)
	return v, append(pieces, attached...), err
}

func organisationFile(o *ent.Organisation) map[string]string {
	return map[string]string{"uscc": o.Uscc, "name_zh": o.NameZh, "name_en": o.NameEn}
}

// dated is an event as the file lists it.
type dated struct {
	Seq   int64       `json:"seq"`
	At    time.Time   `json:"at"`
	Kind  string      `json:"kind"`
	Event trade.Event `json:"event"`
}

func eventsOf[E trade.Event](v *View) []dated {
	found := []dated{}
	for _, e := range v.Entries {
		if ev, ok := e.Event.(E); ok {
			found = append(found, dated{e.Seq, e.At.Time(), ev.Kind(), ev})
		}
	}
	return found
}

func registrationsFile(v *View, names map[trade.Party]*ent.Organisation) []map[string]any {
	all := []map[string]any{}
	for _, r := range v.State.Registrations {
		one := map[string]any{"id": r.ID, "party": r.Party, "status": r.Status, "deposit_held_fen": r.HeldFen}
		if o := names[r.Party]; o != nil {
			one["organisation"] = organisationFile(o)
		}
		all = append(all, one)
	}
	return all
}

// Pack makes one archive of the pieces, with a list of their SHA-256 that sha256sum -c reads.
func Pack(pieces []Piece, at time.Time) ([]byte, error) {
	var out, sums bytes.Buffer
	for _, p := range pieces {
		h := sha256.Sum256(p.Body)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(h[:]), p.Name)
	}
	z := zip.NewWriter(&out)
	for _, p := range append(pieces, Piece{"SHA256SUMS", sums.Bytes()}) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate, Modified: at})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", p.Name, err)
		}
		if _, err := w.Write(p.Body); err != nil {
			return nil, fmt.Errorf("pack %s: %w", p.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return out.Bytes(), nil
}
