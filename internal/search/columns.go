package search

import (
	"cmp"
	"container/heap"
	"math/bits"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// Order is how results are put in order.
type Order string

const (
	ByRelevance Order = "relevance"
	ByNewest    Order = "newest"
	ByCheapest  Order = "price"
	ByDearest   Order = "price-down"
	ByDeadline  Order = "deadline"
	ByRemaining Order = "term" // the longest first
)

// Orders are all orders.
var Orders = []Order{ByRelevance, ByNewest, ByCheapest, ByDearest, ByDeadline, ByRemaining}

// slot is a listing's place in the columns. It is given once and not given to another while the process lives.
type slot = uint32

// columns are what facets and orders need of each published listing. They are read by many and written by one.
type columns struct {
	mu    sync.RWMutex
	slots map[int]slot                   // guarded by mu; by listing
	rows  []row                          // guarded by mu
	alive *roaring.Bitmap                // guarded by mu
	sets  [facetsInAll][]*roaring.Bitmap // guarded by mu; by value
	lots  map[string]slot                // guarded by mu; by plain number
	today int32                          // guarded by mu
}

func newColumns(today int32) *columns {
	c := &columns{slots: map[int]slot{}, lots: map[string]slot{}, alive: roaring.New(), today: today}
	for f := range c.sets {
		c.sets[f] = make([]*roaring.Bitmap, len(Facets[f].Values))
		for v := range c.sets[f] {
			c.sets[f][v] = roaring.New()
		}
	}
	return c
}

// placeOf gives each of some listings its place.
func (c *columns) placeOf(listings []int) []slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	places := make([]slot, len(listings))
	for i, id := range listings {
		places[i] = c.place(id)
	}
	return places
}

func (c *columns) place(id int) slot {
	s, known := c.slots[id]
	if !known {
		s = slot(len(c.rows))
		c.slots[id] = s
		c.rows = append(c.rows, row{listing: id, deadline: never})
	}
	return s
}

// put writes what is known of some listings now; gone are those that nobody may see any more.
func (c *columns) put(rows []row, gone []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range rows {
		s := c.place(r.listing)
		c.set(s, r)
		c.alive.Add(s)
	}
	for _, id := range gone {
		if s, known := c.slots[id]; known {
			c.set(s, row{listing: id, deadline: never})
			c.alive.Remove(s)
		}
	}
}

// set changes a row and what is counted of it.
func (c *columns) set(s slot, to row) {
	from := &c.rows[s]
	for f := range c.sets {
		for changed := from.values[f] ^ to.values[f]; changed != 0; changed &= changed - 1 {
			v := bits.TrailingZeros32(uint32(changed))
			if to.values[f]&(1<<v) != 0 {
				c.sets[f][v].Add(s)
			} else {
				c.sets[f][v].Remove(s)
			}
		}
	}
	for _, n := range from.numbers {
		if c.lots[n] == s {
			delete(c.lots, n)
		}
	}
	for _, n := range to.numbers {
		c.lots[n] = s
	}
	*from = to
}

// turn moves the bands of the remaining term on to another day.
func (c *columns) turn(today int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if today == c.today {
		return
	}
	c.today = today
	for i := c.alive.Iterator(); i.HasNext(); {
		s := i.Next()
		to := c.rows[s]
		to.values[remaining] = termBand(to.expiry, today)
		c.set(s, to)
	}
}

// hit is a listing whose texts meet the question.
type hit struct {
	slot  slot
	score float32
}

// picked is one page of what was found, with counts.
type picked struct {
	listings, lots     []int // of the page, in order; a lot may be 0
	projects           []int // so may a project
	total, page, pages int
	counts             [facetsInAll][]int
}

// pick narrows hits by the chosen values, counts each facet with all others applied, and puts a page in order. Without
// text all listings are hits.
func (c *columns) pick(text bool, hits []hit, chosen [facetsInAll]mask, order Order, page, size int) picked {
	c.mu.RLock()
	defer c.mu.RUnlock()
	base := c.alive
	if text {
		base = roaring.And(c.alive, c.bitmapOf(hits))
	}
	var narrow [facetsInAll]*roaring.Bitmap
	for f, m := range chosen {
		narrow[f] = c.anyOf(f, m)
	}
	var p picked
	result := base
	for f := range narrow {
		others := base
		for g, by := range narrow {
			if g != f && by != nil {
				others = roaring.And(others, by)
			}
		}
		p.counts[f] = make([]int, len(c.sets[f]))
		for v, set := range c.sets[f] {
			p.counts[f][v] = int(others.AndCardinality(set))
		}
		if narrow[f] != nil {
			result = roaring.And(result, narrow[f])
		}
	}
	p.total = int(result.GetCardinality())
	p.pages = max(1, min((p.total+size-1)/size, PagesMost))
	p.page = min(max(1, page), p.pages)
	for _, s := range c.pageOf(result, text, hits, order, p.page, size) {
		p.listings, p.lots = append(p.listings, c.rows[s].listing), append(p.lots, c.rows[s].lot)
		p.projects = append(p.projects, c.rows[s].project)
	}
	return p
}

