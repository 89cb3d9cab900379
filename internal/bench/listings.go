package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/store"
)

// word is a term in both languages.
type word struct{ zh, en string }

// The vocabulary of the generated listings. What stands first is drawn most often, as words are.
var (
	materials = words("石墨烯/graphene 碳纤维/carbon fibre 聚酰亚胺/polyimide 氮化镓/gallium nitride 碳化硅/silicon carbide 钙钛矿/perovskite " +
		"二氧化钛/titanium dioxide 水凝胶/hydrogel 磷酸铁锂/lithium iron phosphate 钛合金/titanium alloy 镁合金/magnesium alloy 分子筛/molecular sieve " +
		"金属有机框架/metal-organic framework 气凝胶/aerogel 液晶/liquid crystal 形状记忆合金/shape-memory alloy 硫化物电解质/sulphide electrolyte 量子点/quantum dots")
	things = words("电池/battery 传感器/sensor 超滤膜/ultrafiltration membrane 涂层/coating 抗体/antibody 芯片/chip 催化剂/catalyst 机器人/robot 激光器/laser " +
		"电机/electric motor 支架/stent 探测器/detector 变流器/converter 减速器/reducer 疫苗/vaccine 光纤/optical fibre 天线/antenna 质谱仪/mass spectrometer " +
		"断路器/circuit breaker 储氢罐/hydrogen tank 磁强计/magnetometer 假肢/prosthesis 忆阻器/memristor 超导线圈/superconducting coil")
	acts = words("制备方法/preparation method 检测装置/detection device 控制系统/control system 优化算法/optimisation algorithm 封装结构/packaging structure " +
		"回收工艺/recycling process 散热设计/thermal design 识别模型/recognition model 焊接工艺/welding process 建模方法/modelling method 校准方法/calibration method 缓释技术/slow-release technology")
	traits = words("高效/efficient 低功耗/low-power 柔性/flexible 自修复/self-healing 高通量/high-flux 耐高温/heat-resistant 可降解/degradable 微型/miniature " +
		"抗污染/antifouling 宽带/broadband 无创/non-invasive 高精度/high-precision 轻量化/lightweight 防腐/corrosion-resistant 仿生/bionic")
	uses = words("新能源汽车/new-energy vehicles 污水处理/waste-water treatment 早期诊断/early diagnosis 工业视觉/industrial vision 海上风电/offshore wind power " +
		"航空航天/aerospace 智慧农业/smart farming 建筑节能/energy-saving buildings 印染废水/dye-house effluent 数据中心/data centres 骨修复/bone repair 深海探测/deep-sea exploration")
	findings = []string{
		"在%s中引入%s，%s性能提高约%d成，已在%s中试|Adding %[2]s to the %[1]s raises the performance of the %[3]s by some %[4]d0 per cent; piloted in %[5]s",
		"与现有%[3]s相比，%[1]s与%[2]s复合后寿命延长%[4]d倍，适用于%[5]s|Compared with present %[3]s, combining %[1]s with %[2]s makes it last %[4]d times as long, for %[5]s",
		"面向%[5]s，以%[1]s替代%[2]s，%[3]s成本下降%[4]d成|For %[5]s, %[1]s in the place of %[2]s cuts the cost of the %[3]s by %[4]d0 per cent",
		"所述%[3]s采用%[1]s基底与%[2]s界面层，连续运行%[4]d千小时未见衰减，样机用于%[5]s|The %[3]s has a %[1]s substrate and a %[2]s interlayer, ran %[4]d,000 hours without decay, and a prototype serves %[5]s",
	}
	classes = strings.Fields("A61K B01D B25J C01B C07K C12N G01N G06N G06T G06V H01L H01M H02K H02M H04B H04L B23K C08L F03D B60L")
)

func words(list string) (all []word) {
	var en []string
	flush := func() {
		if n := len(all); n > 0 && len(en) > 0 {
			all[n-1].en = strings.Join(en, " ")
		}
	}
	for _, part := range strings.Fields(list) {
		zh, first, begins := strings.Cut(part, "/")
		if !begins {
			en = append(en, part)
			continue
		}
		flush()
		all, en = append(all, word{zh: zh}), []string{first}
	}
	flush()
	return all
}

// draw takes the first words most often.
func draw[T any](r *rand.Rand, from []T) T {
	return from[int(float64(len(from))*r.Float64()*r.Float64())]
}

// text is a title and a summary in both languages.
type text struct{ titleZH, titleEN, summaryZH, summaryEN string }

