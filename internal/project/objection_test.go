package project_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// shelf is a depot that tells what lies in it.
type shelf struct {
	*depot.Depot
	there map[string]bool
}

func (s *shelf) Take(ctx context.Context, from io.Reader, t depot.Terms) (depot.Stored, error) {
	f, err := s.Depot.Take(ctx, from, t)
	if err == nil {
		s.there[f.Key] = true
	}
	return f, err
}

func (s *shelf) Remove(ctx context.Context, key string) error {
	delete(s.there, key)
	return s.Depot.Remove(ctx, key)
}

func (h *house) attach(texts ...string) (all []project.Attachment) {
	h.t.Helper()
	for i, text := range texts {
		a, err := h.projects.Attach(h.t.Context(), fmt.Sprintf("../../证据%d.txt", i), strings.NewReader(text))
		must(h.t, err)
		all = append(all, a)
	}
	return all
}

// read is what a viewer reads of all files of a project, by name.
func (h *house) read(by identity.Viewer, id int) map[string]string {
	h.t.Helper()
	v, err := h.projects.View(h.t.Context(), by, id)
	must(h.t, err)
	all, err := h.projects.Attached(h.t.Context(), by, v)
	must(h.t, err)
	found := map[string]string{}
	for _, f := range all {
		_, body, err := h.projects.OpenAttached(h.t.Context(), by, id, f.ID)
		must(h.t, err)
		text, err := io.ReadAll(body)
		must(h.t, err)
		must(h.t, body.Close())
		found[f.Name] = string(text)
	}
	return found
}

// R2.4: who objects attaches files, which the seller, the operator and he read and nobody else; so it is with the written
// decision. The log names them by hash, and the archive holds them.
func TestObjectionsBringFiles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		h.must(h.seller, id, "", trade.RecordDecision{File: file(2_000_000 * yuan)})
		h.must(h.operator, id, "2026-03-02 10:00", trade.OpenNotice{Content: content()})
		objector, stranger := h.buyers[1], h.buyers[2]
		must(t, h.projects.MayAttach(ctx, objector, id, "LodgeObjection"))
		must(t, h.projects.DoWith(ctx, objector, id, trade.LodgeObjection{Text: "太低"}, h.attach("one", "two")))
		reject := trade.RejectObjection{Objection: "O1", Reasons: "不成立"}
		if err := h.projects.MayAttach(ctx, objector, id, "RejectObjection"); fault.Of(err) != fault.Forbidden {
			t.Errorf("the objector may attach to the decision: %v", err)
		}
		must(t, h.projects.DoWith(ctx, h.seller, id, reject, h.attach("three")))
		want := map[string]string{"O1-1.txt": "one", "O1-2.txt": "two", "O1-decision-1.txt": "three"}
		for name, by := range map[string]identity.Viewer{"seller": h.seller, "operator": h.operator, "objector": objector} {
			if got := h.read(by, id); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("the %s reads %v", name, got)
			}
		}
		if got := h.read(stranger, id); len(got) != 0 {
			t.Errorf("a stranger reads %v", got)
		}
		first := h.db.Ent().ObjectionPaper.Query().FirstIDX(ctx)
		for name, by := range map[string]identity.Viewer{"stranger": stranger, "visitor": {}} {
			if _, _, err := h.projects.OpenAttached(ctx, by, id, first); fault.Of(err) != fault.NotFound {
				t.Errorf("a %s opens a file: %v", name, err)
			}
		}
		o := h.view(id).State.Objections[0]
		if len(o.Papers) != 2 || len(o.Answer) != 1 || len(o.Papers[0].SHA256) != 64 || o.Papers[1].Document != 2 {
			t.Errorf("the log says %+v", o)
		}
		_, pieces, err := h.projects.File(ctx, h.operator, id)
		must(t, err)
		packed := map[string]string{}
		for _, p := range pieces {
			packed[p.Name] = string(p.Body)
		}
		for name, text := range want {
			if packed["objections/"+name] != text {
				t.Errorf("the archive has no %s", name)
			}
		}
		if !strings.Contains(packed["objections.json"], o.Answer[0].SHA256) {
			t.Error("the archive's list of objections does not name the files")
		}
	})
}

