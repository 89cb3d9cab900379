package needs_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
)

// §1.1: who is not verified writes drafts and looks at needs; he publishes none and answers none.
func TestOnlyTheVerifiedPublishAndAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		out := h.publish(wanted())
		h.company.Organisation.Update().SetStanding(organisation.StandingSUSPENDED).ExecX(ctx)
		h.university.Organisation.Update().SetStanding(organisation.StandingNEW).ExecX(ctx)
		wants := func(err error, p fault.Problem) {
			t.Helper()
			if e := fault.In(err); err == nil || e.Code != fault.Conflict || e.Problem != p {
				t.Errorf("%v, want %s", err, p)
			}
		}
		id, err := h.needs.New(ctx, h.company, wanted())
		must(t, err)
		wants(h.needs.Publish(ctx, h.company, id, 1), "STANDING_SUSPENDED")
		if n := h.db.Ent().Need.GetX(ctx, id); n.Status != need.StatusDRAFT || n.Version != 1 {
			t.Errorf("the draft is %s %d", n.Status, n.Version)
		}
		wants(second(h.needs.Save(ctx, h.company, out, h.db.Ent().Need.GetX(ctx, out).Version, wanted())), "STANDING_SUSPENDED")
		wants(h.needs.Answer(ctx, h.university, out, 0, "我们能做"), "STANDING_NEW")
		if n := h.db.Ent().NeedAnswer.Query().CountX(ctx); n != 0 {
			t.Errorf("%d answers", n)
		}
		h.university.Organisation.Update().SetStanding(organisation.StandingVERIFIED).ExecX(ctx)
		h.company.Organisation.Update().SetStanding(organisation.StandingVERIFIED).ExecX(ctx)
		must(t, h.needs.Answer(ctx, h.university, out, 0, "我们能做"))
		must(t, h.needs.Publish(ctx, h.company, id, 1))
		must(t, h.needs.Close(ctx, h.company, out, need.OutcomeWITHDRAWN))
	})
}
