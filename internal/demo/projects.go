package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	entproject "github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

// bureau goes the ways to a price as people do, at times that have passed: what stands in the logs came about by the rules.
type bureau struct {
	client    *ent.Client
	rooms     *project.Service
	papers    *dataroom.Service
	at        time.Time
	operator  identity.Viewer
	companies []identity.Viewer
	listings  []*ent.Listing
	mode      trade.Mode
}

// quietAgenda takes errands and leaves who does them to the house.
type quietAgenda struct{ *agenda.Agenda }

func (quietAgenda) Handle(string, agenda.Doer) {}

// PlantProjects writes a few projects in different states, so that a newcomer sees each way. A database that has some of the
// demo is left as it is.
func PlantProjects(ctx context.Context, db *store.DB, m project.Market, due *agenda.Agenda, files *depot.Depot, mode trade.Mode, now time.Time) error {
	b := &bureau{client: db.Ent(), mode: mode}
	there, err := b.client.Project.Query().Where(entproject.Demo(true)).Exist(ctx)
	if err != nil || there {
		return err
	}
	b.rooms = project.New(project.Options{Database: db, Market: m, Agenda: quietAgenda{due}, Depot: files, Now: func() time.Time { return b.at }})
	b.papers = dataroom.New(dataroom.Options{Database: db, Depot: files, Now: func() time.Time { return b.at }})
	if err := b.gather(ctx); err != nil {
		return err
	}
	for i, play := range []func(context.Context, *ent.Listing, time.Time) error{
		b.onNotice, b.listed, b.contested, b.announced, b.awarded, b.objected, b.unwanted,
	} {
		if i >= len(b.listings) {
			break
		}
		// Where the calendar does not reach, or a rule has changed, the newcomer sees one project less.
		if err := play(ctx, b.listings[i], now); err != nil && fault.Of(err) != fault.Conflict {
			return fmt.Errorf("plant the demo's projects: %w", err)
		}
	}
	return nil
}

func (b *bureau) gather(ctx context.Context) error {
	members, err := b.client.Membership.Query().Where(membership.HasOrganisationWith(organisation.Demo(true))).
		WithPerson().WithOrganisation().Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("find the demo's people: %w", err)
	}
	for _, m := range members {
		v := identity.Viewer{Person: m.Edges.Person, Organisation: m.Edges.Organisation, Membership: m.Role}
		switch {
		case v.Operates():
			b.operator = v
		case v.MayApply():
			b.companies = append(b.companies, v)
		}
	}
	// The last of the catalogue: the demo's own lots begin with the first.
	const some = 7
	b.listings, err = b.client.Listing.Query().Where(listing.Demo(true), listing.StatusEQ(listing.StatusPUBLISHED), listing.HasSellerWith(
		organisation.HasMembershipsWith(membership.RoleEQ(membership.RoleADMINISTRATOR)))).
		Order(ent.Desc(listing.FieldID)).Limit(some).WithSeller(func(q *ent.OrganisationQuery) {
		q.WithMemberships(func(q *ent.MembershipQuery) { q.WithPerson() })
	}).All(ctx)
	if err != nil {
		return fmt.Errorf("find the demo's listings: %w", err)
	}
	const fewest = 3
	if !b.operator.SignedIn() || len(b.companies) < fewest {
		return fmt.Errorf("the demo catalogue is incomplete: operator %v, %d companies", b.operator.SignedIn(), len(b.companies))
	}
	return nil
}

