package search

import (
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/single"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/subject"
)

// Fields of a document. None is stored: what a page shows comes from the database, where it is true.
const (
	inText   = "t" // all texts, in both languages
	inNumber = "n" // numbers in normal form, without dots and hyphens
	inClass  = "c" // classes of the IPC with everything above them
)

// titleWeight is how often a word of a title counts.
const titleWeight = 3

var exact = &analysis.DefaultAnalyzer{Tokenizer: single.NewSingleTokenTokenizer()}

// write makes the document of a listing, which comes with its seller and patents.
func write(l *ent.Listing) *document.Document {
	d := document.NewDocument(strconv.Itoa(l.ID))
	add := func(field, text string, options index.FieldIndexingOptions, by analysis.Analyzer) {
		if text != "" {
			d.AddField(document.NewTextFieldCustom(field, []uint64{uint64(len(d.Fields))}, []byte(text), options, by))
		}
	}
	text := func(one string) { add(inText, one, index.IndexField, stored) }
	for range titleWeight - 1 {
		text(l.TitleZh)
		text(l.TitleEn)
	}
	numbers, classes := set{}, set{}
	told(l, text, numbers.add, classes.add)
	for _, n := range numbers.all {
		add(inNumber, n, index.IndexField|index.SkipFreqNorm, exact)
	}
	for _, c := range classes.all {
		add(inClass, c, index.IndexField|index.SkipFreqNorm, exact)
	}
	return d
}

// told goes through all that can be found of a listing, each text once: what its page shows to everybody. What a seller
// declares of ownership, defects and disputes describes no result, and stands in nearly the same words everywhere.
func told(l *ent.Listing, text, number, class func(string)) {
	said := set{}
	for _, one := range []string{l.TitleZh, l.TitleEn, l.SummaryZh, l.SummaryEn, strings.Join(l.Inventors, "、")} {
		said.add(one)
	}
	number(plain(l.Number))
	if o := l.Edges.Seller; o != nil {
		said.add(o.NameZh)
		said.add(o.NameEn)
		number(plain(o.Uscc))
	}
	for _, p := range l.Edges.Patents {
		for _, one := range []string{p.TitleZh, p.TitleEn, p.AbstractZh, p.AbstractEn} {
			said.add(one)
		}
		number(plain(p.ApplicationNo))
		number(publication(p.PublicationNo))
		for _, c := range p.Ipc {
			s := ident.Symbol(c)
			for _, above := range []string{s.Class(), s.Subclass(), s.MainGroup() + "/", c} {
				class(above)
			}
		}
	}
	for i := range l.Dossier.Subjects { // rights of all kinds; §4.1
		s := &l.Dossier.Subjects[i]
		said.add(s.Title)
		for _, o := range s.Owners {
			said.add(o.Party)
		}
		for _, form := range numbersOf(s) {
			number(form)
		}
	}
	said.add(l.Dossier.Disclosure.Abstract)
	for _, one := range said.all {
		text(one)
	}
}

// numbersOf is the number of a subject; that of a foreign patent also without its kind code or its office, which are left
// out as often as not.
func numbersOf(s *subject.Subject) []string {
	whole := plain(s.Number)
	if s.Office == "" || s.Office == ident.HomeOffice {
		return []string{whole}
	}
	n, err := ident.ParseForeignNo(s.Office, s.Number)
	if err != nil {
		return []string{whole}
	}
	whole = plain(string(n))
	return []string{whole, plain(n.WithoutKind()), strings.TrimPrefix(whole, string(n.Office()))}
}

// set keeps each text once, in the order in which they came.
type set struct{ all []string }

func (s *set) add(text string) {
	if text == "" {
		return
	}
	for _, have := range s.all {
		if have == text {
			return
		}
	}
	s.all = append(s.all, text)
}

// plain is a number without all that its printed forms differ in: upper case, no spaces, dots, hyphens or strokes.
func plain(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, number)
}

// publication is a publication number without what is left out as often as not: 109046038B.
func publication(number string) string { return strings.TrimPrefix(plain(number), "CN") }
