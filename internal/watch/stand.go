package watch

import (
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/search"
)

// standing is a watch that waits for results, as it is kept in memory.
type standing struct {
	id      int
	kind    watch.Kind
	seller  int
	asked   asked
	settled map[int]struct{} // results that are known or told, as far as they were looked up
}

// stand is all that waits for results, by what a listing must have to be one.
type stand struct {
	all       map[int]*standing // by watch
	questions *search.Waiting
	sellers   map[int][]*standing
	lots      map[place][]*standing
}

// place is what a search for lots asks of their listing; "" and 0 ask for nothing.
type place struct {
	city, field string
	seller      int
}

func newStand() *stand {
	return &stand{all: map[int]*standing{}, questions: search.NewWaiting(), sellers: map[int][]*standing{}, lots: map[place][]*standing{}}
}

func (s *standing) place() place { return place{s.asked.city, s.asked.field, s.asked.seller} }

func (s *stand) put(one *standing) {
	s.drop(one.id)
	s.all[one.id] = one
	switch one.kind {
	case watch.KindSEARCH:
		s.questions.Put(one.id, search.Stand(one.asked.request))
	case watch.KindORGANISATION:
		s.sellers[one.seller] = append(s.sellers[one.seller], one)
	case watch.KindLOTS:
		s.lots[one.place()] = append(s.lots[one.place()], one)
	}
}

func (s *stand) drop(id int) {
	one := s.all[id]
	if one == nil {
		return
	}
	delete(s.all, id)
	switch one.kind {
	case watch.KindSEARCH:
		s.questions.Drop(id)
	case watch.KindORGANISATION:
		s.sellers[one.seller] = without(s.sellers[one.seller], one)
	case watch.KindLOTS:
		s.lots[one.place()] = without(s.lots[one.place()], one)
	}
}

func without(all []*standing, one *standing) []*standing {
	return slices.DeleteFunc(all, func(other *standing) bool { return other == one })
}

// meet goes through what a listing, which everybody may see, is a result of: the listing itself, or lots of it.
func (s *stand) meet(l *ent.Listing, sheet *search.Sheet, found func(one *standing, subject int)) {
	for _, id := range s.questions.Met(sheet) {
		found(s.all[id], l.ID)
	}
	seller := 0
	if l.Edges.Seller != nil {
		seller = l.Edges.Seller.ID
		for _, one := range s.sellers[seller] {
			found(one, l.ID)
		}
	}
	if len(l.Edges.Lots) == 0 {
		return
	}
	for _, city := range slices.Compact([]string{"", l.City}) {
		for _, field := range slices.Compact([]string{"", string(l.Field)}) {
			for _, by := range slices.Compact([]int{0, seller}) {
				for _, one := range s.lots[place{city, field, by}] {
					for _, lot := range l.Edges.Lots {
						if one.asked.wants(l, lot) {
							found(one, lot.ID)
						}
					}
				}
			}
		}
	}
}
