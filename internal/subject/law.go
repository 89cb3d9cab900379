package subject

// Law is a law on which a finding rests.
type Law string

const (
	PatentLaw       Law = "PATENT_LAW"
	PatentRules     Law = "PATENT_RULES"
	CivilCode       Law = "CIVIL_CODE"
	ContractOpinion Law = "TECHNOLOGY_CONTRACTS" // the Supreme Court on technology contracts
	CompanyLaw      Law = "COMPANY_LAW"
	TradeRules      Law = "TECHNOLOGY_TRADE"
	VarietyRules    Law = "PLANT_VARIETIES"
	LayoutRules     Law = "IC_LAYOUTS"
	SoftwareRules   Law = "SOFTWARE"
	AuctionLaw      Law = "AUCTION_LAW"
	ConversionLaw   Law = "CONVERSION_LAW"
	MarketRules     Law = "MARKET_RULES" // of this market
)

// LawName is how a law is called.
type LawName struct {
	Law    Law
	ZH, EN string
}

// Laws are their names.
var Laws = []LawName{
	{PatentLaw, "专利法", "Patent Law"},
	{PatentRules, "专利法实施细则", "Implementing Regulations of the Patent Law"},
	{CivilCode, "民法典", "Civil Code"},
	{ContractOpinion, "最高人民法院关于审理技术合同纠纷案件适用法律若干问题的解释", "Supreme People's Court on disputes over technology contracts"},
	{CompanyLaw, "公司法", "Company Law"},
	{TradeRules, "技术进出口管理条例", "Regulations on the import and export of technology"},
	{VarietyRules, "植物新品种保护条例", "Regulations on the protection of new plant varieties"},
	{LayoutRules, "集成电路布图设计保护条例", "Regulations on the protection of IC layout designs"},
	{SoftwareRules, "计算机软件保护条例", "Regulations on the protection of computer software"},
	{AuctionLaw, "拍卖法", "Auction Law"},
	{ConversionLaw, "促进科技成果转化法", "Law on promoting the conversion of scientific and technological results"},
	{MarketRules, "本市场规则", "Rules of this market"},
}

// Basis is the article on which a finding rests. No article is given of the market's own rules, and of a law
// whose numbering has changed.
type Basis struct {
	Law      Law    `json:"law"`
	Articles string `json:"articles,omitempty"` // 14, or 85-86
}

// termBasis is the law that says how long a right of the kind lives.
func (k Kind) termBasis() Basis {
	switch k {
	case Software:
		return Basis{SoftwareRules, "14"}
	case PlantVariety:
		return Basis{Law: VarietyRules}
	case ICLayout:
		return Basis{LayoutRules, "12"}
	}
	return Basis{PatentLaw, "42"}
}

// ownersBasis is the law on co-owners: of patents and applications; for the other kinds the market asks for the same.
func (k Kind) ownersBasis() Basis {
	if k.Patent() || k.Pending() {
		return Basis{PatentLaw, "14"}
	}
	return Basis{Law: MarketRules}
}