func makeText(r *rand.Rand, n int) text {
	m, thing, act, trait := draw(r, materials), draw(r, things), draw(r, acts), draw(r, traits)
	t := text{
		titleZH: fmt.Sprintf("%s%s%s的%s", trait.zh, m.zh, thing.zh, act.zh),
		titleEN: fmt.Sprintf("%s%s for %s %s %s", strings.ToUpper(act.en[:1]), act.en[1:], trait.en, m.en, thing.en),
	}
	for range 2 + r.IntN(3) {
		zh, en, _ := strings.Cut(draw(r, findings), "|")
		a, b, c, u, k := draw(r, materials), draw(r, materials), draw(r, things), draw(r, uses), 2+r.IntN(7)
		t.summaryZH += fmt.Sprintf(zh, a.zh, b.zh, c.zh, k, u.zh) + "。"
		t.summaryEN += fmt.Sprintf(en, a.en, b.en, c.en, k, u.en) + ". "
	}
	t.summaryZH += fmt.Sprintf("批号%s。", rare(n))
	t.summaryEN += "Code name " + rare(n) + "."
	return t
}

// rare is a word that one listing in two hundred has.
func rare(n int) string {
	syllables := strings.Fields("ka ro mi te lu sa vo ne di pu")
	var b strings.Builder
	for i := n / 200; ; i /= 10 {
		b.WriteString(syllables[i%10])
		if i < 10 {
			return "x" + b.String()
		}
	}
}

// plantListings writes generated listings with a patent each. One seed makes the same ones everywhere.
func plantListings(ctx context.Context, db *store.DB, n int) error {
	const batch, sellers = 500, 60
	r := rand.New(rand.NewPCG(2026, 11))
	begin := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	return db.InTx(ctx, func(client *ent.Client) error {
		var by []*ent.OrganisationCreate
		for i := range sellers {
			code, err := ident.MakeUSCC("12", string(ident.Cities[i%len(ident.Cities)].Code), fmt.Sprintf("MAB%05d", i))
			if err != nil {
				return err
			}
			by = append(by, client.Organisation.Create().SetStanding(organisation.StandingVERIFIED).SetNameZh(fmt.Sprintf("第%d研究院", i+1)).SetNameEn(fmt.Sprintf("Institute No. %d", i+1)).
				SetKind(organisation.KindINSTITUTE).SetUscc(string(code)).SetCity(string(ident.Cities[i%len(ident.Cities)].Code)))
		}
		houses, err := client.Organisation.CreateBulk(by...).Save(ctx)
		if err != nil {
			return fmt.Errorf("plant sellers: %w", err)
		}
		for from := 0; from < n; from += batch {
			if err := plantBatch(ctx, client, r, houses, begin, from, min(from+batch, n)); err != nil {
				return fmt.Errorf("plant listings: %w", err)
			}
		}
		return nil
	})
}

func plantBatch(ctx context.Context, client *ent.Client, r *rand.Rand, houses []*ent.Organisation, begin time.Time, from, to int) error {
	fields := []listing.Field{"AI", "IC", "BIO", "HEE", "NE", "NM", "NEV", "QUANTUM", "BRAIN", "GEN3", "GENE"}
	rights := []string{"ASSIGN", "EXCLUSIVE", "SOLE", "NONEXCL", "OPEN", "EQUITY"}
	var texts []text
	var patents []*ent.PatentCreate
	for n := from; n < to; n++ {
		t := makeText(r, n)
		texts = append(texts, t)
		no, err := ident.MakeApplicationNo(2010+n%15, 1, n)
		if err != nil {
			return err
		}
		patents = append(patents, client.Patent.Create().SetApplicationNo(string(no)).SetPublicationNo(fmt.Sprintf("CN1%08dB", n)).
			SetKind(patent.KindINVENTION).SetTitleZh(t.titleZH).SetTitleEn(t.titleEN).SetAbstractZh(t.summaryZH).SetAbstractEn(t.summaryEN).
			SetIpc([]string{fmt.Sprintf("%s %d/%02d", draw(r, classes), 1+r.IntN(40), r.IntN(90))}).
			SetFiledOn(begin.AddDate(n%15-10, n%12, n%28)).SetLegalStatus(patent.LegalStatusIN_FORCE).SetStatusAsOf(begin))
	}
	made, err := client.Patent.CreateBulk(patents...).Save(ctx)
	if err != nil {
		return err
	}
	var listings []*ent.ListingCreate
	for i, t := range texts {
		n := from + i
		seller := houses[r.IntN(len(houses))]
		listings = append(listings, client.Listing.Create().SetNumber(fmt.Sprintf("G60-B-%06d", n)).SetTitleZh(t.titleZH).SetTitleEn(t.titleEN).
			SetSummaryZh(t.summaryZH).SetSummaryEn(t.summaryEN).SetField(draw(r, fields)).SetTrl(1+r.IntN(9)).SetRights([]string{draw(r, rights)}).
			SetInventors([]string{"沈怀谷"}).SetCity(seller.City).SetSeller(seller).SetPriceIdeaFen(r.Int64N(20_000_000)*100).
			SetStatus(listing.StatusPUBLISHED).SetCreatedAt(begin.Add(time.Duration(n)*time.Minute)).AddPatents(made[i]))
	}
	return client.Listing.CreateBulk(listings...).Exec(ctx)
}
