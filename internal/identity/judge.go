package identity

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/organisationsecret"
	"github.com/g60-corridor/corridor/ent/ownershiplink"
	"github.com/g60-corridor/corridor/ent/signintrace"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
)

// Sale is what somebody wishes to bid for, and who has to do with it.
type Sale struct {
	Lot, Project     int // one of them
	Bidder           int
	Seller, Operator int
	House            string // the auction house and its auctioneer, as the commission names them; "" if there is none. R1.1
	Auctioneer       string
	Inventors        []string // as the listing names them; a name may be written in both scripts
	Qualified        []int    // other bidders
}

// Finding is a verdict on a bidder in words.
type Finding struct {
	Effect      exclusion.Effect `json:"-"`
	Reason      exclusion.Reason `json:"-"`
	Role        exclusion.Role   `json:"-"`
	Party       string           `json:"party"` // the other one, by name
	PartyEN     string           `json:"party_en,omitempty"`
	Chain       []ChainLink      `json:"chain,omitempty"`
	Unconfirmed bool             `json:"unconfirmed,omitempty"` // it rests on what was declared, and not on what an operator has confirmed
	key         string
}

// ChainLink is a link on which a finding rests, by names.
type ChainLink struct {
	From, FromEN, To, ToEN string
	Relation               exclusion.Relation
	ShareBP                int64
}

// Excluded keeps a bidder out. R1.6, R1.8
type Excluded struct {
	Findings []Finding // those that block
}

func (e *Excluded) Error() string {
	f := e.Findings[0]
	return fmt.Sprintf("excluded: %s %s %s", f.Reason, f.Role, f.Party)
}

// Unwrap gives the code and the problem.
func (e *Excluded) Unwrap() error {
	return &fault.Error{Code: fault.Forbidden, Problem: "EXCLUDED", Message: string(e.Findings[0].Reason)}
}

// Blocking are the findings that keep a bidder out, as an error; nil if there are none.
func Blocking(all []Finding) error {
	var block []Finding
	for _, f := range all {
		if f.Effect == exclusion.Block {
			block = append(block, f)
		}
	}
	if len(block) == 0 {
		return nil
	}
	return &Excluded{Findings: block}
}

// Judge says what is known against a bidder, and what the public is to know of him (R1.6 to R1.8). Links that an operator
// has confirmed count in full. Those that were only declared keep nobody out: else anybody could bar a rival by claiming to
// own him. What they would block, a person looks at; what the bidder says of himself is published. A person looks as well where
// two links meet in somebody of whom only the name is known: there are many of one name.
func Judge(ctx context.Context, client *ent.Client, sale Sale, now time.Time) ([]Finding, error) {
	m, err := gather(ctx, client, sale)
	if err != nil {
		return nil, err
	}
	today := ident.Date(now.In(zone).Format(time.DateOnly))
	c := m.sale(sale)
	c.Links = m.confirmed
	found := exclusion.Judge(c, today)
	c.Links = append(slices.Clone(m.confirmed), m.declared...)
	all := exclusion.Judge(c, today)
	var findings []Finding
	for _, v := range found {
		if v.Effect == exclusion.Block && (meetByName(v.Chain) || strings.HasPrefix(string(v.Party), byName)) {
			v.Effect = exclusion.Alert
		}
		findings = append(findings, m.inWords(v, false))
	}
	for _, v := range all {
		if slices.ContainsFunc(found, func(f exclusion.Verdict) bool { return f.Effect == v.Effect && f.Role == v.Role && f.Party == v.Party }) {
			continue
		}
		own := !slices.ContainsFunc(v.Chain, func(l exclusion.Link) bool {
			by, declared := m.declarer[l]
			return declared && by != sale.Bidder
		})
		if v.Effect == exclusion.Block || v.Effect == exclusion.FlagPublic && !own {
			v.Effect = exclusion.Alert
		}
		findings = append(findings, m.inWords(v, true))
	}
	return findings, nil
}

// byName begins a party of whom only the name is known.
const byName = "name:"

// meetByName says whether links hang together by a name alone.
func meetByName(chain []exclusion.Link) bool {
	met := map[exclusion.Party]bool{}
	for _, l := range chain {
		for _, p := range []exclusion.Party{l.From, l.To} {
			if strings.HasPrefix(string(p), byName) && met[p] {
				return true
			}
			met[p] = true
		}
	}
	return false
}

