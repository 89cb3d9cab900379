package dataroom_test

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/roomreader"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
)

// Other terms close the room until they are promised; whoever read the older ones keeps that promise.
func TestTermsChangeWhileTheRoomIsOpen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.listing.ID
		paper := h.hand(document.AudienceCONFIDENTIAL, text)
		must(t, h.sign(h.agent))
		before, err := h.service.Room(ctx, h.agent, id)
		must(t, err)
		rules := dataroom.Rules{Version: 1, ClausesZH: "不得向境外提供。", ClausesEN: "Not to be taken abroad."}
		must(t, h.service.SetRules(ctx, h.editor, id, rules))
		if _, _, err := h.open(h.agent, paper, 0); err == nil || fault.In(err).Problem != "ROOM_PROMISE_FIRST" {
			t.Errorf("reads on under the older terms: %v", err)
		}
		problem(t, h.service.SetRules(ctx, h.editor, id, rules), fault.Conflict, "TERMS_CHANGED") // the other tab
		stale := dataroom.Signature{Version: 1, SHA256: before.Terms.Sha256, Name: h.agent.Person.NameZh, Agreed: true}
		problem(t, h.service.Sign(ctx, h.agent, id, stale), fault.Conflict, "TERMS_CHANGED")
		at, err := h.service.Room(ctx, h.agent, id)
		must(t, err)
		if at.Terms.Version != 2 || !strings.Contains(at.Terms.TextZh, rules.ClausesZH) || !strings.Contains(at.Terms.TextEn, rules.ClausesEN) ||
			at.Promise != nil || at.Earlier == nil || at.Earlier.Sha256 != before.Terms.Sha256 {
			t.Errorf("%+v", at)
		}
		must(t, h.sign(h.agent))
		if _, _, err := h.open(h.agent, paper, 0); err != nil {
			t.Errorf("promised anew: %v", err)
		}
		if n := h.db.Ent().RoomPromise.Query().CountX(ctx); n != 2 {
			t.Errorf("%d promises are kept", n)
		}
		if !slices.Contains(h.kinds(h.agent.Organisation), inbox.RoomTermsChanged) {
			t.Error("the reader is not told")
		}
		rules.Version = 2
		must(t, h.service.SetRules(ctx, h.editor, id, rules)) // the same text is the same version
		if at, err = h.service.Room(ctx, h.agent, id); err != nil || at.Terms.Version != 2 {
			t.Errorf("version %d, %v", at.Terms.Version, err)
		}
		rules.ClausesEN = ""
		problem(t, h.service.SetRules(ctx, h.editor, id, rules), fault.Invalid, "BOTH_LANGUAGES")
		problem(t, h.service.SetRules(ctx, h.agent, id, dataroom.Rules{Version: 2}), fault.NotFound, "")
	})
}

