package page

import (
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
)

// Made-up goods to show the pages with: short and long names, every state of a lot.

var now = time.Date(2026, 11, 23, 12, 41, 7, 0, time.UTC)

func minutes(n int) *time.Time { t := now.Add(time.Duration(n) * time.Minute); return &t }

var (
	university = &ent.Organisation{ID: 1, NameZh: "云间大学", NameEn: "Yunjian University", Kind: organisation.KindUNIVERSITY, City: "310117", Uscc: "12100000425006117P", Standing: organisation.StandingVERIFIED}
	institute  = &ent.Organisation{ID: 2, NameZh: "之江湾先进制造与智能装备联合研究院有限公司湖州分院", NameEn: "Huzhou Branch of the Zhijiang Bay Joint Institute for Advanced Manufacturing and Intelligent Equipment", Kind: organisation.KindINSTITUTE, City: "330500", Uscc: "12100000470095016Q", Standing: organisation.StandingVERIFIED}
	company    = &ent.Organisation{ID: 3, NameZh: "松泽新材料有限公司", NameEn: "Songze New Materials Co., Ltd.", Kind: organisation.KindCOMPANY, City: "330400", Uscc: "914403001922038216", Standing: organisation.StandingVERIFIED}
	operator   = &ent.Organisation{ID: 4, NameZh: "走廊技术市场运营有限公司", NameEn: "Corridor Market Operations Ltd.", Kind: organisation.KindMARKET_OPERATOR, City: "310117", Uscc: "91330100799655058B", Standing: organisation.StandingVERIFIED}

	person = &ent.Person{ID: 1, Email: "lin@songze.example", NameZh: "林知微", NameEn: "Lin Zhiwei"}
)

var sampleTerms = auction.Terms{
	Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "两段竞价", EN: "Two-phase bidding"},
	Procedure: auction.ExchangeBidding, StartFen: 1_800_000_00,
	Step: auction.Step{Ladder: []auction.Rung{
		{BelowFen: 1_000_000_00, StepFen: 10_000_00}, {BelowFen: 5_000_000_00, StepFen: 50_000_00}, {StepFen: 100_000_00},
	}},
	Grid: auction.Strict, Reserve: auction.HiddenReserve, AnnounceReserveMet: true,
	Closing:     auction.Closing{Mode: auction.TwoPhase, FreeS: 86400, LimitedS: 240, LimitedRequiresFreeBid: true},
	MaximumBids: true, Priority: auction.Match, Jump: auction.Jump{ConfirmTimes: 3, RefuseTimes: 10}, MinBidders: 2,
	ResumeNoticeS: 1800, LongOutageS: 86400, LongResumeNoticeS: 432000,
}

var softTerms = auction.Terms{
	Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "单段竞价", EN: "One phase"}, Procedure: auction.ExchangeBidding,
	StartFen: 950_000_00, Step: auction.Step{FixedFen: 10_000_00}, Grid: auction.FreeGrid, Reserve: auction.NoReserve,
	Closing: auction.Closing{Mode: auction.Soft, DurationS: 7200, WindowS: 300, ExtendS: 300}, Priority: auction.NoPriority,
	MinBidders: 1, ResumeNoticeS: 1800, LongOutageS: 86400, LongResumeNoticeS: 432000,
}

var samplePatents = []*ent.Patent{
	{
		ID: 1, ApplicationNo: "201810862228.X", PublicationNo: "CN109012345B", Kind: patent.KindINVENTION,
		TitleZh: "一种高通量抗污染聚砜中空纤维超滤膜及其制备方法", TitleEn: "High-flux antifouling polysulfone hollow-fibre membrane and method of making it",
		AbstractZh: "在纺丝液中引入两性离子共聚物，使膜表面形成稳定的水合层。", AbstractEn: "A zwitterionic copolymer in the spinning dope forms a stable hydration layer on the membrane.",
		Ipc: []string{"B01D 71/68", "B01D 67/00"}, FiledOn: time.Date(2018, 8, 1, 0, 0, 0, 0, time.UTC), GrantedOn: minutes(-60 * 24 * 900),
		LegalStatus: patent.LegalStatusIN_FORCE, StatusAsOf: now.AddDate(0, 0, -3),
		Edges: ent.PatentEdges{Owners: []*ent.Organisation{university}},
	},
	{
		ID: 2, ApplicationNo: "201820862229.4", Kind: patent.KindUTILITY_MODEL, TitleZh: "超滤膜组件的密封端头",
		FiledOn: time.Date(2018, 8, 2, 0, 0, 0, 0, time.UTC), LegalStatus: patent.LegalStatusIN_FORCE, StatusAsOf: now.AddDate(0, 0, -3),
	},
}

