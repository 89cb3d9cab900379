package dataroom_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// house is a room with a listing, its seller, its operator and whoever else there is.
type house struct {
	t       *testing.T
	db      *store.DB
	depot   *depot.Depot
	service *dataroom.Service
	now     time.Time
	told    []inbox.News
	people  int

	listing *ent.Listing
	editor  identity.Viewer // of the seller
	agent   identity.Viewer // of a company that may read
}

func (h *house) Tell(_ context.Context, _ *store.Tx, n inbox.News) error {
	h.told = append(h.told, n)
	return nil
}

// each runs a test on both databases, with a depot in a folder on one and in memory on the other.
func each(t *testing.T, test func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		place := "mem://"
		if db.IsPostgres() {
			place = t.TempDir()
		}
		h := &house{t: t, db: db, now: time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)}
		var err error
		h.depot, err = depot.Open(t.Context(), place)
		must(t, err)
		t.Cleanup(func() { h.depot.Close() })
		h.service = dataroom.New(dataroom.Options{Database: db, Depot: h.depot, Herald: h, Now: func() time.Time { return h.now }})
		h.editor = h.member(organisation.KindUNIVERSITY, membership.RoleEDITOR)
		h.agent = h.member(organisation.KindCOMPANY, membership.RoleAGENT)
		h.listing = db.Ent().Listing.Create().SetNumber("L-2026-0001").SetTitleZh("催化剂").SetTitleEn("Catalyst").SetField("NM").SetTrl(5).
			SetRights([]string{"ASSIGN"}).SetInventors([]string{"沈怀谷"}).SetCity("310000").SetStatus(listing.StatusPUBLISHED).
			SetPublishedAt(h.now).SetSeller(h.editor.Organisation).SaveX(t.Context())
		test(t, h)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func problem(t *testing.T, err error, code fault.Code, p fault.Problem) {
	t.Helper()
	e := fault.In(err)
	if err == nil || e.Code != code || e.Problem != p && (len(e.Fields) != 1 || e.Fields[0].Problem != p) {
		t.Errorf("%v, want %s %s", err, code, p)
	}
}

func (h *house) member(k organisation.Kind, r membership.Role) identity.Viewer {
	h.people++
	o := h.db.Ent().Organisation.Create().SetNameZh(fmt.Sprintf("单位%d", h.people)).SetNameEn(fmt.Sprintf("Organisation %d", h.people)).
		SetKind(k).SetUscc(fmt.Sprintf("91310000MA1FL0%04d", h.people)).SetCity("310000").SetStanding(organisation.StandingVERIFIED).SaveX(h.t.Context())
	return h.memberOf(o, r)
}

func (h *house) memberOf(o *ent.Organisation, r membership.Role) identity.Viewer {
	h.people++
	p := h.db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", h.people)).SetNameZh(fmt.Sprintf("某人%d", h.people)).
		SetNameEn("Some One").SaveX(h.t.Context())
	h.db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(r).SaveX(h.t.Context())
	return identity.Viewer{Person: p, Organisation: o, Membership: r}
}

func (h *house) hand(a document.Audience, body []byte) int {
	h.t.Helper()
	id, err := h.service.Hand(h.t.Context(), h.editor, h.listing.ID, dataroom.Paper{Audience: a, Kind: document.KindREPORT},
		dataroom.File{Name: `C:\secret\测试 报告.pdf.exe`, Body: bytes.NewReader(body)})
	must(h.t, err)
	return id
}

func (h *house) open(by identity.Viewer, id, version int) (string, *dataroom.Opened, error) {
	h.t.Helper()
	o, err := h.service.Open(h.t.Context(), by, "192.0.2.1", h.listing.ID, id, version)
	if err != nil {
		return "", o, err
	}
	body, err := io.ReadAll(o.Body)
	must(h.t, err)
	must(h.t, o.Body.Close())
	return string(body), o, nil
}

func (h *house) sign(by identity.Viewer) error {
	h.t.Helper()
	at, err := h.service.Room(h.t.Context(), by, h.listing.ID)
	must(h.t, err)
	return h.service.Sign(h.t.Context(), by, h.listing.ID, dataroom.Signature{
		Version: at.Terms.Version, SHA256: at.Terms.Sha256, Name: by.Person.NameZh, Agreed: true, Address: "192.0.2.1",
	})
}

func (h *house) kinds(to *ent.Organisation) (kinds []inbox.Kind) {
	for _, n := range h.told {
		if n.Organisation == to.ID {
			kinds = append(kinds, n.Kind)
		}
	}
	return kinds
}

var text = []byte("A report about a catalyst.\n")

