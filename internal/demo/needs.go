package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/seeds"
)

// PlantNeeds has the demo's companies post what they look for, by the same door as everybody. While some of it is open,
// nothing is added.
func PlantNeeds(ctx context.Context, client *ent.Client, room *needs.Service, now time.Time) error {
	there, err := client.Need.Query().Where(need.Demo(true), need.StatusEQ(need.StatusPUBLISHED), need.EndsAtGT(now)).Exist(ctx)
	if err != nil || there {
		return err
	}
	all, err := seeds.Needs()
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- { // the first stands on top
		if err := plantNeed(ctx, client, room, all[i], now); err != nil {
			return fmt.Errorf("plant the need %s: %w", all[i].EN, err)
		}
	}
	return nil
}

func plantNeed(ctx context.Context, client *ent.Client, room *needs.Service, n seeds.Need, now time.Time) error {
	m, err := client.Membership.Query().Where(membership.HasPersonWith(person.Email(n.Company))).WithPerson().WithOrganisation().First(ctx)
	if err != nil {
		return err
	}
	by := identity.Viewer{Person: m.Edges.Person, Organisation: m.Edges.Organisation, Membership: m.Role}
	const wan = 10_000 * money.Yuan
	w := matching.Wish{
		TitleZH: n.ZH, TitleEN: n.EN, TextZH: n.TextZH, TextEN: n.TextEN, Field: n.Field, Industry: n.Industry,
		LevelLeast: subject.Level(n.TRL[0]), LevelMost: subject.Level(n.TRL[1]),
		BudgetLeastFen: money.Fen(n.BudgetWan[0]) * wan, BudgetMostFen: money.Fen(n.BudgetWan[1]) * wan,
		City: n.City, Until: ident.DateOf(now.In(calendar.Zone)).Days(n.Days), Secrecy: matching.Secrecy(n.Secrecy),
	}
	for _, r := range n.Rights {
		w.Rights = append(w.Rights, subject.Mode(r))
	}
	for _, text := range n.IPC {
		s, err := ident.ParseSymbol(text)
		if err != nil {
			return err
		}
		w.IPC = append(w.IPC, string(s))
	}
	id, err := room.New(ctx, by, w)
	if err != nil {
		return err
	}
	return room.Publish(ctx, by, id, 1)
}