// A seller lets readers in himself, turns them away and puts them out, with reasons.
func TestTheSellerDecidesOnReaders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.listing.ID
		paper := h.hand(document.AudienceCONFIDENTIAL, text)
		must(t, h.service.SetRules(ctx, h.editor, id, dataroom.Rules{Version: 1, Approval: true}))
		must(t, h.sign(h.agent))
		closed := func(p fault.Problem) {
			t.Helper()
			_, _, err := h.open(h.agent, paper, 0)
			problem(t, err, fault.Forbidden, p)
		}
		closed("ROOM_REQUESTED")
		readers, err := h.service.Readers(ctx, h.editor, id)
		must(t, err)
		if len(readers) != 1 || !readers[0].Current || len(readers[0].Promises) != 1 || readers[0].Edges.Organisation.ID != h.agent.OrganisationID() {
			t.Fatalf("%+v", readers)
		}
		r := readers[0].ID
		decide := func(to roomreader.State, reason string) error {
			return h.service.Decide(ctx, h.editor, id, r, to, reason)
		}
		problem(t, decide(roomreader.StateREFUSED, ""), fault.Invalid, "REQUIRED")
		problem(t, decide(roomreader.StateREVOKED, "x"), fault.Conflict, "READER_ELSEWHERE")
		problem(t, h.service.Decide(ctx, h.agent, id, r, roomreader.StateGRANTED, ""), fault.NotFound, "")
		must(t, decide(roomreader.StateREFUSED, "竞争对手"))
		closed("ROOM_REFUSED")
		must(t, decide(roomreader.StateGRANTED, ""))
		must(t, decide(roomreader.StateGRANTED, "")) // the other tab
		if _, _, err := h.open(h.agent, paper, 0); err != nil {
			t.Error(err)
		}
		must(t, decide(roomreader.StateREVOKED, "违约"))
		closed("ROOM_REVOKED")
		must(t, h.service.SetRules(ctx, h.editor, id, dataroom.Rules{Version: 1, ClausesZH: "一", ClausesEN: "1"}))
		must(t, h.sign(h.agent)) // a new promise opens no door that was closed
		closed("ROOM_REVOKED")
		want := []inbox.Kind{inbox.RoomSigned, inbox.RoomRefused, inbox.RoomGranted, inbox.RoomRevoked, inbox.RoomSigned}
		if got := h.kinds(h.agent.Organisation); !slices.Equal(got, want) {
			t.Errorf("the reader is told %v", got)
		}
		if got := h.kinds(h.editor.Organisation); !slices.Equal(got, []inbox.Kind{inbox.RoomRequested, inbox.RoomPromised}) {
			t.Errorf("the seller is told %v", got)
		}
		if _, err := h.service.Readers(ctx, h.agent, id); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("a reader sees who else reads: %v", err)
		}
	})
}

// A paper was being sent when its reader was put out: he keeps what the log says he got, and gets nothing more.
func TestPutOutWhileOpen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		paper := h.hand(document.AudienceCONFIDENTIAL, text)
		must(t, h.sign(h.agent))
		o, err := h.service.Open(t.Context(), h.agent, "", h.listing.ID, paper, 0)
		must(t, err)
		readers, err := h.service.Readers(t.Context(), h.editor, h.listing.ID)
		must(t, err)
		must(t, h.service.Decide(t.Context(), h.editor, h.listing.ID, readers[0].ID, roomreader.StateREVOKED, "x"))
		if body, err := io.ReadAll(o.Body); err != nil || !bytes.Equal(body, text) {
			t.Errorf("%q, %v", body, err)
		}
		must(t, o.Body.Close())
		if _, _, err := h.open(h.agent, paper, 0); fault.Of(err) != fault.Forbidden {
			t.Errorf("reads on: %v", err)
		}
		_, rows, err := h.service.Log(t.Context(), h.editor, h.listing.ID, dataroom.Search{})
		if err != nil || len(rows) != 1 {
			t.Errorf("%d openings, %v", len(rows), err)
		}
	})
}