func sampleListing(id int, zh, en string, f listing.Field, trl int, city string, seller *ent.Organisation, rights ...string) *ent.Listing {
	return &ent.Listing{
		ID: id, Number: "L-2026-0101", TitleZh: zh, TitleEn: en, Field: f, Trl: trl, City: city, Rights: rights,
		SummaryZh:    "在纺丝液中引入两性离子共聚物，膜通量比市售品提高约六成，连续运行九十天后清洗恢复率仍高于九成五，已在印染废水回用线上中试。",
		SummaryEn:    "A zwitterionic copolymer in the spinning dope raises flux by some sixty per cent over commercial fibres; after ninety days in use more than 95 per cent of it returns on cleaning. Piloted on a dye-house water reuse line.",
		Inventors:    []string{"沈怀谷 / Shen Huaigu", "许令仪"},
		PriceIdeaFen: 1_800_000_00,
		Edges:        ent.ListingEdges{Seller: seller, Patents: samplePatents},
	}
}

var listings = []*ent.Listing{
	sampleListing(1, "高通量抗污染聚砜中空纤维超滤膜", "High-flux antifouling polysulfone hollow-fibre ultrafiltration membrane", listing.FieldNM, 7, "310117", university, "ASSIGN"),
	sampleListing(2, "低银含量光伏栅线的激光转印方法", "Laser transfer printing of low-silver photovoltaic grid lines", listing.FieldNE, 5, "330500", institute, "EXCLUSIVE"),
	sampleListing(3, "面向纺织瑕疵的小样本视觉检测模型及其在高速经编机上的在线部署方法与装置", "Few-shot visual inspection of textile flaws, with its online deployment on high-speed warp knitting machines", listing.FieldAI, 3, "330400", university, "NONEXCL", "EQUITY"),
	sampleListing(4, "碳化硅功率模块的双面散热封装", "Double-sided cooling of silicon carbide power modules", listing.FieldGEN3, 6, "340100", institute, "SOLE"),
	sampleListing(5, "心肌碎片化心电的可穿戴检测贴片", "Wearable patch for fragmented ECG", listing.FieldBIO, 4, "320500", university, "ASSIGN"),
	sampleListing(6, "固态电池原位成膜电解质", "Electrolyte forming in place for solid-state batteries", listing.FieldNEV, 8, "340200", university, "ASSIGN"),
}

func sampleLot(id int, phase auction.Phase, price money.Fen, bids int) *ent.Lot {
	l := &ent.Lot{
		ID: id, Number: "C2026-11-" + string(rune('A'+id)) + "7", Terms: sampleTerms, OpensAt: minutes(id*67 - 60), DepositFen: 180_000_00,
		DepositUntil: minutes(30), Phase: string(phase), PriceFen: int64(price), HasBid: bids > 0, Bids: bids, Bidders: min(bids, 6),
		Deadline: minutes(4), Demo: true, CreatedAt: now.AddDate(0, 0, -9),
		Edges: ent.LotEdges{Listing: listings[id%len(listings)], Operator: operator},
	}
	if id%2 == 1 {
		l.Terms = softTerms
	}
	return l
}

func closed(id int, o auction.Outcome, why auction.PassedWhy, price money.Fen, bids int) *ent.Lot {
	l := sampleLot(id, auction.Closed, price, bids)
	l.Outcome, l.Why, l.ClosedAt, l.Deadline = string(o), string(why), minutes(-id*47), nil
	if o == auction.Sold {
		l.WinnerPaddle = "K7Q2"
	}
	return l
}

var (
	liveLots = []*ent.Lot{
		sampleLot(0, auction.Limited, 3_100_000_00, 23), sampleLot(1, auction.Free, 0, 0), sampleLot(2, auction.Paused, 12_345_678_00, 7),
	}
	nextLots   = []*ent.Lot{sampleLot(3, auction.Announced, 0, 0), sampleLot(4, auction.Announced, 0, 0), sampleLot(8, auction.Announced, 0, 0)}
	closedLots = []*ent.Lot{
		closed(6, auction.Sold, "", 4_250_000_00, 31), closed(7, auction.Passed, auction.ReserveNotMet, 1_000_000_00, 3),
		closed(5, auction.Annulled, "", 2_000_000_00, 9), closed(9, auction.Withdrawn, "", 0, 0),
	}
)

