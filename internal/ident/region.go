package ident

import "strings"

// Region is a six-digit code of an administrative region (GB/T 2260).
type Region string

// External stands for everything outside the corridor. §6.1
const External Region = "EXT"

// City is one of the nine cities of the corridor.
type City struct {
	Code Region
	ZH   string
	EN   string
}

// Cities are the nine, in the order of the corridor's plan. Songjiang is a district and counts alone; of the others
// every county belongs to the city.
var Cities = [...]City{
	{"310117", "上海松江", "Songjiang, Shanghai"},
	{"330400", "嘉兴", "Jiaxing"},
	{"330100", "杭州", "Hangzhou"},
	{"330700", "金华", "Jinhua"},
	{"320500", "苏州", "Suzhou"},
	{"330500", "湖州", "Huzhou"},
	{"341800", "宣城", "Xuancheng"},
	{"340200", "芜湖", "Wuhu"},
	{"340100", "合肥", "Hefei"},
}

// ParseRegion reads a region code of six digits.
func ParseRegion(s string) (Region, error) {
	text := compact(s)
	switch {
	case text == "":
		return "", &Error{Kind: RegionCode, Fault: Missing}
	case len(text) != 6 || !digitsOnly(text) || text[0] < '1' || text[0] > '8':
		return "", wrongForm(RegionCode, "310117")
	}
	return Region(text), nil
}

// Corridor returns the city of the corridor to which a region belongs, or External.
func (r Region) Corridor() Region {
	if len(r) != 6 {
		return External
	}
	for _, c := range Cities {
		if r == c.Code || strings.HasSuffix(string(c.Code), "00") && r[:4] == c.Code[:4] {
			return c.Code
		}
	}
	return External
}

// CityOf returns the city with this very code.
func CityOf(code Region) (City, bool) {
	for _, c := range Cities {
		if c.Code == code {
			return c, true
		}
	}
	return City{}, false
}
