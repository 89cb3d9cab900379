package site

import (
	"net/http"
	"strconv"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web/page"
)

// priceTable holds the words of only buyers that wait for a second person of their company. R2.12
func (s *Site) priceTable() []route {
	return []route{{"POST", "/projects/{id}/prices/{price}", companies, s.decidePrice}}
}

// heldPrices is what waits in a project for the viewer's company.
func (s *Site) heldPrices(r *http.Request, v *project.View) (shown []page.HeldPrice, err error) {
	if v.State.Phase != trade.Closed1 {
		return nil, nil
	}
	all, err := s.o.Authority.HeldPrices(r.Context(), visitor(r).viewer, v.Row.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		shown = append(shown, page.HeldPrice{
			ID: h.ID, AmountFen: h.AmountFen, Proposer: h.Proposer, ProposedAt: h.ProposedAt, Mine: h.Mine, Bar: string(h.Bar), Approves: h.Approves,
			Approvers: h.Approvers,
		})
	}
	return shown, nil
}

// decidePrice confirms, declines or takes back a price that waits.
func (s *Site) decidePrice(w http.ResponseWriter, r *http.Request) error {
	id, price, err := twoNumbers(r, "price")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ctx, viewer, flash := r.Context(), visitor(r).viewer, "flash_project_done"
	switch f.Get("decision") {
	case "confirm":
		err = s.o.Projects.ConfirmHeld(ctx, viewer, id, price)
	case "decline":
		err, flash = s.o.Authority.EndPrice(ctx, viewer, id, price, true), "flash_price_declined"
	case "cancel":
		err, flash = s.o.Authority.EndPrice(ctx, viewer, id, price, false), "flash_price_cancelled"
	default:
		return fault.OfFields([]fault.Field{{Name: "decision", Problem: "UNKNOWN_VALUE"}})
	}
	if err != nil {
		sentences, ok := faultsOf(ctx, err)
		if !ok {
			return err
		}
		return s.showProject(w, r, status(fault.Of(err)), id, page.CommandForm{Name: "ConfirmPrice", Values: f, Faults: sentences})
	}
	s.flash(w, flash)
	see(w, r, "/projects/"+strconv.Itoa(id))
	return nil
}