func (c *columns) bitmapOf(hits []hit) *roaring.Bitmap {
	dense := make([]uint64, (len(c.rows)+63)/64)
	for _, h := range hits {
		if int(h.slot) < len(c.rows) {
			dense[h.slot/64] |= 1 << (h.slot % 64)
		}
	}
	return roaring.FromDense(dense, false)
}

// anyOf is what has any of a facet's chosen values; nil if none is chosen.
func (c *columns) anyOf(f int, m mask) *roaring.Bitmap {
	var any []*roaring.Bitmap
	for ; m != 0; m &= m - 1 {
		any = append(any, c.sets[f][bits.TrailingZeros32(uint32(m))])
	}
	if any == nil {
		return nil
	}
	return roaring.FastOr(any...)
}

// pageOf keeps the best of the results and returns those of one page, the best first. The newest come to it first: of
// equals they stand before the others, so that most of what comes after them is refused at a glance.
func (c *columns) pageOf(result *roaring.Bitmap, text bool, hits []hit, order Order, page, size int) []slot {
	best := &top{less: c.before(order), most: page * size}
	if order == ByRelevance && text {
		for _, h := range slices.Backward(hits) {
			if result.Contains(h.slot) {
				best.offer(h)
			}
		}
	} else {
		for i := result.ReverseIterator(); i.HasNext(); {
			best.offer(hit{slot: i.Next()})
		}
	}
	all := make([]slot, best.Len())
	for i := len(all) - 1; i >= 0; i-- {
		all[i] = heap.Pop(best).(hit).slot
	}
	return all[min(len(all), (page-1)*size):]
}

// before says which of two stands first. Of equals the newer listing does, so that no order ever wavers.
func (c *columns) before(order Order) func(a, b hit) bool {
	by := func(a, b *row) int { return cmp.Compare(b.since, a.since) }
	switch order {
	case ByCheapest: // what has no price comes last, either way
		by = func(a, b *row) int { return cmp.Or(unnamed(a)-unnamed(b), cmp.Compare(a.priceFen, b.priceFen)) }
	case ByDearest:
		by = func(a, b *row) int { return cmp.Or(unnamed(a)-unnamed(b), cmp.Compare(b.priceFen, a.priceFen)) }
	case ByDeadline:
		by = func(a, b *row) int { return cmp.Compare(a.deadline, b.deadline) }
	case ByRemaining:
		by = func(a, b *row) int { return cmp.Compare(b.expiry, a.expiry) }
	}
	return func(a, b hit) bool {
		if a.score != b.score {
			return a.score > b.score
		}
		x, y := &c.rows[a.slot], &c.rows[b.slot]
		return cmp.Or(by(x, y), cmp.Compare(y.listing, x.listing)) < 0
	}
}

func unnamed(r *row) int {
	if r.priceFen == 0 {
		return 1
	}
	return 0
}

// top is a heap of the best so far, the worst of them on top.
type top struct {
	less func(a, b hit) bool
	most int
	hits []hit
}

func (t *top) offer(h hit) {
	switch {
	case len(t.hits) < t.most:
		heap.Push(t, h)
	case h.score < t.hits[0].score: // at a glance
	case t.less(h, t.hits[0]):
		t.hits[0] = h
		heap.Fix(t, 0)
	}
}

// Len and the others implement heap.Interface.
func (t *top) Len() int           { return len(t.hits) }
func (t *top) Less(i, j int) bool { return t.less(t.hits[j], t.hits[i]) }
func (t *top) Swap(i, j int)      { t.hits[i], t.hits[j] = t.hits[j], t.hits[i] }
func (t *top) Push(h any)         { t.hits = append(t.hits, h.(hit)) }
func (t *top) Pop() any {
	h := t.hits[len(t.hits)-1]
	t.hits = t.hits[:len(t.hits)-1]
	return h
}
