package dataroom

import (
	"context"
	"io"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/internal/identity"
)

// recordMost bounds what goes into one archive; what is beyond it is there by name and hash.
const recordMost = 100 << 20

// Named is one version of a paper that the log of a project names.
type Named struct{ Document, Version int }

// Record is what lies inside of a listing, for the file of its project: first what its log names, though it was replaced or
// removed since, then evidence, decisions, consents as they are now. Each is an opening and stands in the log. It is for the
// seller's and the operator's people.
func (s *Service) Record(ctx context.Context, by identity.Viewer, address string, listingID int, named []Named) (papers []Recorded, err error) {
	if _, err := s.inside(ctx, by, listingID); err != nil {
		return nil, err
	}
	_, all, err := s.Papers(ctx, by, listingID)
	if err != nil {
		return nil, err
	}
	left, there := int64(recordMost), map[Named]bool{}
	add := func(d *ent.Document, v *ent.DocumentVersion) error {
		at := Named{d.ID, v.Number}
		if there[at] {
			return nil
		}
		there[at] = true
		r := Recorded{Kind: string(d.Kind), TitleZH: d.TitleZh, TitleEN: d.TitleEn, Version: v.Number, SHA256: v.Sha256, At: v.At}
		if left -= v.Size; left >= 0 {
			if r.Name, r.Body, err = s.whole(ctx, by, address, listingID, d.ID, v.Number); err != nil {
				return err
			}
		}
		papers = append(papers, r)
		return nil
	}
	for _, n := range named {
		for _, d := range all {
			for _, v := range d.Edges.Versions {
				if d.ID != n.Document || v.Number != n.Version {
					continue
				}
				if err := add(d, v); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, d := range all {
		if d.Audience == document.AudienceINTERNAL && d.RemovedAt == nil && len(d.Edges.Versions) > 0 {
			if err := add(d, d.Edges.Versions[0]); err != nil {
				return nil, err
			}
		}
	}
	return papers, nil
}

// Recorded is a paper in the file of a project; one that did not fit has no name and no body.
type Recorded struct {
	Name    string    `json:"file,omitempty"`
	Kind    string    `json:"kind"`
	TitleZH string    `json:"title_zh"`
	TitleEN string    `json:"title_en"`
	Version int       `json:"version"`
	SHA256  string    `json:"sha256"`
	At      time.Time `json:"at"`
	Body    []byte    `json:"-"`
}

func (s *Service) whole(ctx context.Context, by identity.Viewer, address string, listingID, id, version int) (string, []byte, error) {
	o, err := s.Open(ctx, by, address, listingID, id, version)
	if err != nil {
		return "", nil, err
	}
	defer o.Body.Close()
	body, err := io.ReadAll(io.LimitReader(o.Body, FileMost+1))
	return o.Name, body, wrap(err, "read a paper")
}