// Who may open which paper, before and after his organisation has promised. Nobody else learns that there is one for inside.
func TestWhoOpensWhat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		papers := map[document.Audience]int{}
		for _, a := range []document.Audience{document.AudiencePUBLIC, document.AudienceCONFIDENTIAL, document.AudienceINTERNAL} {
			papers[a] = h.hand(a, text)
		}
		unsigned := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
		must(t, h.sign(h.agent))
		inventor := h.memberOf(h.editor.Organisation, membership.RoleEDITOR) // R1.7
		h.db.Ent().Membership.Create().SetPerson(inventor.Person).SetOrganisation(unsigned.Organisation).SetRole(membership.RoleVIEWER).ExecX(t.Context())
		lot := h.db.Ent().Lot.Create().SetNumber("G60-1").SetTerms(auction.Terms{}).SetListing(h.listing).SetOperator(h.member(organisation.KindMARKET_OPERATOR, membership.RoleADMINISTRATOR).Organisation).SaveX(t.Context())
		h.db.Ent().Registration.Create().SetLot(lot).SetOrganisation(unsigned.Organisation).SaveX(t.Context())
		named := h.memberOf(h.editor.Organisation, membership.RoleEDITOR) // by his name, through a company of his
		named.Person = named.Person.Update().SetNameZh("沈怀谷").SaveX(t.Context())
		h.db.Ent().PartyFinding.Create().SetLotID(lot.ID).SetOperatorID(1).SetOrganisationID(unsigned.OrganisationID()).SetKey("1").SetEffect("FLAG_PUBLIC").
			SetRole(string(exclusion.Inventor)).SetReason(string(exclusion.ControlledBy)).SetWords(`{"party":"沈怀谷 / Shen Huaigu"}`).SetAt(h.now).ExecX(t.Context())
		const yes = ""
		for who, c := range map[string]struct {
			by                             identity.Viewer
			public, confidential, internal string
		}{
			"a visitor":                      {identity.Viewer{}, yes, "sign_in", "not_found"},
			"nobody's person":                {identity.Viewer{Person: unsigned.Person}, yes, "forbidden: ROOM_NOT_FOR_YOU", "not_found"},
			"the seller's editor":            {h.editor, yes, yes, yes},
			"the seller's viewer":            {h.memberOf(h.editor.Organisation, membership.RoleVIEWER), yes, yes, yes},
			"the seller's, and a bidder's":   {inventor, yes, "forbidden: ROOM_BIDDER", "not_found"},
			"the inventor of a bidder":       {named, yes, "forbidden: ROOM_BIDDER", "not_found"},
			"the operator":                   {h.member(organisation.KindMARKET_OPERATOR, membership.RoleEDITOR), yes, yes, yes},
			"who looks on for the operator":  {h.member(organisation.KindMARKET_OPERATOR, membership.RoleVIEWER), yes, "forbidden: ROOM_NOT_FOR_YOU", "not_found"},
			"a company that promised":        {h.agent, yes, yes, "not_found"},
			"a colleague there":              {h.memberOf(h.agent.Organisation, membership.RoleVIEWER), yes, yes, "not_found"},
			"a company that did not promise": {unsigned, yes, "forbidden: ROOM_PROMISE_FIRST", "not_found"},
			"an institute":                   {h.member(organisation.KindINSTITUTE, membership.RoleADMINISTRATOR), yes, "forbidden: ROOM_PROMISE_FIRST", "not_found"},
			"a brokerage":                    {h.member(organisation.KindBROKERAGE, membership.RoleAGENT), yes, "forbidden: ROOM_PROMISE_FIRST", "not_found"},
			"an auction house":               {h.member(organisation.KindAUCTION_HOUSE, membership.RoleAGENT), yes, "forbidden: ROOM_NOT_FOR_YOU", "not_found"},
			"the joint office":               {h.member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR), yes, "forbidden: ROOM_NOT_FOR_YOU", "not_found"},
		} {
			for a, want := range map[document.Audience]string{document.AudiencePUBLIC: c.public, document.AudienceCONFIDENTIAL: c.confidential, document.AudienceINTERNAL: c.internal} {
				body, _, err := h.open(c.by, papers[a], 0)
				switch {
				case want == yes && (err != nil || body != string(text)):
					t.Errorf("%s does not read what is %s: %v", who, a, err)
				case want != yes && (err == nil || !strings.HasPrefix(err.Error(), want)):
					t.Errorf("%s opens what is %s: %v, want %s", who, a, err, want)
				}
			}
			reads, err := h.service.MayRead(t.Context(), c.by, h.listing.ID)
			if must(t, err); reads != (c.confidential == yes) {
				t.Errorf("%s may read: %v", who, reads)
			}
		}
		if reads, err := h.service.MayRead(t.Context(), h.agent, 99); err != nil || reads {
			t.Errorf("a listing that is not there: %v, %v", reads, err)
		}
		// An unfinished listing is its seller's alone, whatever has been promised.
		h.listing.Update().SetStatus(listing.StatusDRAFT).ExecX(t.Context())
		for who, by := range map[string]identity.Viewer{"visitor": {}, "company": h.agent, "operator": h.member(organisation.KindMARKET_OPERATOR, membership.RoleEDITOR)} {
			for a, id := range papers {
				if _, _, err := h.open(by, id, 0); fault.Of(err) != fault.NotFound || err == nil {
					t.Errorf("%s opens what is %s of a draft: %v", who, a, err)
				}
			}
		}
	})
}

