package needs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/subject"
)

// rarityOf is how much it says to share a word that so many of all listings have. Few listings make few frequent words.
func rarityOf(have, all int) matching.Rarity {
	share := 0
	if all > 0 {
		share = have * 10_000 / all
	}
	switch {
	case have <= 2 || share <= 50:
		return matching.Rare
	case have <= 4 || share <= 500:
		return matching.Uncommon
	case have <= 8 || share <= 2000:
		return matching.Frequent
	}
	return matching.Everywhere
}

func termsOf(words []search.Word, all int) []matching.Term {
	terms := make([]matching.Term, len(words))
	for i, w := range words {
		terms[i] = matching.Term{Key: w.Key, Text: w.Text, Joined: w.Joined, Rarity: rarityOf(w.Listings, all)}
	}
	return terms
}

// needSide is a need as it is compared, with its words for the search.
func (s *Service) needSide(ctx context.Context, w *matching.Wish) (side matching.Side, words []search.Word, all int, err error) {
	words, all, err = s.search.Words(ctx, w.TitleZH, w.TitleEN, w.TextZH, w.TextEN)
	if err != nil {
		return side, nil, 0, later(err)
	}
	return w.Side(termsOf(words, all)), words, all, nil
}

// rarities are how rare the words of needs are. A result's other words are shared with none of them and need no count.
type rarities map[string]matching.Rarity

func (r rarities) enter(terms []matching.Term) {
	for _, t := range terms {
		r[t.Key] = t.Rarity
	}
}

// listingSide is a result as it is compared with needs whose words are so rare; it comes with its patents.
func (s *Service) listingSide(l *ent.Listing, rare rarities) matching.Side {
	texts := []string{l.TitleZh, l.TitleEn, l.SummaryZh, l.SummaryEn}
	for _, p := range l.Edges.Patents {
		if p.TitleZh != l.TitleZh {
			texts = append(texts, p.TitleZh, p.TitleEn)
		}
		if p.AbstractZh != l.SummaryZh {
			texts = append(texts, p.AbstractZh, p.AbstractEn)
		}
	}
	side := plainSide(l)
	for _, w := range s.search.Split(texts...) {
		if r, shared := rare[w.Key]; shared {
			side.Terms = append(side.Terms, matching.Term{Key: w.Key, Text: w.Text, Rarity: r})
		}
	}
	return side
}

// plainSide is a result without its words.
func plainSide(l *ent.Listing) matching.Side {
	sheet := market.SheetOf(l)
	side := matching.Side{
		LevelLeast: subject.Level(l.Trl), Most: subject.Level(l.Trl), PriceLeast: money.Fen(l.PriceIdeaFen), PriceFen: money.Fen(l.PriceIdeaFen),
		City: l.City,
	}
	for _, r := range l.Rights {
		side.Rights = append(side.Rights, subject.Mode(r))
	}
	for _, c := range sheet.Dossier.Classes {
		if c.List == subject.Classification {
			side.IPC = append(side.IPC, c.Code)
		} else {
			side.Fields = append(side.Fields, c.Field)
		}
	}
	for _, p := range l.Edges.Patents {
		side.IPC = append(side.IPC, p.Ipc...)
	}
	return side
}

// A mark changes with whatever matters to who has said no to a match: figures, rights, field, classes, place and the title.
// It does not change when a sentence further down is polished.
func markOf(w *matching.Wish) string {
	return mark(w.Side(nil), w.TitleZH, w.TitleEN)
}

func listingMark(l *ent.Listing) string { return mark(plainSide(l), l.TitleZh, l.TitleEn) }

func mark(side matching.Side, titles ...string) string {
	for i, t := range titles {
		titles[i] = strings.Join(strings.Fields(strings.ToLower(t)), " ")
	}
	text, err := json.Marshal(struct {
		Side   matching.Side
		Titles []string
	}{side, titles})
	if err != nil {
		panic(fmt.Sprintf("needs: write a mark: %v", err)) // there is nothing in it that cannot be written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// subclasses are the classes by which candidates are looked for, without those that hold half of everything.
func subclasses(symbols []string) (all []string) {
	for _, c := range symbols {
		if s := ident.Symbol(c).Subclass(); len(s) == len("A61K") {
			all = append(all, s)
		}
	}
	return all
}
