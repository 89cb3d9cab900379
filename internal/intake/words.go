package intake

import (
	"strings"

	"github.com/g60-corridor/corridor/internal/ident"
)

// The words under which tables speak of codes, in the form of plainName.
var (
	kindWords = map[string]string{
		"发明": "INVENTION", "发明专利": "INVENTION", "invention": "INVENTION", "inventionpatent": "INVENTION", "utility": "INVENTION",
		"utilitypatent": "INVENTION", "patent": "INVENTION", "实用新型": "UTILITY_MODEL", "实用新型专利": "UTILITY_MODEL", "新型": "UTILITY_MODEL",
		"utilitymodel": "UTILITY_MODEL", "外观设计": "DESIGN", "外观设计专利": "DESIGN", "外观": "DESIGN", "design": "DESIGN", "designpatent": "DESIGN",
	}
	statusWords = map[string]string{
		"pending": "PENDING", "application": "PENDING", "filed": "PENDING", "applied": "PENDING", "申请中": "PENDING", "申请": "PENDING", "审查中": "PENDING",
		"实质审查": "PENDING", "实审": "PENDING", "在审": "PENDING", "审中": "PENDING", "待审": "PENDING", "受理": "PENDING", "published": "PUBLISHED", "公开": "PUBLISHED",
		"公布": "PUBLISHED", "issued": "IN_FORCE", "granted": "IN_FORCE", "active": "IN_FORCE", "inforce": "IN_FORCE", "alive": "IN_FORCE", "valid": "IN_FORCE",
		"授权": "IN_FORCE", "已授权": "IN_FORCE", "有效": "IN_FORCE", "专利权维持": "IN_FORCE", "有权": "IN_FORCE", "维持": "IN_FORCE", "lapsed": "LAPSED_FEE",
		"lapsedfee": "LAPSED_FEE", "未缴年费": "LAPSED_FEE", "未缴年费终止": "LAPSED_FEE", "终止": "LAPSED_FEE", "专利权终止": "LAPSED_FEE", "失效": "LAPSED_FEE",
		"expired": "EXPIRED", "届满": "EXPIRED", "期限届满": "EXPIRED", "到期": "EXPIRED", "abandoned": "ABANDONED", "放弃": "ABANDONED", "视为放弃": "ABANDONED",
		"rejected": "REJECTED", "驳回": "REJECTED", "withdrawn": "WITHDRAWN", "撤回": "WITHDRAWN", "视为撤回": "WITHDRAWN", "视撤": "WITHDRAWN",
		"invalidated": "INVALIDATED", "无效": "INVALIDATED", "宣告无效": "INVALIDATED", "部分无效": "PARTIALLY_INVALIDATED",
		"partiallyinvalidated": "PARTIALLY_INVALIDATED", "suspended": "SUSPENDED", "中止": "SUSPENDED", "preserved": "PRESERVED", "保全": "PRESERVED",
	}
	fieldWords = map[string]string{
		"ai": "AI", "artificialintelligence": "AI", "人工智能": "AI", "ic": "IC", "集成电路": "IC", "integratedcircuits": "IC", "semiconductors": "IC", "半导体": "IC",
		"bio": "BIO", "biomedicine": "BIO", "生物医药": "BIO", "医药": "BIO", "生物": "BIO", "hee": "HEE", "highendequipment": "HEE", "高端装备": "HEE",
		"高端装备制造": "HEE", "装备制造": "HEE", "ne": "NE", "newenergy": "NE", "新能源": "NE", "nm": "NM", "newmaterials": "NM", "新材料": "NM", "材料": "NM", "nev": "NEV",
		"newenergyvehicles": "NEV", "新能源汽车": "NEV", "quantum": "QUANTUM", "quantuminformation": "QUANTUM", "量子信息": "QUANTUM", "量子": "QUANTUM",
		"brain": "BRAIN", "braininspiredchips": "BRAIN", "类脑芯片": "BRAIN", "gen3": "GEN3", "thirdgenerationsemiconductors": "GEN3", "第三代半导体": "GEN3",
		"gene": "GENE", "geneediting": "GENE", "基因编辑": "GENE",
	}
	rightWords = map[string]string{
		"assign": "ASSIGN", "assignment": "ASSIGN", "sale": "ASSIGN", "transfer": "ASSIGN", "转让": "ASSIGN", "专利权转让": "ASSIGN", "出让": "ASSIGN", "exclusive": "EXCLUSIVE",
		"exclusivelicence": "EXCLUSIVE", "exclusivelicense": "EXCLUSIVE", "独占": "EXCLUSIVE", "独占许可": "EXCLUSIVE", "sole": "SOLE", "solelicence": "SOLE",
		"solelicense": "SOLE", "排他": "SOLE", "排他许可": "SOLE", "nonexcl": "NONEXCL", "nonexclusive": "NONEXCL", "nonexclusivelicence": "NONEXCL",
		"nonexclusivelicense": "NONEXCL", "licence": "NONEXCL", "license": "NONEXCL", "普通": "NONEXCL", "普通许可": "NONEXCL", "许可": "NONEXCL",
		"实施许可": "NONEXCL", "open": "OPEN", "openlicence": "OPEN", "openlicense": "OPEN", "开放许可": "OPEN", "equity": "EQUITY", "作价投资": "EQUITY",
		"作价入股": "EQUITY", "入股": "EQUITY", "股权": "EQUITY",
	}
)

func lookUp(words map[string]string, text string) (string, bool) {
	code, ok := words[plainName(text)]
	return code, ok
}

var kindOf = map[ident.PatentType]string{
	ident.Invention: "INVENTION", ident.UtilityModel: "UTILITY_MODEL", ident.Design: "DESIGN",
}

// kindOfNumbers is what the numbers themselves say.
func kindOfNumbers(rec *Record) string {
	for _, n := range rec.Numbers {
		if n.Chinese {
			return kindOf[ident.ApplicationNo(n.Text).Type()]
		}
	}
	if no, err := ident.ParsePublicationNo(rec.PatentNo); err == nil {
		return kindOf[no.Type()]
	}
	return ""
}

// Missing lists the fields that a listing needs and a mapping does not have.
func (m Mapping) Missing() []Field {
	for _, f := range m {
		if strings.HasPrefix(string(f), "title") {
			return nil
		}
	}
	return []Field{Title}
}
