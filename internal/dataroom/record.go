package dataroom

import (
	"context"
	"io"
	"time"

	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/internal/identity"
)

// recordMost bounds what goes into one archive; what is beyond it is there by name and hash.
const recordMost = 100 << 20

// Record is what lies inside of a listing, for the file of its project: evidence, decisions, consents. Each is an opening
// and stands in the log. It is for the seller's and the operator's people.
func (s *Service) Record(ctx context.Context, by identity.Viewer, address string, listingID int) (papers []Recorded, err error) {
	if _, err := s.inside(ctx, by, listingID); err != nil {
		return nil, err
	}
	_, all, err := s.Papers(ctx, by, listingID)
	if err != nil {
		return nil, err
	}
	left := int64(recordMost)
	for _, d := range all {
		if d.Audience != document.AudienceINTERNAL || d.RemovedAt != nil || len(d.Edges.Versions) == 0 {
			continue
		}
		v := d.Edges.Versions[0]
		r := Recorded{Kind: string(d.Kind), TitleZH: d.TitleZh, TitleEN: d.TitleEn, SHA256: v.Sha256, At: v.At}
		if left -= v.Size; left >= 0 {
			if r.Name, r.Body, err = s.whole(ctx, by, address, listingID, d.ID); err != nil {
				return nil, err
			}
		}
		papers = append(papers, r)
	}
	return papers, nil
}

// Recorded is a paper in the file of a project; one that did not fit has no name and no body.
type Recorded struct {
	Name    string    `json:"file,omitempty"`
	Kind    string    `json:"kind"`
	TitleZH string    `json:"title_zh"`
	TitleEN string    `json:"title_en"`
	SHA256  string    `json:"sha256"`
	At      time.Time `json:"at"`
	Body    []byte    `json:"-"`
}

func (s *Service) whole(ctx context.Context, by identity.Viewer, address string, listingID, id int) (string, []byte, error) {
	o, err := s.Open(ctx, by, address, listingID, id, 0)
	if err != nil {
		return "", nil, err
	}
	defer o.Body.Close()
	body, err := io.ReadAll(io.LimitReader(o.Body, FileMost+1))
	return o.Name, body, wrap(err, "read a paper")
}