func member(o *ent.Organisation, id int, role membership.Role) *ent.Membership {
	p := &ent.Person{ID: id, Email: "p" + string(rune('0'+id)) + "@demo.example", NameZh: "周砚秋", NameEn: "Zhou Yanqiu"}
	return &ent.Membership{ID: id, Role: role, Edges: ent.MembershipEdges{Organisation: o, Person: p}}
}

func applied(id int, o *ent.Organisation, l *ent.Lot, s registration.State, held money.Fen, paddle string) *ent.Registration {
	r := &ent.Registration{
		ID: id, State: s, DepositHeldFen: int64(held), Paddle: paddle, AppliedAt: now.Add(-30 * time.Hour),
		Edges: ent.RegistrationEdges{Organisation: o, Lot: l},
	}
	if held > 0 {
		r.DepositAt = minutes(-90)
	}
	return r
}

var ownRows = []feed.OwnRow{
	{Own: 4, AtUS: now.UnixMicro(), BidKind: auction.Plain, AmountFen: 3_100_000_00, Accepted: true, Leads: true, PriceFen: 3_100_000_00, Leaf: auction.Hash{0x5f, 0x1c, 0xaa}},
	{
		Own: 3, AtUS: now.Add(-9 * time.Second).UnixMicro(), BidKind: auction.Plain, AmountFen: 3_100_000_00, Reason: auction.BelowMinimum, Leaf: auction.Hash{0x77, 0x09},
		Basis: &auction.Basis{MinimumFen: 3_150_000_00, StepFen: 50_000_00, PriceFen: 3_100_000_00, PriceAt: auction.InstantOf(now.Add(-9*time.Second - 120*time.Millisecond))},
	},
	{Own: 2, AtUS: now.Add(-70 * time.Second).UnixMicro(), BidKind: auction.Maximum, AmountFen: 3_000_000_00, Accepted: true, PriceFen: 3_050_000_00, Leaf: auction.Hash{0x10, 0xde}},
}

var jumpRow = feed.OwnRow{
	Own: 5, AtUS: now.UnixMicro(), BidKind: auction.Plain, AmountFen: 12_000_000_00, Reason: auction.NeedsConfirmation,
	Basis: &auction.Basis{MinimumFen: 3_150_000_00, StepFen: 50_000_00, PriceFen: 3_100_000_00, PriceAt: auction.InstantOf(now)},
}

var sampleRows = []feed.Row{
	{N: 5, AtUS: now.UnixMicro(), Type: "BidAccepted", Paddle: "K7Q2", AmountFen: 3_100_000_00, PriceFen: 3_100_000_00, Leader: "K7Q2"},
	{N: 4, AtUS: now.Add(-20 * time.Second).UnixMicro(), Type: "BidAccepted", Paddle: "M3XD", Sealed: true, PriceFen: 3_050_000_00, Leader: "M3XD"},
	{N: 3, AtUS: now.Add(-2 * time.Minute).UnixMicro(), Type: "LimitedStarted"},
	{N: 2, AtUS: now.Add(-9 * time.Minute).UnixMicro(), Type: "BidAccepted", Paddle: "K7Q2", AmountFen: 1_800_000_00, PriceFen: 1_800_000_00, Leader: "K7Q2"},
	{N: 1, AtUS: now.Add(-10 * time.Minute).UnixMicro(), Type: "LotOpened"},
}

var liveView = feed.View{
	Phase: auction.Limited, StartFen: 1_800_000_00, PriceFen: 3_100_000_00, HasBid: true, Leader: "K7Q2", MinimumFen: 3_150_000_00,
	StepFen: 50_000_00, DeadlineUS: now.Add(3 * time.Minute).UnixMicro(), Reserve: feed.ReserveMet, Bidders: 6, Bids: 23,
}

var pausedView = func() feed.View {
	v := liveView
	v.Phase, v.DeadlineUS = auction.Paused, 0
	v.Pause = &feed.PauseView{Cause: auction.PlatformFailure, Note: "机房供电中断", SinceUS: now.Add(-4 * time.Minute).UnixMicro(), During: auction.Limited, ResumeAtUS: now.Add(20 * time.Minute).UnixMicro()}
	return v
}()
