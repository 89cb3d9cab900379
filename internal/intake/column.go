package intake

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Field is what a column may hold.
type Field string

const (
	Ignore        Field = ""
	Reference     Field = "reference" // the owner's own number of the result
	Title         Field = "title"     // in either language: each text says which
	TitleZH       Field = "title_zh"
	TitleEN       Field = "title_en"
	Summary       Field = "summary"
	SummaryZH     Field = "summary_zh"
	SummaryEN     Field = "summary_en"
	ApplicationNo Field = "application_no"
	PatentNo      Field = "patent_no" // of the grant or the publication
	Kind          Field = "kind"
	FiledOn       Field = "filed_on"
	GrantedOn     Field = "granted_on"
	ExpiresOn     Field = "expires_on"
	LegalStatus   Field = "legal_status"
	IPC           Field = "ipc"
	Inventors     Field = "inventors"
	Owners        Field = "owners"
	PlanField     Field = "field"
	TRL           Field = "trl"
	Rights        Field = "rights"
	PriceIdea     Field = "price_idea"
	City          Field = "city"
)

// Fields lists what a column may hold, in the order of forms.
var Fields = []Field{
	Reference, Title, TitleZH, TitleEN, Summary, SummaryZH, SummaryEN, ApplicationNo, PatentNo, Kind, FiledOn, GrantedOn,
	ExpiresOn, LegalStatus, IPC, Inventors, Owners, PlanField, TRL, Rights, PriceIdea, City,
}

// names are what columns are called, in the form of plainName. Longer ones are looked for first.
var names = map[Field][]string{
	Reference:     {"casenumber", "caseno", "reference", "referenceno", "referencenumber", "docket", "docketno", "internalno", "internalid", "recordid", "resultno", "编号", "成果编号", "内部编号", "案卷号", "档案号", "登记号", "成果登记号", "案号", "我方案号", "id"},
	Title:         {"title", "name", "patenttitle", "inventiontitle", "technologytitle", "technology", "resultname", "名称", "标题", "专利名称", "成果名称", "发明名称", "技术名称", "项目名称", "专利标题", "题名"},
	TitleZH:       {"titlezh", "titlecn", "chinesetitle", "titleinchinese", "中文名称", "中文标题", "名称中文", "标题中文", "成果中文名称", "专利中文名称"},
	TitleEN:       {"titleen", "englishtitle", "titleinenglish", "英文名称", "英文标题", "名称英文", "标题英文", "成果英文名称", "专利英文名称"},
	Summary:       {"abstract", "summary", "description", "technologydescription", "摘要", "简介", "成果简介", "技术简介", "项目简介", "内容摘要", "专利摘要", "说明", "技术描述", "成果描述", "abstractnote"},
	SummaryZH:     {"summaryzh", "abstractzh", "abstractcn", "chineseabstract", "中文摘要", "摘要中文", "中文简介"},
	SummaryEN:     {"summaryen", "abstracten", "englishabstract", "英文摘要", "摘要英文", "英文简介"},
	ApplicationNo: {"applicationno", "applicationnumber", "applicationsn", "appno", "applno", "applicationserialnumber", "serialnumber", "filingnumber", "申请号", "专利申请号", "申请专利号", "受理号"},
	PatentNo:      {"patentno", "patentnumber", "patent", "publicationno", "publicationnumber", "grantno", "grantnumber", "issuednumber", "专利号", "公开号", "公告号", "授权公告号", "公开公告号", "授权号", "专利授权号", "文献号"},
	Kind:          {"kind", "patenttype", "type", "patentkind", "类型", "专利类型", "专利类别", "类别", "种类", "知识产权类型"},
	FiledOn:       {"filedon", "filingdate", "filed", "applicationdate", "datefiled", "申请日", "申请日期", "申请时间", "提交日期"},
	GrantedOn:     {"grantedon", "grantdate", "issuedate", "granted", "dateissued", "issued", "dateofgrant", "授权日", "授权日期", "授权时间", "授权公告日", "公告日"},
	ExpiresOn:     {"expireson", "expirationdate", "expirydate", "expires", "patentexpirationdate", "patentexpiry", "expiry", "到期日", "失效日", "有效期至", "届满日", "到期日期", "截止日期", "有效期"},
	LegalStatus:   {"legalstatus", "status", "patentstatus", "状态", "法律状态", "专利状态", "当前法律状态", "案件状态", "权利状态"},
	IPC:           {"ipc", "ipcclass", "ipcclassification", "cpc", "classification", "ipc分类号", "分类号", "ipc主分类", "主分类号", "国际分类号", "ipc号"},
	Inventors:     {"inventors", "inventor", "inventornames", "inventorname", "发明人", "设计人", "完成人", "发明设计人", "主要完成人", "发明人姓名", "成果完成人"},
	Owners:        {"owners", "owner", "assignee", "assignees", "applicant", "applicants", "center", "institution", "patentee", "专利权人", "申请人", "权利人", "申请专利权人", "当前权利人", "完成单位", "所属单位", "单位"},
	PlanField:     {"field", "technologyfield", "category", "techfield", "sector", "领域", "技术领域", "产业领域", "所属领域", "行业领域"},
	TRL:           {"trl", "technologyreadinesslevel", "readinesslevel", "maturity", "maturitylevel", "成熟度", "技术成熟度", "技术成熟度等级", "就绪度", "技术就绪度"},
	Rights:        {"rights", "dealmode", "licensetype", "licencetype", "transfermode", "modeoftransfer", "转化方式", "转让方式", "交易方式", "合作方式", "拟转化方式", "权利", "许可方式"},
	PriceIdea:     {"priceidea", "price", "askingprice", "priceyuan", "listprice", "价格", "意向价格", "拟转让价格", "报价", "挂牌价", "转让价", "期望价格", "参考价", "价格元", "价格万元", "意向价格万元", "挂牌价万元", "报价万元", "转让价万元", "拟转让价格万元", "金额万元"},
	City:          {"city", "location", "region", "城市", "所在城市", "地区", "所在地", "所在地区"},
}

