package search

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/stop"
	words "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
)

// version is part of the index: whoever changes what is indexed or how texts are taken apart counts it up.
const version = "4"

// Texts of both languages go through one chain. Chinese becomes pairs of neighbouring characters, which need no
// dictionary and so know tomorrow's words too; English loses its endings and its commonest words; full-width letters
// become plain ones. What is stored has single characters besides, so that one character can be searched for.
var (
	stored = chain(true)
	asked  = chain(false)
)

func chain(single bool) analysis.Analyzer {
	common := analysis.NewTokenMap()
	if err := common.LoadBytes(en.EnglishStopWords); err != nil {
		panic("search: the English stop words cannot be read: " + err.Error()) // they are compiled in
	}
	return &analysis.DefaultAnalyzer{
		Tokenizer: words.NewUnicodeTokenizer(),
		TokenFilters: []analysis.TokenFilter{
			cjk.NewCJKWidthFilter(), lowercase.NewLowerCaseFilter(), en.NewPossessiveFilter(),
			cjk.NewCJKBigramFilter(single), stop.NewStopTokensFilter(common), endings{},
		},
	}
}

// endings takes the endings off English words.
type endings struct{ en.EnglishStemmerFilter }

// Filter implements analysis.TokenFilter. Only words of Latin letters are touched, in place.
func (e endings) Filter(all analysis.TokenStream) analysis.TokenStream {
	for i, t := range all {
		if len(t.Term) > 2 && t.Term[0] >= 'a' && t.Term[0] <= 'z' {
			e.EnglishStemmerFilter.Filter(all[i : i+1])
		}
	}
	return all
}

// terms takes a piece of a question apart.
func terms(text string) []string {
	var all []string
	for _, t := range asked.Analyze([]byte(text)) {
		if len(t.Term) > 0 && len(t.Term) <= termMost {
			all = append(all, string(t.Term))
		}
	}
	return all
}

// termMost is longer than any word; what is longer is no word.
const termMost = 64

// han says whether a character is written without spaces around it.
func han(r rune) bool { return unicode.Is(unicode.Han, r) }

func isHan(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return han(r)
}