// seller is who represents a listing's seller.
func seller(l *ent.Listing) identity.Viewer {
	for _, m := range l.Edges.Seller.Edges.Memberships {
		if m.Role == membership.RoleADMINISTRATOR {
			return identity.Viewer{Person: m.Edges.Person, Organisation: l.Edges.Seller, Membership: m.Role}
		}
	}
	return identity.Viewer{}
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// decided begins a project with its decision on file.
func (b *bureau) decided(ctx context.Context, l *ent.Listing, way trade.Way, at time.Time, price money.Fen) (int, error) {
	b.at = at
	o := project.Opening{Listing: l.ID, Way: way, Rights: l.Rights[0], PriceFen: price}
	if way == trade.ByAgreement {
		o.Buyer = b.companies[0].Organisation.Uscc
	}
	if err := b.files(ctx, l, price); err != nil {
		return 0, err
	}
	id, err := b.rooms.Open(ctx, seller(l), o)
	if err != nil {
		return 0, err
	}
	return id, b.rooms.Do(ctx, seller(l), id, trade.RecordDecision{File: decisionFile(at, price)})
}

// files hands the minutes of the decision in, as a seller's people do. R2.2
func (b *bureau) files(ctx context.Context, l *ent.Listing, price money.Fen) error {
	minutes := fmt.Sprintf("校长办公会纪要第12号（演示文件）\n\n日期：%s\n议题：%s的转化方式与价格\n\n会议同意以不低于%s的价格转化上述成果；"+
		"定价依据为第三方评估与市场询价。完成人已告知，与会人员已作利益冲突申报。\n", calendar.Of(b.at).Add(-3), l.TitleZh, price.Sign())
	_, err := b.papers.Hand(ctx, seller(l), l.ID, dataroom.Paper{
		Audience: document.AudienceINTERNAL, Kind: document.KindDECISION, TitleZH: "校长办公会纪要第12号", TitleEN: "Minutes no. 12 of the president's office",
	}, dataroom.File{Name: "minutes-12.txt", Body: strings.NewReader(minutes)})
	return err
}

func decisionFile(at time.Time, price money.Fen) trade.DecisionFile {
	return trade.DecisionFile{
		Document: "校长办公会纪要第12号", DecidedOn: calendar.Of(at).Add(-3), Minutes: "科技成果转化领导小组会议纪要", Basis: "第三方评估与市场询价",
		InventorsNotified: true, ConflictsDeclared: true, PriceFen: price,
	}
}

const wan = 10_000 * money.Yuan

// onNotice is an agreement on public notice.
func (b *bureau) onNotice(ctx context.Context, l *ent.Listing, now time.Time) error {
	_, err := b.notice(ctx, l, now.Add(-days(5)), 120*wan)
	return err
}

func (b *bureau) notice(ctx context.Context, l *ent.Listing, at time.Time, price money.Fen) (int, error) {
	id, err := b.decided(ctx, l, trade.ByAgreement, at.Add(-days(1)), price)
	if err != nil {
		return 0, err
	}
	b.at = at
	return id, b.rooms.Do(ctx, b.operator, id, trade.OpenNotice{Content: trade.NoticeContent{
		Name: l.TitleZh, Abstract: l.SummaryZh, InUnit: "科研楼一层公告栏与单位官网", OnMarket: "走廊技术交易市场",
		ObjectionProcedure: "公示期内以书面形式实名向科技成果转化部门提出，十个工作日内书面答复。",
	}})
}

// objected is an agreement whose clock an objection has stopped.
func (b *bureau) objected(ctx context.Context, l *ent.Listing, now time.Time) error {
	id, err := b.notice(ctx, l, now.Add(-days(8)), 260*wan)
	if err != nil {
		return err
	}
	b.at = now.Add(-days(3))
	return b.rooms.Do(ctx, b.companies[1], id, trade.LodgeObjection{Text: "公示价格明显低于同类成果的成交价格，请说明定价依据。"})
}

// published is a listing that stands in public.
func (b *bureau) published(ctx context.Context, l *ent.Listing, at time.Time, price money.Fen, x trade.Extension) (int, error) {
	id, err := b.decided(ctx, l, trade.ByListing, at.Add(-days(2)), price)
	if err != nil {
		return 0, err
	}
	if err := b.rooms.Do(ctx, seller(l), id, trade.SubmitForReview{}); err != nil {
		return 0, err
	}
	b.at = at
	return id, b.rooms.Do(ctx, b.operator, id, trade.PublishListing{Terms: trade.ListingTerms{
		Extension: x, Channels: []string{"走廊技术交易市场", "单位官网"},
		Entrance: trade.Entrance{DepositFen: price / 10, Mode: b.mode, Conditions: []trade.Condition{{
			Code: "C1", Text: "具有将成果产业化的场地和人员", Test: "场地证明与人员社保证明",
		}}},
	}})
}

// enters registers a company, and qualifies it if it is to be.
func (b *bureau) enters(ctx context.Context, id int, who identity.Viewer, qualify bool) error {
	if err := b.rooms.Do(ctx, who, id, trade.Register{}); err != nil || !qualify {
		return err
	}
	v, err := b.rooms.View(ctx, b.operator, id)
	if err != nil {
		return err
	}
	r, _ := project.Registered(who, v)
	if err := b.rooms.Do(ctx, b.operator, id, trade.AcceptDocuments{Registration: r.ID}); err != nil {
		return err
	}
	return b.rooms.Do(ctx, b.operator, id, trade.ReceiveDeposit{Registration: r.ID, AmountFen: v.State.Terms.Entrance.DepositFen})
}

// listed is a listing that looks for buyers: one is qualified, one waits.
func (b *bureau) listed(ctx context.Context, l *ent.Listing, now time.Time) error {
	id, err := b.published(ctx, l, now.Add(-days(3)), 480*wan, trade.Extension{DaysWD: 5, Cycles: 2})
	if err != nil {
		return err
	}
	b.at = now.Add(-days(1))
	if err := b.enters(ctx, id, b.companies[0], true); err != nil {
		return err
	}
	return b.enters(ctx, id, b.companies[2], false)
}

// contested is a listing with two qualified buyers whose period has passed: its sale opens by itself.
func (b *bureau) contested(ctx context.Context, l *ent.Listing, now time.Time) error {
	id, err := b.published(ctx, l, now.Add(-days(10)), 80*wan, trade.Extension{})
	if err != nil {
		return err
	}
	b.at = now.Add(-days(9))
	if err := b.enters(ctx, id, b.companies[1], true); err != nil {
		return err
	}
	return b.enters(ctx, id, b.companies[2], true)
}

// awarded is a listing whose only buyer confirmed its price.
func (b *bureau) awarded(ctx context.Context, l *ent.Listing, now time.Time) error {
	id, err := b.published(ctx, l, now.Add(-days(11)), 65*wan, trade.Extension{})
	if err != nil {
		return err
	}
	b.at = now.Add(-days(10))
	if err := b.enters(ctx, id, b.companies[0], true); err != nil {
		return err
	}
	v, err := b.rooms.View(ctx, b.operator, id)
	if err != nil || v.Row.NextAt == nil || v.Row.NextAt.After(now) {
		return err
	}
	b.at = v.Row.NextAt.Add(time.Hour)
	return b.rooms.Do(ctx, b.companies[0], id, trade.ConfirmPrice{PriceFen: 65 * wan})
}

// announced is an auction project before its sale.
func (b *bureau) announced(ctx context.Context, l *ent.Listing, now time.Time) error {
	id, err := b.decided(ctx, l, trade.ByAuction, now.Add(-days(4)), 300*wan)
	if err != nil {
		return err
	}
	if err := b.rooms.Do(ctx, seller(l), id, trade.SignCommission{Procedure: auction.ExchangeBidding, Commission: trade.Commission{
		Document: "委托合同第8号", Parties: "委托人与市场运营机构", Lot: l.TitleZh, Reserve: "NONE", Place: "走廊技术交易市场网络竞价厅",
		Delivery: "登记变更后交付技术资料", Fee: "成交价的2%", Payment: "签约后十日内", Breach: "按合同约定",
	}}); err != nil {
		return err
	}
	b.at = now.Add(-days(2))
	today := calendar.Of(b.at)
	morning := func(n int) trade.Instant { return auction.InstantOf(today.Add(n).Start().Add(10 * time.Hour)) }
	return b.rooms.Do(ctx, b.operator, id, trade.Announce{Announcement: trade.Announcement{
		Proof: "报纸第6版", Medium: "科技日报", Place: "网络竞价厅", Formalities: "在线登记，缴纳保证金", SaleAt: morning(14), RegisterBy: morning(13),
		PreviewFrom: today.Add(8), PreviewTo: today.Add(10), Defects: "按现状转让。", Entrance: trade.Entrance{DepositFen: 30 * wan, Mode: b.mode},
	}})
}

// unwanted is a listing that nobody came for.
func (b *bureau) unwanted(ctx context.Context, l *ent.Listing, now time.Time) error {
	_, err := b.published(ctx, l, now.Add(-days(40)), 90*wan, trade.Extension{DaysWD: 5, Cycles: 1})
	return err
}