// Every opening of what is not public is in the log with its code; what was refused is not, and the public's is not.
func TestTheLog(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.listing.ID
		public, secret, inside := h.hand(document.AudiencePUBLIC, text), h.hand(document.AudienceCONFIDENTIAL, text), h.hand(document.AudienceINTERNAL, text)
		must(t, h.sign(h.agent))
		operator := h.member(organisation.KindMARKET_OPERATOR, membership.RoleEDITOR)
		_, _, _ = h.open(h.agent, public, 0)
		_, o, err := h.open(h.agent, secret, 0)
		must(t, err)
		if !strings.Contains(o.Name, o.Code) || o.Name != h.listing.Number+"-D"+strconv.Itoa(secret)+"-v1-"+o.Code+".txt" || o.Marked {
			t.Errorf("%+v", o)
		}
		_, _, _ = h.open(h.agent, inside, 0)
		h.now = h.now.Add(24 * time.Hour)
		for _, paper := range []int{secret, inside} {
			_, _, err := h.open(operator, paper, 0)
			must(t, err)
		}
		_, all, err := h.service.Log(ctx, h.editor, id, dataroom.Search{})
		must(t, err)
		if len(all) != 3 || all[2].Code != o.Code || all[2].Edges.Person.ID != h.agent.PersonID() || all[2].OrganisationID != h.agent.OrganisationID() ||
			all[2].Number != 1 || all[2].Address != "192.0.2.1" || !all[2].At.Equal(h.now.Add(-24*time.Hour)) {
			t.Fatalf("%+v", all)
		}
		for name, c := range map[string]struct {
			f    dataroom.Search
			want int
		}{
			"a code":         {dataroom.Search{Code: o.Code}, 1},
			"a wrong code":   {dataroom.Search{Code: "X"}, 0},
			"a paper":        {dataroom.Search{Document: secret}, 2},
			"a reader":       {dataroom.Search{Organisation: operator.OrganisationID()}, 2},
			"from a day":     {dataroom.Search{From: h.now.Add(-time.Hour)}, 2},
			"until a day":    {dataroom.Search{Until: h.now.Add(-time.Hour)}, 1},
			"only the first": {dataroom.Search{Most: 1}, 1},
		} {
			if _, rows, err := h.service.Log(ctx, h.editor, id, c.f); err != nil || len(rows) != c.want {
				t.Errorf("%s: %d rows, %v", name, len(rows), err)
			}
		}
		own, err := h.service.Own(ctx, h.agent, id, 10)
		if err != nil || len(own) != 1 || own[0].Code != o.Code {
			t.Errorf("his own: %+v, %v", own, err)
		}
		if _, _, err := h.service.Log(ctx, h.agent, id, dataroom.Search{}); err == nil || fault.Of(err) != fault.NotFound {
			t.Errorf("a reader sees the log: %v", err)
		}
	})
}

// Versions, two tabs, removal.
func TestPapersChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.listing.ID
		paper := h.hand(document.AudienceCONFIDENTIAL, text)
		must(t, h.sign(h.agent))
		file := func(s string) dataroom.File { return dataroom.File{Name: "x", Body: strings.NewReader(s)} }
		must(t, h.service.Replace(ctx, h.editor, id, paper, 1, file("the second")))
		problem(t, h.service.Replace(ctx, h.editor, id, paper, 1, file("from another tab")), fault.Conflict, "PAPER_CHANGED")
		problem(t, h.service.Remove(ctx, h.editor, id, paper, 1), fault.Conflict, "PAPER_CHANGED")
		if body, _, err := h.open(h.agent, paper, 0); err != nil || body != "the second" {
			t.Errorf("%q, %v", body, err)
		}
		if _, _, err := h.open(h.agent, paper, 1); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("a reader opens an older version: %v", err)
		}
		if body, _, err := h.open(h.editor, paper, 1); err != nil || body != string(text) {
			t.Errorf("%q, %v", body, err)
		}
		must(t, h.service.Name(ctx, h.editor, id, paper, 2, dataroom.Paper{Kind: document.KindDATA, TitleZH: "数据", TitleEN: "Data"}))
		problem(t, h.service.Name(ctx, h.editor, id, paper, 2, dataroom.Paper{Kind: document.KindDATA}), fault.Invalid, "REQUIRED")
		problem(t, h.service.Name(ctx, h.editor, id, paper, 2, dataroom.Paper{Kind: document.KindDATA, TitleZH: "a\u202eb"}), fault.Invalid, "BAD_CHARACTERS")
		must(t, h.service.Remove(ctx, h.editor, id, paper, 2))
		problem(t, h.service.Remove(ctx, h.editor, id, paper, 2), fault.Conflict, "PAPER_REMOVED")
		if _, _, err := h.open(h.agent, paper, 0); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("a removed paper: %v", err)
		}
		if _, _, err := h.open(h.editor, paper, 0); err != nil {
			t.Errorf("what was opened is gone from the record: %v", err)
		}
		if _, all, err := h.service.Papers(ctx, h.agent, id); err != nil || len(all) != 0 {
			t.Errorf("%d papers, %v", len(all), err)
		}
		// What nobody has seen goes altogether, with its bytes.
		h.listing.Update().SetStatus(listing.StatusDRAFT).ClearPublishedAt().ExecX(ctx)
		unseen := h.hand(document.AudienceINTERNAL, text)
		key := h.db.Ent().DocumentVersion.Query().Where().AllX(ctx)
		must(t, h.service.Remove(ctx, h.editor, id, unseen, 1))
		if _, err := h.depot.Read(ctx, key[len(key)-1].Key); fault.Of(err) != fault.NotFound {
			t.Errorf("its bytes are still there: %v", err)
		}
		if door := h.db.Ent().RoomDoor.Query().OnlyX(ctx); door.Bytes != int64(len(text)+len("the second")) {
			t.Errorf("the room counts %d bytes", door.Bytes)
		}
	})
}