// What is refused leaves no file behind, and no objection.
func TestFilesOfRefusedObjectionsGo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, objector := t.Context(), h.buyers[1]
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		if err := h.projects.MayAttach(ctx, objector, id, "LodgeObjection"); fault.Of(err) != fault.NotFound {
			t.Errorf("a draft: %v", err)
		}
		h.must(h.seller, id, "", trade.RecordDecision{File: file(2_000_000 * yuan)})
		h.must(h.operator, id, "2026-03-02 10:00", trade.OpenNotice{Content: content()})
		if err := h.projects.MayAttach(ctx, identity.Viewer{}, id, "LodgeObjection"); fault.Of(err) != fault.SignIn {
			t.Errorf("a visitor: %v", err)
		}
		if err := h.projects.MayAttach(ctx, h.operator, id, "Withdraw"); fault.Of(err) != fault.Conflict {
			t.Errorf("another command: %v", err)
		}
		for name, c := range map[string]struct {
			by    identity.Viewer
			c     trade.Command
			files int
		}{
			"no text":        {objector, trade.LodgeObjection{}, 1},
			"too many":       {objector, trade.LodgeObjection{Text: "t"}, project.AttachedMost + 1},
			"none to decide": {h.seller, trade.RejectObjection{Objection: "O1", Reasons: "r"}, 2},
		} {
			if err := h.projects.DoWith(ctx, c.by, id, c.c, h.attach(strings.Split(strings.Repeat("x", c.files), "")...)); err == nil {
				t.Errorf("%s was carried out", name)
			}
		}
		h.clock.set(at("2026-03-18 00:00")) // the notice is over
		if err := h.projects.DoWith(ctx, objector, id, trade.LodgeObjection{Text: "t"}, h.attach("late")); fault.In(err).Problem != fault.Problem(trade.NoticeIsOver) {
			t.Errorf("late: %v", err)
		}
		if n := h.db.Ent().ObjectionPaper.Query().CountX(ctx); n != 0 || len(h.files.there) != 0 || len(h.view(id).State.Objections) != 0 {
			t.Errorf("%d rows and %d files stay", n, len(h.files.there))
		}
		if _, err := h.projects.Attach(ctx, "a.pdf", strings.NewReader("MZ\x90\x00\x03 not a paper")); fault.Of(err) != fault.Invalid {
			t.Errorf("a program: %v", err)
		}
	})
}

// Who belongs to no organisation objects for himself, and reads what is his.
func TestAPersonObjectsForHimself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		h.must(h.seller, id, "", trade.RecordDecision{File: file(2_000_000 * yuan)})
		h.must(h.operator, id, "2026-03-02 10:00", trade.OpenNotice{Content: content()})
		alone := h.member(organisation.KindCOMPANY, membership.RoleVIEWER)
		alone.Organisation, alone.Membership = nil, ""
		must(t, h.projects.DoWith(ctx, alone, id, trade.LodgeObjection{Text: "t"}, h.attach("mine")))
		if got := h.read(alone, id); got["O1-1.txt"] != "mine" {
			t.Errorf("he reads %v", got)
		}
		other := h.member(organisation.KindCOMPANY, membership.RoleVIEWER)
		other.Organisation, other.Membership = nil, ""
		if got := h.read(other, id); len(got) != 0 {
			t.Errorf("another person reads %v", got)
		}
	})
}

// Whoever objects again and again does not hold a project for ever: after three he waits for a decision, and no others do.
func TestObjectionsOfOnePartyWaitForADecision(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		h.must(h.seller, id, "", trade.RecordDecision{File: file(2_000_000 * yuan)})
		h.must(h.operator, id, "2026-03-02 10:00", trade.OpenNotice{Content: content()})
		objection := trade.LodgeObjection{Text: "太低"}
		for range 3 {
			h.must(h.buyers[0], id, "2026-03-03 10:00", objection)
		}
		if err := h.do(h.buyers[0], id, "", objection); fault.In(err).Problem != "OBJECTIONS_UNDECIDED" {
			t.Errorf("a fourth: %v", err)
		}
		h.must(h.buyers[1], id, "", objection)
		h.must(h.seller, id, "", trade.RejectObjection{Objection: "O1", Reasons: "不成立"})
		h.must(h.buyers[0], id, "", objection)
	})
}
