package watch

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingversion"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/search"
)

// thing is what the public may know of a thing that is watched, as far as its watchers are told when it changes.
type thing struct {
	kind             watch.Kind
	id               int
	number           string
	titleZH, titleEN string
	public           bool
	facts            map[string]string // by lot:7, project:3, listing:5
	numbers          map[string]string // of those
}

func (t thing) encode() string {
	text, _ := json.Marshal(t.facts) // texts always can be written
	return string(text)
}

// look reads how a thing stands. What does not exist is not public.
func look(ctx context.Context, client *ent.Client, kind watch.Kind, id int) (thing, error) {
	t := thing{kind: kind, id: id, facts: map[string]string{}, numbers: map[string]string{}}
	var err error
	switch kind {
	case watch.KindLISTING:
		err = t.listing(ctx, client)
	case watch.KindLOT:
		err = t.lot(ctx, client)
	case watch.KindPROJECT:
		err = t.project(ctx, client)
	}
	if ent.IsNotFound(err) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("look at what is watched: %w", err)
	}
	return t, nil
}

// named names a thing after its listing. One that is not on offer may have been opened again and be written anew, which is
// its seller's alone: then the name is that under which it was last published.
func (t *thing) named(ctx context.Context, client *ent.Client, l *ent.Listing, number string) error {
	t.number, t.titleZH, t.titleEN = number, l.TitleZh, l.TitleEn
	if l.Status == listing.StatusPUBLISHED {
		return nil
	}
	last, err := client.ListingVersion.Query().Where(listingversion.HasListingWith(listing.ID(l.ID)), listingversion.WhatEQ(listingversion.WhatPUBLISHED)).
		Order(ent.Desc(listingversion.FieldNumber)).First(ctx)
	if err == nil {
		t.titleZH, t.titleEN = last.Sheet.TitleZH, last.Sheet.TitleEN
	}
	if ent.IsNotFound(err) { // it was not written here, and cannot be written anew
		return nil
	}
	return err
}

func (t *thing) listing(ctx context.Context, client *ent.Client) error {
	l, err := client.Listing.Query().Where(listing.ID(t.id)).WithLots(seen).Only(ctx)
	if err != nil {
		return err
	}
	if err := t.named(ctx, client, l, l.Number); err != nil {
		return err
	}
	t.public = l.Status == listing.StatusPUBLISHED
	t.fact("listing", l.ID, l.Number, onOffer(l))
	for _, one := range l.Edges.Lots {
		t.fact("lot", one.ID, one.Number, lotFact(one))
	}
	projects, err := client.Project.Query().Where(project.HasListingWith(listing.ID(t.id)), project.Published(true)).All(ctx)
	for _, p := range projects {
		t.fact("project", p.ID, p.Number, projectFact(p))
	}
	return err
}

// onOffer is whether a listing is on offer, and since when. Between withdrawal and publication nothing is told.
func onOffer(l *ent.Listing) string {
	switch {
	case l.Status != listing.StatusPUBLISHED:
		return "WITHDRAWN"
	case l.PublishedAt == nil:
		return "PUBLISHED"
	}
	return "PUBLISHED|" + l.PublishedAt.UTC().Format(time.RFC3339)
}

func seen(q *ent.LotQuery) {
	q.Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Draft)), lot.PhaseNEQ(""))
}

func (t *thing) lot(ctx context.Context, client *ent.Client) error {
	q := client.Lot.Query().Where(lot.ID(t.id)).WithListing()
	seen(q)
	l, err := q.Only(ctx)
	if err != nil {
		return err
	}
	if err := t.named(ctx, client, l.Edges.Listing, l.Number); err != nil {
		return err
	}
	t.public = true
	t.fact("lot", l.ID, l.Number, lotFact(l))
	return nil
}

func (t *thing) project(ctx context.Context, client *ent.Client) error {
	p, err := client.Project.Query().Where(project.ID(t.id), project.Published(true)).WithListing().Only(ctx)
	if err != nil {
		return err
	}
	if err := t.named(ctx, client, p.Edges.Listing, p.Number); err != nil {
		return err
	}
	t.public = true
	t.fact("project", p.ID, p.Number, projectFact(p))
	return nil
}

