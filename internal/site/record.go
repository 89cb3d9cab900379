package site

import (
	"context"
	"fmt"
	"net/http"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/proof"
)

// record is the whole sale, to be checked by anybody once it is over: as the public may see it, with ?for=me as a bidder
// may see it, with ?for=auditor with everything, for the operator of the lot, who answers for it.
func (s *Site) record(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	audience, paddle, err := s.audience(r, l)
	if err != nil {
		return err
	}
	if l.Phase != string(auction.Closed) {
		return fault.New(fault.Conflict, "NOT_CLOSED", "the lot has not ended")
	}
	id := auction.LotID(l.ID)
	seal, err := s.o.Archive.Seal(r.Context(), id)
	if err != nil {
		return err
	}
	entries, err := s.entries(r.Context(), id, seal.Seq)
	if err != nil {
		return err
	}
	body, err := s.o.Vault.Record(entries, seal, audience, paddle)
	if err != nil {
		return err
	}
	if audience == proof.Public { // the same for everybody and for ever, unless the sale is annulled
		w.Header().Set("Cache-Control", "public, max-age=60")
		w.Header().Set("Etag", `"`+seal.Head.String()+`"`)
		if r.Header.Get("If-None-Match") == `"`+seal.Head.String()+`"` {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("lot-%d-record.json", l.ID)))
	send(w, "application/json; charset=utf-8", body)
	return nil
}

// audience is for whom a record is asked, and whether he may have it.
func (s *Site) audience(r *http.Request, l *ent.Lot) (proof.Audience, auction.Paddle, error) {
	v := visitor(r).viewer
	switch r.URL.Query().Get("for") {
	case "":
		return proof.Public, "", nil
	case "me":
		if !v.SignedIn() {
			return "", "", fault.New(fault.SignIn, "", "")
		}
		paddle, err := s.o.Market.Paddle(r.Context(), v, l.ID)
		if err == nil && paddle == "" {
			err = fault.New(fault.Forbidden, fault.Problem(auction.NotAdmitted), "")
		}
		return proof.Own, paddle, err
	case "auditor":
		if !v.SignedIn() {
			return "", "", fault.New(fault.SignIn, "", "")
		}
		if !v.Operates() || v.OrganisationID() != l.Edges.Operator.ID {
			return "", "", fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
		}
		return proof.Auditor, "", nil
	}
	return "", "", fault.OfFields([]fault.Field{{Name: "for", Problem: "UNKNOWN_VALUE"}})
}

// entries reads a log up to a position.
func (s *Site) entries(ctx context.Context, id auction.LotID, to auction.Seq) ([]auction.Entry, error) {
	const atOnce = 5000
	all := make([]auction.Entry, 0, to)
	for auction.Seq(len(all)) < to {
		some, err := s.o.Archive.Read(ctx, id, auction.Seq(len(all)), atOnce)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fmt.Errorf("read log of lot %d: it ends at %d, before the signature at %d", id, len(all), to)
		}
		all = append(all, some...)
	}
	return all[:to], nil
}