var zone = time.FixedZone("UTC+8", 8*3600)

// matter is what is known of all who have to do with a sale.
type matter struct {
	confirmed, declared []exclusion.Link
	declarer            map[exclusion.Link]int // which organisation has declared a link
	state               []exclusion.Party
	traces              []exclusion.Trace
	inventors           []exclusion.Party
	alias               map[string]string // from each way of writing an inventor's name to one
	staff, delegates    []exclusion.Party // of the houses and the seller, by name
	house               exclusion.Party   // the auction house
	names               map[exclusion.Party][2]string
}

func (m *matter) sale(sale Sale) exclusion.Case {
	c := exclusion.Case{
		Bidder: organisationParty(sale.Bidder), Sellers: []exclusion.Party{organisationParty(sale.Seller)},
		Houses: []exclusion.Party{organisationParty(sale.Operator)}, Inventors: m.inventors, State: m.state, Traces: m.traces,
	}
	c.Staff, c.Delegates = m.staff, m.delegates
	if m.house != "" {
		c.Houses = append(c.Houses, m.house)
	}
	for _, q := range sale.Qualified {
		c.Qualified = append(c.Qualified, organisationParty(q))
	}
	return c
}

func gather(ctx context.Context, client *ent.Client, sale Sale) (*matter, error) {
	m := &matter{declarer: map[exclusion.Link]int{}, alias: map[string]string{}, names: map[exclusion.Party][2]string{}}
	m.nameInventors(sale.Inventors)
	// All of them: a link names another as people write him, with spaces and widths that no query compares.
	here, err := client.Organisation.Query().Where(organisation.StandingNEQ(organisation.StandingVOID)).Order(ent.Asc(organisation.FieldID)).
		Select(organisation.FieldID, organisation.FieldUscc, organisation.FieldNameZh, organisation.FieldNameEn, organisation.FieldStanding,
			organisation.FieldVerifiedAt).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parties: %w", err)
	}
	for _, o := range here {
		m.names[organisationParty(o.ID)] = [2]string{o.NameZh, o.NameEn}
	}
	parties, orgs := knownOf(here), append([]int{sale.Bidder, sale.Seller, sale.Operator}, sale.Qualified...)
	if o := parties.byName[nameKey(sale.House)]; o != nil {
		m.house, orgs = organisationParty(o.ID), append(orgs, o.ID)
	}
	if err := m.know(ctx, client, sale, orgs); err != nil {
		return nil, err
	}
	rows, err := client.OwnershipLink.Query().Where(ownershiplink.StateIn(ownershiplink.StateDECLARED, ownershiplink.StateCONFIRMED)).
		Order(ent.Asc(ownershiplink.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the links: %w", err)
	}
	for _, r := range rows {
		m.link(r, parties)
	}
	return m, m.trace(ctx, client, orgs)
}

// nameInventors makes parties of the inventors.
func (m *matter) nameInventors(inventors []string) {
	for _, written := range inventors {
		first := ""
		for _, name := range strings.Split(written, "/") {
			key := nameKey(name)
			if key == "" {
				continue
			}
			if first == "" {
				first = key
			}
			m.alias[key] = first
		}
		if first != "" {
			p := exclusion.Party(byName + first)
			m.inventors = append(m.inventors, p)
			m.names[p] = [2]string{written, written}
		}
	}
}

// person is somebody of whom a name is known.
func (m *matter) person(name string) exclusion.Party {
	key := nameKey(name)
	p := exclusion.Party(byName + cmp.Or(m.alias[key], key))
	if _, known := m.names[p]; !known {
		m.names[p] = [2]string{name, name}
	}
	return p
}

func (m *matter) link(r *ent.OwnershipLink, here *known) {
	self, other := organisationParty(r.OrganisationID), m.partyOf(r, here)
	if r.Relation == ownershiplink.RelationRELATIVE {
		self, other = m.person(r.OwnName), m.person(r.OtherName)
	}
	l := exclusion.Link{
		From: other, To: self, Relation: exclusion.Relation(r.Relation), ShareBP: r.ShareBp, Since: ident.Date(r.Since), Until: ident.Date(r.Until),
	}
	if r.Outward {
		l.From, l.To = self, other
	}
	if r.State == ownershiplink.StateCONFIRMED {
		m.confirmed = append(m.confirmed, l)
		if r.StateOrgan { // art 265: once an operator has seen that it is one
			m.state = append(m.state, other)
		}
		return
	}
	m.declared = append(m.declared, l)
	m.declarer[l] = r.OrganisationID
}

