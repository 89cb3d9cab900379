package page

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/web/component"
)

// Fields of the plan in its order, then those of the future. Rule sheet §4.5
var fields = []string{"AI", "IC", "BIO", "HEE", "NE", "NM", "NEV", "QUANTUM", "BRAIN", "GEN3", "GENE"}

// origin is Songjiang, where both lines of the corridor begin; lines are the cities along them. Rule sheet §6.1
const origin = "310117"

var lines = [][]string{
	{"330400", "330100", "330700"},
	{"320500", "330500", "341800", "340200", "340100"},
}

// cities are all nine.
var cities = []string{"310117", "320500", "330100", "330500", "330400", "330700", "340100", "340200", "341800"}

// states are what /lots can be narrowed to.
var states = []string{"live", "next", "ended"}

func countOf(counts []Count) map[string]int {
	m := make(map[string]int, len(counts))
	for _, c := range counts {
		m[c.Code] = c.N
	}
	return m
}

// dayWord writes a day key for people; what is no day stands as it is.
func dayWord(ctx context.Context, key string) string {
	t, err := time.Parse("2006-01-02", key)
	if err != nil {
		return key
	}
	return component.Day(ctx, t)
}

// query writes a filter and a page as the parameters of /lots.
func (f Filter) query(page int) templ.SafeURL { return templ.SafeURL(f.Under("/lots", page)) }

// Under writes a filter as the parameters of a path: the list, its feed or its calendar.
func (f Filter) Under(path string, page int) string {
	q := url.Values{}
	for name, value := range map[string]string{"state": f.State, "city": f.City, "field": f.Field, "date": f.Date, "seller": f.Seller} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (f Filter) empty() bool { return f == Filter{} }

// pageNumbers are the pages to offer: the first, the last, those around the current one; 0 is a gap.
func pageNumbers(current, last int) []int {
	var all []int
	for n := 1; n <= last; n++ {
		switch {
		case n == 1, n == last, n >= current-1 && n <= current+1:
			all = append(all, n)
		case all[len(all)-1] != 0:
			all = append(all, 0)
		}
	}
	return all
}

func id(prefix string, n int) string { return fmt.Sprintf("%s-%d", prefix, n) }