// A promise keeps what was signed; both sides learn of it, and only they and the operator can read it.
func TestAPromise(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := t.Context(), h.listing.ID
		at, err := h.service.Room(ctx, h.agent, id)
		must(t, err)
		good := dataroom.Signature{Version: 1, SHA256: at.Terms.Sha256, Name: h.agent.Person.NameZh, Agreed: true, Address: "192.0.2.7"}
		if !strings.Contains(at.Terms.TextZh, h.editor.Organisation.NameZh) || !strings.Contains(at.Terms.TextEn, h.listing.Number) || strings.Contains(at.Terms.TextZh+at.Terms.TextEn, "{{") {
			t.Errorf("the text does not say whose secrets it is about: %s", at.Terms.TextZh)
		}
		viewer := h.memberOf(h.agent.Organisation, membership.RoleVIEWER)
		for name, c := range map[string]struct {
			by     identity.Viewer
			change func(*dataroom.Signature)
			code   fault.Code
			p      fault.Problem
		}{
			"nobody":           {identity.Viewer{}, nil, fault.SignIn, ""},
			"a viewer":         {viewer, nil, fault.Forbidden, "ROOM_SIGNERS_ONLY"},
			"the seller":       {h.editor, nil, fault.Forbidden, "ROOM_NOT_FOR_YOU"},
			"no name":          {h.agent, func(s *dataroom.Signature) { s.Name = " " }, fault.Invalid, "REQUIRED"},
			"another name":     {h.agent, func(s *dataroom.Signature) { s.Name = "王二" }, fault.Invalid, "NAME_DIFFERS"},
			"no tick":          {h.agent, func(s *dataroom.Signature) { s.Agreed = false }, fault.Invalid, "MUST_AGREE"},
			"another version":  {h.agent, func(s *dataroom.Signature) { s.Version = 2 }, fault.Conflict, "TERMS_CHANGED"},
			"another text":     {h.agent, func(s *dataroom.Signature) { s.SHA256 = strings.Repeat("0", 64) }, fault.Conflict, "TERMS_CHANGED"},
			"an auction house": {h.member(organisation.KindAUCTION_HOUSE, membership.RoleAGENT), nil, fault.Forbidden, "ROOM_NOT_FOR_YOU"},
		} {
			s := good
			if c.change != nil {
				c.change(&s)
			}
			t.Log(name)
			problem(t, h.service.Sign(ctx, c.by, id, s), c.code, c.p)
		}
		must(t, h.service.Sign(ctx, h.agent, id, good))
		must(t, h.service.Sign(ctx, h.agent, id, good)) // the other tab
		all := h.db.Ent().RoomPromise.Query().WithTerms().AllX(ctx)
		if len(all) != 1 || all[0].Sha256 != at.Terms.Sha256 || all[0].Edges.Terms.TextZh != at.Terms.TextZh || all[0].TypedName != good.Name ||
			all[0].Address != "192.0.2.7" || !all[0].At.Equal(h.now) {
			t.Fatalf("kept: %+v", all)
		}
		if got := h.kinds(h.editor.Organisation); len(got) != 1 || got[0] != inbox.RoomPromised {
			t.Errorf("the seller is told %v", got)
		}
		if got := h.kinds(h.agent.Organisation); len(got) != 1 || got[0] != inbox.RoomSigned {
			t.Errorf("the reader is told %v", got)
		}
		for who, c := range map[string]struct {
			by  identity.Viewer
			may bool
		}{
			"the signer": {h.agent, true}, "a colleague": {viewer, true}, "the seller": {h.editor, true},
			"the operator":    {h.member(organisation.KindMARKET_OPERATOR, membership.RoleEDITOR), true},
			"another company": {h.member(organisation.KindCOMPANY, membership.RoleAGENT), false}, "a visitor": {identity.Viewer{}, false},
		} {
			if _, _, err := h.service.Promise(ctx, c.by, id, all[0].ID); (err == nil) != c.may {
				t.Errorf("%s reads the promise: %v", who, err)
			}
		}
	})
}