func (t *thing) fact(what string, id int, number, fact string) {
	name := what + ":" + strconv.Itoa(id)
	t.facts[name], t.numbers[name] = fact, number
}

// lotFact is what watchers are told of a lot, and how often its calendar has changed, which tells one interruption from
// another.
func lotFact(l *ent.Lot) string {
	stage, opens := "OPEN", ""
	switch auction.Phase(l.Phase) {
	case auction.Announced:
		stage = "ANNOUNCED"
		if l.OpensAt != nil {
			opens = l.OpensAt.UTC().Format(time.RFC3339)
		}
	case auction.Paused:
		stage = "PAUSED"
	case auction.Closed:
		stage = cmp.Or(l.Outcome, "CLOSED")
	}
	return strings.Join([]string{stage, opens, strconv.Itoa(l.Changes)}, "|")
}

// heard says whether a watcher knows how a thing stands. While a lot is open its count alone says nothing: each bid that extends
// it is counted too, and a hot lot with many watchers would have all of them written down again with every bid.
func (t thing) heard(state string) bool {
	before := map[string]string{}
	if json.Unmarshal([]byte(state), &before) != nil || len(before) != len(t.facts) {
		return false
	}
	for name, is := range t.facts {
		was, known := before[name]
		extended := strings.HasPrefix(name, "lot:") && strings.HasPrefix(was, "OPEN|") && strings.HasPrefix(is, "OPEN|")
		if !known || was != is && !extended {
			return false
		}
	}
	return true
}

func projectFact(p *ent.Project) string {
	due := ""
	if p.DueAt != nil {
		due = p.DueAt.UTC().Format(time.RFC3339)
	}
	return strings.Join([]string{p.Phase, strconv.FormatInt(p.PriceFen, 10), p.DueKind, due}, "|")
}

// happening is one thing that its watchers are told.
type happening struct{ key, word, number string }

// since says what has happened to a thing since its watcher was last told.
func (t thing) since(state string) (all []happening) {
	before := map[string]string{}
	if json.Unmarshal([]byte(state), &before) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(t.facts)) {
		was, is := before[name], t.facts[name]
		if word := wordOf(name, was, is); was != is && word != "" {
			all = append(all, happening{key: name + ":" + is, word: word, number: t.numbers[name]})
		}
	}
	return all
}

// wordOf is the text key of what has happened; "" for nothing that is told.
func wordOf(name, was, is string) string {
	a, b := strings.Split(was, "|"), strings.Split(is, "|")
	what, _, _ := strings.Cut(name, ":")
	switch {
	case what == "listing":
		return "watch_what_" + b[0]
	case what == "lot" && a[0] != b[0]:
		if a[0] == "PAUSED" && b[0] == "OPEN" {
			return "watch_what_RESUMED"
		}
		return "watch_what_" + b[0]
	case what == "lot":
		if a[1] != b[1] {
			return "watch_what_MOVED"
		}
		return ""
	case len(a) != len(b) || a[0] != b[0]:
		return "pphase_" + b[0]
	case a[1] != b[1]:
		return "watch_what_PRICED"
	case a[2] == b[2] && a[3] < b[3] && a[3] != "": // the same deadline, later
		return "watch_what_EXTENDED"
	}
	return ""
}

// offered is what a seller has on offer now: no news for who begins to watch it. Who has no page of its own is not watched.
func (s *Service) offered(ctx context.Context, seller int) ([]byte, error) {
	client := s.o.Database.Ent()
	published := listing.StatusEQ(listing.StatusPUBLISHED)
	public, err := client.Organisation.Query().
		Where(organisation.ID(seller), identity.Shown).Exist(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for organisation %d: %w", seller, err)
	}
	if !public {
		return nil, fault.New(fault.NotFound, "", "no such organisation")
	}
	ids, err := client.Listing.Query().Where(published, listing.HasSellerWith(organisation.ID(seller))).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list what organisation %d offers: %w", seller, err)
	}
	return search.Know(ids).Bytes()
}
