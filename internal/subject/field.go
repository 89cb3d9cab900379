package subject

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/ident"
)

// List is a list of codes by which technology is sorted. §4.5
type List string

const (
	PlanFields     List = "PLAN"      // the corridor plan's seven fields and its four of the future
	StrategicList  List = "STRATEGIC" // strategic emerging industries 2018, nine
	HighTechList   List = "HIGH_TECH" // fields of high technology supported by the state, eight
	ContractList   List = "CONTRACT"  // fields of technology contracts, eleven
	IndustryList   List = "INDUSTRY"  // GB/T 4754-2017: sections here, every code below them by its form
	Classification List = "IPC"       // IPC or CPC, by its form
	OwnWords       List = "OTHER"     // words of the seller's; in a scope only
)

// Code is an entry of a list.
type Code struct {
	List   List
	Code   string
	Future bool // of the plan's list: one of its four fields of the future
	ZH, EN string
}

// Codes are the lists, each in its own order.
var Codes = []Code{
	{PlanFields, "AI", false, "人工智能", "Artificial intelligence"},
	{PlanFields, "IC", false, "集成电路", "Integrated circuits"},
	{PlanFields, "BIO", false, "生物医药", "Bio-medicine"},
	{PlanFields, "HEE", false, "高端装备", "High-end equipment"},
	{PlanFields, "NE", false, "新能源", "New energy"},
	{PlanFields, "NM", false, "新材料", "New materials"},
	{PlanFields, "NEV", false, "新能源汽车", "New energy vehicles"},
	{PlanFields, "QUANTUM", true, "量子信息", "Quantum information"},
	{PlanFields, "BRAIN", true, "类脑芯片", "Brain-inspired chips"},
	{PlanFields, "GEN3", true, "第三代半导体", "Third-generation semiconductors"},
	{PlanFields, "GENE", true, "基因编辑", "Gene editing"},
	{StrategicList, "1", false, "新一代信息技术产业", "New-generation information technology"},
	{StrategicList, "2", false, "高端装备制造产业", "High-end equipment manufacturing"},
	{StrategicList, "3", false, "新材料产业", "New materials"},
	{StrategicList, "4", false, "生物产业", "Biology"},
	{StrategicList, "5", false, "新能源汽车产业", "New energy vehicles"},
	{StrategicList, "6", false, "新能源产业", "New energy"},
	{StrategicList, "7", false, "节能环保产业", "Energy saving and environment"},
	{StrategicList, "8", false, "数字创意产业", "Digital creative industry"},
	{StrategicList, "9", false, "相关服务业", "Related services"},
	{HighTechList, "1", false, "电子信息", "Electronics and information technology"},
	{HighTechList, "2", false, "生物与新医药", "Biology and new medicine"},
	{HighTechList, "3", false, "航空航天", "Aerospace"},
	{HighTechList, "4", false, "新材料", "New materials"},
	{HighTechList, "5", false, "高技术服务", "High-tech services"},
	{HighTechList, "6", false, "新能源与节能", "New energy and energy saving"},
	{HighTechList, "7", false, "资源与环境", "Resources and environment"},
	{HighTechList, "8", false, "先进制造与自动化", "Advanced manufacturing and automation"},
	{ContractList, "1", false, "电子信息", "Electronics and information technology"},
	{ContractList, "2", false, "航空航天", "Aerospace"},
	{ContractList, "3", false, "先进制造", "Advanced manufacturing"},
	{ContractList, "4", false, "生物、医药和医疗器械", "Biology, medicine and medical devices"},
	{ContractList, "5", false, "新材料及其应用", "New materials and their use"},
	{ContractList, "6", false, "新能源与高效节能", "New energy and energy saving"},
	{ContractList, "7", false, "环境保护与资源综合利用", "Environment and use of resources"},
	{ContractList, "8", false, "核应用", "Nuclear applications"},
	{ContractList, "9", false, "农业", "Agriculture"},
	{ContractList, "10", false, "现代交通", "Modern transport"},
	{ContractList, "11", false, "城市建设与社会发展", "Urban construction and social development"},
	{IndustryList, "A", false, "农、林、牧、渔业", "Agriculture, forestry, animal husbandry and fishery"},
	{IndustryList, "B", false, "采矿业", "Mining"},
	{IndustryList, "C", false, "制造业", "Manufacturing"},
	{IndustryList, "D", false, "电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water supply"},
	{IndustryList, "E", false, "建筑业", "Construction"},
	{IndustryList, "F", false, "批发和零售业", "Wholesale and retail trade"},
	{IndustryList, "G", false, "交通运输、仓储和邮政业", "Transport, storage and post"},
	{IndustryList, "H", false, "住宿和餐饮业", "Accommodation and catering"},
	{IndustryList, "I", false, "信息传输、软件和信息技术服务业", "Information transmission, software and IT services"},
	{IndustryList, "J", false, "金融业", "Finance"},
	{IndustryList, "K", false, "房地产业", "Real estate"},
	{IndustryList, "L", false, "租赁和商务服务业", "Leasing and business services"},
	{IndustryList, "M", false, "科学研究和技术服务业", "Scientific research and technical services"},
	{IndustryList, "N", false, "水利、环境和公共设施管理业", "Water, environment and public facilities"},
	{IndustryList, "O", false, "居民服务、修理和其他服务业", "Residents' services, repair and other services"},
	{IndustryList, "P", false, "教育", "Education"},
	{IndustryList, "Q", false, "卫生和社会工作", "Health and social work"},
	{IndustryList, "R", false, "文化、体育和娱乐业", "Culture, sports and entertainment"},
	{IndustryList, "S", false, "公共管理、社会保障和社会组织", "Public administration, social security and organisations"},
	{IndustryList, "T", false, "国际组织", "International organisations"},
}

// Lookup finds an entry; of the industries that of the section.
func Lookup(list List, code string) (Code, bool) {
	if list == IndustryList {
		n, err := ident.ParseIndustry(code)
		if err != nil {
			return Code{}, false
		}
		code = n.Section()
	}
	i := slices.IndexFunc(Codes, func(c Code) bool { return c.List == list && c.Code == code })
	if i < 0 {
		return Code{}, false
	}
	return Codes[i], true
}

// Field is a field by one of the lists.
type Field struct {
	List List   `json:"list"`
	Code string `json:"code"`
}

// Known reports whether the list has the code. Own words are known if there are any.
func (f Field) Known() bool {
	switch f.List {
	case Classification:
		_, err := ident.ParseSymbolPrefix(f.Code)
		return err == nil
	case OwnWords:
		return !blank(f.Code)
	}
	_, ok := Lookup(f.List, f.Code)
	return ok
}

// Class is a field under which an offer is found. One of them is the primary one.
type Class struct {
	Field
	Primary bool `json:"primary,omitempty"`
}