// A stranger learns of papers what the public page says, and nothing of files, senders and what is inside.
func TestWhatAStrangerLearnsOfPapers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, a := range []document.Audience{document.AudiencePUBLIC, document.AudienceCONFIDENTIAL, document.AudienceINTERNAL} {
			h.hand(a, text)
		}
		_, all, err := h.service.Papers(t.Context(), h.agent, h.listing.ID)
		must(t, err)
		if len(all) != 2 || all[0].TitleZh != "测试 报告" {
			t.Fatalf("%+v", all)
		}
		for _, d := range all {
			v := d.Edges.Versions[0]
			if v.Key != "" || v.Name != "" || v.Edges.Person != nil || d.Audience == document.AudienceCONFIDENTIAL && v.Sha256 != "" {
				t.Errorf("%+v", v)
			}
		}
		if err := h.service.May(t.Context(), h.agent, h.listing.ID); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger hands papers in: %v", err)
		}
		if err := h.service.May(t.Context(), h.memberOf(h.editor.Organisation, membership.RoleVIEWER), h.listing.ID); fault.Of(err) != fault.Forbidden {
			t.Errorf("a viewer hands papers in: %v", err)
		}
	})
}

// A refused file leaves neither a row nor bytes; a room has room for so much and no more.
func TestWhatTheRoomRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.listing.ID
		hand := func(body []byte, p dataroom.Paper) error {
			_, err := h.service.Hand(ctx, h.editor, id, p, dataroom.File{Name: "x.pdf", Body: bytes.NewReader(body)})
			return err
		}
		inside := dataroom.Paper{Audience: document.AudienceINTERNAL, Kind: document.KindDECISION}
		problem(t, hand([]byte("<html><script>"), inside), fault.Invalid, "PAPER_TYPE")
		problem(t, hand(nil, inside), fault.Invalid, "REQUIRED")
		problem(t, hand(depottest.PDF(1, "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), inside), fault.Invalid, "FILE_ACTIVE")
		problem(t, hand(text, dataroom.Paper{Audience: "SECRET", Kind: document.KindDATA}), fault.Invalid, "REQUIRED")
		if n := h.db.Ent().Document.Query().CountX(ctx); n != 0 {
			t.Errorf("%d rows", n)
		}
		must(t, hand(text, inside))
		h.db.Ent().RoomDoor.Update().SetBytes(300 << 20).ExecX(ctx)
		problem(t, hand(text, inside), fault.Invalid, "ROOM_FULL")
		h.db.Ent().RoomDoor.Update().SetBytes(0).ExecX(ctx)
		for range 49 {
			must(t, hand(text, inside))
		}
		problem(t, hand(text, inside), fault.Invalid, "ROOM_PAPERS")
	})
}