// know collects the people of organisations: what two of these have in common, and by name who works for a house or acts for the
// seller. Who only looks on in the seller's name, or pays, is no delegate; and an inventor is not excluded for being one. R1.6, R1.7
func (m *matter) know(ctx context.Context, client *ent.Client, sale Sale, orgs []int) error {
	all, err := client.Membership.Query().Where(membership.HasOrganisationWith(organisation.IDIn(orgs...))).Order(ent.Asc(membership.FieldID)).
		WithPerson().WithOrganisation().All(ctx)
	if err != nil {
		return fmt.Errorf("read the people: %w", err)
	}
	for _, a := range all {
		org, who := a.Edges.Organisation.ID, a.Edges.Person
		m.common(org, exclusion.Agent, fmt.Sprint(who.ID))
		var names []exclusion.Party
		for _, name := range []string{who.NameZh, who.NameEn} {
			if nameKey(name) != "" {
				names = append(names, m.person(name))
			}
		}
		invents := slices.ContainsFunc(names, func(p exclusion.Party) bool { return slices.Contains(m.inventors, p) })
		switch {
		case org == sale.Operator || organisationParty(org) == m.house:
			m.staff = append(m.staff, names...)
		case org == sale.Seller && !invents && a.Role != membership.RoleVIEWER && a.Role != membership.RoleFINANCE:
			m.delegates = append(m.delegates, names...)
		}
	}
	if nameKey(sale.Auctioneer) != "" {
		m.staff = append(m.staff, m.person(sale.Auctioneer))
	}
	return nil
}

func (m *matter) common(org int, kind exclusion.TraceKind, value string) {
	if value != "" {
		m.traces = append(m.traces, exclusion.Trace{Party: organisationParty(org), Kind: kind, Value: value})
	}
}

// trace collects what else organisations may have in common. R1.6
func (m *matter) trace(ctx context.Context, client *ent.Client, orgs []int) error {
	secrets, err := client.OrganisationSecret.Query().Where(organisationsecret.OrganisationIDIn(orgs...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read digests: %w", err)
	}
	for _, s := range secrets {
		m.common(s.OrganisationID, exclusion.BankAccount, s.AccountDigest)
		m.common(s.OrganisationID, exclusion.Phone, s.PhoneDigest)
	}
	seen, err := client.SignInTrace.Query().Where(signintrace.OrganisationIDIn(orgs...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read traces: %w", err)
	}
	for _, t := range seen {
		kind := exclusion.Address
		if t.Kind == signintrace.KindDEVICE {
			kind = exclusion.Device
		}
		m.common(t.OrganisationID, kind, t.Digest)
	}
	return nil
}

// inWords names the parties of a verdict.
func (m *matter) inWords(v exclusion.Verdict, unconfirmed bool) Finding {
	name := func(p exclusion.Party) (string, string) { n := m.names[p]; return n[0], n[1] }
	f := Finding{Effect: v.Effect, Reason: v.Reason, Role: v.Role, Unconfirmed: unconfirmed, key: fmt.Sprintf("%s:%s:%s:%s", v.Effect, v.Reason, v.Role, v.Party)}
	if unconfirmed { // what was looked at as somebody's word is looked at again once it is confirmed
		f.key += ":declared"
	}
	f.Party, f.PartyEN = name(v.Party)
	for _, l := range v.Chain {
		c := ChainLink{Relation: l.Relation, ShareBP: l.ShareBP}
		c.From, c.FromEN = name(l.From)
		c.To, c.ToEN = name(l.To)
		f.Chain = append(f.Chain, c)
	}
	if f.ByRelative() {
		f.key += ":relative"
	}
	return f
}

// verdict is what of a finding the rules ask for: parties go by name in it, and rules by relations.
func (f Finding) verdict() exclusion.Verdict {
	v := exclusion.Verdict{Effect: f.Effect, Reason: f.Reason, Role: f.Role}
	for _, l := range f.Chain {
		v.Chain = append(v.Chain, exclusion.Link{Relation: l.Relation})
	}
	return v
}

// ByRelative says whether a finding rests on somebody's relative and not on himself.
func (f Finding) ByRelative() bool { return f.verdict().ByRelative() }

func (f Finding) words() (string, error) {
	raw, err := json.Marshal(f)
	return string(raw), err
}
