package intake

import (
	"slices"
	"strings"
	"unicode"
)

// fieldByName returns the field that a column with this name holds; Ignore if the name says nothing. A name may say it
// twice, in two languages or with a unit: 专利名称/Title, 申请号(Application No.), 价格（单位：万元）.
func fieldByName(name string) Field {
	if len(name) > 240 {
		return Ignore
	}
	if f := fieldOfName[plainName(name)]; f != Ignore {
		return f
	}
	outside, inside := parts(name)
	for _, part := range outside {
		if f := fieldOfName[part]; f != Ignore {
			return inLanguage(f, slices.Concat(outside, inside))
		}
	}
	for _, part := range inside {
		if f := fieldOfName[part]; f != Ignore && !slices.Contains(vague, part) {
			return f
		}
	}
	return Ignore
}

// vague are names that say nothing where they only explain another: 数量（单位）, Contact (name).
var vague = []string{
	"name", "id", "type", "kind", "field", "category", "status", "city", "location", "region", "open", "名称", "类型", "类别", "种类", "单位",
	"编号", "状态", "说明", "地区", "领域", "权利", "标题",
}

// inLanguage is the field of one language, if the rest of the name says which.
func inLanguage(f Field, all []string) Field {
	pair, ok := map[Field][2]Field{Title: {TitleZH, TitleEN}, Summary: {SummaryZH, SummaryEN}}[f]
	for _, part := range all {
		switch part {
		case "中文", "中", "汉语", "chinese", "zh", "cn", "chn":
			if ok {
				return pair[0]
			}
		case "英文", "英", "英语", "english", "en", "eng":
			if ok {
				return pair[1]
			}
		}
	}
	return f
}

// parts takes a name apart where its writer did: at brackets, strokes, lines and colons, and where letters of one script
// follow those of another. What stands in brackets comes apart.
func parts(name string) (outside, inside []string) {
	depth, han := 0, false
	var b strings.Builder
	end := func() {
		if p := strings.TrimSuffix(strings.TrimSuffix(plainName(b.String()), "必填"), "选填"); p != "" {
			if depth > 0 {
				inside = append(inside, p)
			} else {
				outside = append(outside, p)
			}
		}
		b.Reset()
	}
	for _, r := range narrow(name) {
		switch {
		case strings.ContainsRune("([{【〔《", r):
			end()
			depth++
		case strings.ContainsRune(")]}】〕》", r):
			end()
			depth = max(0, depth-1)
		case strings.ContainsRune("/|\\\n\t:;,、–—*-_", r):
			end()
		default:
			if unicode.IsLetter(r) && unicode.Is(unicode.Han, r) != han {
				if han = !han; strings.TrimSpace(b.String()) != "" {
					end()
				}
			}
			b.WriteRune(r)
		}
	}
	end()
	return outside, inside
}