var fieldOfName = func() map[string]Field {
	all := map[string]Field{}
	for f, list := range names {
		for _, n := range list {
			all[n] = f
		}
	}
	return all
}()

// plainName is a column's name without case, spaces, punctuation and width.
func plainName(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Mapping says which field each column holds, by its place; Ignore for none.
type Mapping []Field

// Guess proposes a mapping: by name, then for columns whose names say nothing by what most of their cells are. No field
// is proposed twice, but the titles and summaries of two languages may each have a column.
func Guess(t *Table) Mapping {
	m := make(Mapping, len(t.Header))
	taken := map[Field]bool{}
	for i, name := range t.Header {
		if f := fieldByName(name); f != Ignore && !taken[f] {
			m[i], taken[f] = f, true
		}
	}
	for i := range t.Header {
		if m[i] != Ignore {
			continue
		}
		if f := fieldByCells(t, i); f != Ignore && !taken[f] {
			m[i], taken[f] = f, true
		}
	}
	if t.Line == 0 {
		if i := longest(t, m); i >= 0 {
			m[i] = Title
		}
	}
	return m
}

// longest is the column that looks most like one of titles where nothing is named: the one with the longest texts that
// still are titles. -1 if there is none.
func longest(t *Table, m Mapping) int {
	best, most := -1, 3 // a mean of so many characters is no title
	rows := t.Rows[:min(len(t.Rows), guessRows)]
	for i := range m {
		if m[i] != Ignore || len(rows) == 0 {
			continue
		}
		sum := 0
		for _, r := range rows {
			if _, err := strconv.ParseFloat(r.Cells[i], 64); err != nil {
				sum += utf8.RuneCountInString(r.Cells[i])
			}
		}
		if mean := sum / len(rows); mean > most && mean <= titleMost/2 {
			best, most = i, mean
		}
	}
	return best
}

// fieldByCells tells a column by its cells: numbers, symbols and nothing vaguer.
func fieldByCells(t *Table, column int) Field {
	tests := []struct {
		field Field
		is    func(string) bool
	}{
		{ApplicationNo, func(c string) bool { _, err := ident.ParseApplicationNo(c); return err == nil }},
		{PatentNo, func(c string) bool { _, err := ident.ParsePublicationNo(c); return err == nil }},
		{IPC, func(c string) bool { return len(symbols(c)) > 0 }},
		{FiledOn, func(c string) bool {
			_, ok, _ := (dates{workbook: t.Format == Workbook}).read(c)
			return t.Line == 0 && ok
		}},
	}
	seen, hits := 0, make([]int, len(tests))
	for _, r := range t.Rows[:min(len(t.Rows), guessRows)] {
		c := r.Cells[column]
		if c == "" {
			continue
		}
		seen++
		for i := range tests {
			if tests[i].is(c) {
				hits[i]++
			}
		}
	}
	for i := range tests {
		if seen > 0 && hits[i]*5 >= seen*4 {
			return tests[i].field
		}
	}
	return Ignore
}

func symbols(cell string) []ident.Symbol {
	var all []ident.Symbol
	for _, part := range list(cell) {
		s, err := ident.ParseSymbol(part)
		if err != nil {
			return nil
		}
		all = append(all, s)
	}
	return all
}

// list takes a cell with several values apart.
func list(cell string) []string { return split(cell, ";；、,，|\n") }

func split(cell, marks string) []string {
	var all []string
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}
