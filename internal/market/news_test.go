package market_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

// withHerald opens the hall's market anew, with an inbox behind it: as often as there are nodes.
func (h *hall) withHerald(nodes int) (services []*market.Service) {
	h.t.Helper()
	for range nodes {
		plan, err := agenda.New(agenda.Options{DB: h.db})
		must(h.t, err)
		box, err := inbox.New(inbox.Options{DB: h.db, Agenda: plan, Origin: "https://market.example", Now: h.now})
		must(h.t, err)
		s, err := market.New(market.Options{
			Database: database{h.db}, Saleroom: h, Entries: h.log, Herald: box, Secret: make([]byte, 32), Now: h.now,
		})
		must(h.t, err)
		services = append(services, s)
	}
	h.service = services[0]
	return services
}

func (h *hall) now() time.Time { return h.clock }

// told lists the kinds of what an organisation's people were told, in order.
func (h *hall) told(org int) (kinds []string) {
	h.t.Helper()
	rows, err := h.db.SQL().Query(fmt.Sprintf("SELECT kind FROM notices WHERE organisation_id = %d ORDER BY id", org))
	must(h.t, err)
	defer rows.Close()
	for rows.Next() {
		var k string
		must(h.t, rows.Scan(&k))
		kinds = append(kinds, k)
	}
	must(h.t, rows.Err())
	return kinds
}

func (h *hall) wantTold(who string, org int, kinds ...inbox.Kind) {
	h.t.Helper()
	var want []string
	for _, k := range kinds {
		want = append(want, string(k))
	}
	if got := h.told(org); !slices.Equal(got, want) {
		h.t.Errorf("%s was told %v, want %v", who, got, want)
	}
}

// qualified pays a deposit in full for a registration and qualifies it.
func (h *hall) qualified(reg int) {
	h.t.Helper()
	must(h.t, h.service.RecordDeposit(h.t.Context(), h.operator, reg, 100_000*yuan, h.clock))
	must(h.t, h.service.Qualify(h.t.Context(), h.operator, reg, 0))
}

// submit hands a command to the saleroom, past the market: nobody follows the log yet.
func (h *hall) submit(id int, c auction.Command) {
	h.t.Helper()
	_, err := h.Submit(h.t.Context(), auction.LotID(id), c)
	must(h.t, err)
}

// A whole sale on two nodes, both of which follow the log: everybody is told of everything once.
func TestPeopleAreToldOfASale(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.withHerald(2)
		seller := h.person(h.seller, membership.RoleADMINISTRATOR)
		winner, loser, rejected := h.company("甲公司"), h.company("乙公司"), h.company("丙公司")
		d := h.draft()
		id := h.published(d)
		regs := []int{h.applied(id, winner), h.applied(id, loser), h.applied(id, rejected)}
		h.wantTold("the operator", h.operator.OrganisationID(), inbox.ApplicationsWaiting) // the two others joined the queue
		h.qualified(regs[0])
		h.qualified(regs[1])
		must(t, h.service.Reject(ctx, h.operator, regs[2], "资料不全"))
		h.clock = d.OpensAt.Add(time.Second)
		h.submit(id, auction.Tick{})
		h.submit(id, auction.Pause{Cause: auction.ForceMajeure, Note: "停电"})
		h.submit(id, auction.Resume{})
		h.clock = h.clock.Add(time.Hour)
		h.submit(id, auction.Tick{}) // goes on
		r, err := h.service.Registration(ctx, winner, id)
		must(t, err)
		h.submit(id, auction.PlaceBid{Paddle: auction.Paddle(r.Paddle), Key: auction.Key{1}, Kind: auction.Plain, AmountFen: d.Terms.StartFen})
		for range 20 { // through both periods
			h.clock = h.clock.Add(time.Hour)
			h.submit(id, auction.Tick{})
		}
		var both sync.WaitGroup
		for _, n := range h.withHerald(2) { // both have just started
			both.Go(func() {
				if err := n.FollowOnce(ctx, auction.LotID(id)); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		for _, n := range h.withHerald(2) { // and start again
			must(t, n.FollowOnce(ctx, auction.LotID(id)))
		}
		h.wantTold("the winner", winner.OrganisationID(), inbox.RegistrationQualified, inbox.LotPaused, inbox.LotResumes, inbox.LotWon)
		h.wantTold("the other", loser.OrganisationID(), inbox.RegistrationQualified, inbox.LotPaused, inbox.LotResumes, inbox.LotLost)
		h.wantTold("the rejected", rejected.OrganisationID(), inbox.RegistrationRejected)
		h.wantTold("the seller", seller.OrganisationID(), inbox.LotAnnounced, inbox.LotPaused, inbox.LotResumes, inbox.LotSold)
		h.wordsAreWhole()
	})
}

// A lot passes, and its listing comes again: who had registered hears of it. Then that one is withdrawn and a bidder suspended.
func TestPeopleAreToldOfALotThatPasses(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		service := h.withHerald(1)[0]
		seller, v := h.person(h.seller, membership.RoleEDITOR), h.company("甲公司")
		d := h.draft()
		first := h.published(d)
		h.qualified(h.applied(first, v))
		h.clock = d.OpensAt.Add(time.Second)
		for range 20 {
			h.submit(first, auction.Tick{})
			h.clock = h.clock.Add(time.Hour)
		}
		must(t, service.FollowOnce(ctx, auction.LotID(first)))
		second := h.published(h.draft())
		reg := h.applied(second, v)
		h.qualified(reg)
		must(t, service.Suspend(ctx, h.operator, reg, "涉嫌串通"))
		must(t, service.Conduct(ctx, h.operator, second, market.Withdraw, "", "权属争议"))
		h.wantTold("the bidder", v.OrganisationID(), inbox.RegistrationQualified, inbox.LotPassed, inbox.LotAnnounced,
			inbox.RegistrationQualified, inbox.RegistrationSuspended, inbox.LotWithdrawn)
		h.wantTold("the seller", seller.OrganisationID(), inbox.LotAnnounced, inbox.LotPassed, inbox.LotAnnounced, inbox.LotWithdrawn)
		h.wordsAreWhole()
	})
}

// wordsAreWhole says that no notice lacks what its words ask for.
func (h *hall) wordsAreWhole() {
	h.t.Helper()
	for _, n := range h.db.Ent().Notice.Query().AllX(h.t.Context()) {
		for _, l := range locale.Langs {
			text := inbox.Title(l, n) + inbox.Body(l, n)
			for _, hole := range []string{"<no value>", "{{", "notice_", "cause_", "why_"} {
				if strings.Contains(text, hole) {
					h.t.Errorf("%s in %s: %s", n.Kind, l, text)
				}
			}
		}
	}
}

// What cannot be told does not happen: the decision and its notice are one.
func TestADecisionAndItsNoticeAreOne(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		v := h.company("甲公司")
		id := h.published(h.draft())
		deaf, err := market.New(market.Options{
			Database: database{h.db}, Saleroom: h, Entries: h.log, Herald: mute{}, Secret: make([]byte, 32), Now: h.now,
		})
		must(t, err)
		if err := deaf.Apply(t.Context(), v, id); !errors.Is(err, errAway) {
			t.Errorf("applied although nobody could be told: %v", err)
		}
		if r, err := h.service.Registration(t.Context(), v, id); err != nil || r != nil {
			t.Errorf("a registration stands: %v, %v", r, err)
		}
	})
}

type mute struct{}

func (mute) Tell(context.Context, *store.Tx, inbox.News) error { return errAway }
