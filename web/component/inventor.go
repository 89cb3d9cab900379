package component

import (
	"context"
	"strings"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Inventor is somebody who made a result, as a page names him.
type Inventor struct {
	Name  string
	ORCID string // normal form; "" none
}

// URL is the page of his ORCID iD.
func (i Inventor) URL() string { return "https://orcid.org/" + i.ORCID }

// Inventors are people's names in the reader's letters, with the ORCID iDs that were entered behind them, as in
// 沈怀谷 / Shen Huaigu 0000-0002-1825-0097. What is no valid iD stays part of the name. §7.1
func Inventors(ctx context.Context, names []string) []Inventor {
	all := make([]Inventor, len(names))
	for i, text := range names {
		name, orcid := apart(text)
		zh, en, _ := strings.Cut(name, " / ")
		all[i] = Inventor{Pick(ctx, zh, en), orcid}
	}
	return all
}

// apart parts a name from the ORCID iD behind it.
func apart(text string) (name, orcid string) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexAny(text, " (（")
	if at < 0 {
		return text, ""
	}
	last := strings.Trim(text[at:], " ()（）")
	id, err := ident.ParseORCID(strings.TrimPrefix(last, "ORCID:"))
	if err != nil {
		return text, ""
	}
	return strings.TrimRight(text[:at], " (（"), string(id)
}
