// Package seeds holds the demo catalogue and the rule sets that ship with the product. All organisations, people,
// results and patents in it are invented; whoever loads them marks them as demo.
package seeds

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/g60-corridor/corridor/internal/auction"
)

//go:embed *.json rules/*.json
var files embed.FS

// Organisation is an invented organisation. ID is its name within the seeds only.
type Organisation struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	City    string `json:"city"` // region code
	ZH      string `json:"zh"`
	EN      string `json:"en"`
	AboutZH string `json:"about_zh"`
	AboutEN string `json:"about_en"`
}

// Person is an invented person of one organisation; in the demo anybody may sign in as one with a click,
// unless the demo plays that person itself.
type Person struct {
	Email        string `json:"email"`
	ZH           string `json:"zh"`
	EN           string `json:"en"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
	Played       bool   `json:"played"` // by the demo itself; nobody can sign in as this person
}

// Listing is an invented research result with its patents.
type Listing struct {
	Seller    string   `json:"seller"`
	Field     string   `json:"field"`
	TRL       int      `json:"trl"`
	Rights    []string `json:"rights"`
	StartWan  int64    `json:"start_wan"` // start price, in 10,000 yuan
	Year      int      `json:"year"`      // filing year of its patent
	IPC       []string `json:"ipc"`
	ZH        string   `json:"zh"`
	EN        string   `json:"en"`
	SummaryZH string   `json:"sum_zh"`
	SummaryEN string   `json:"sum_en"`
	Inventors []string `json:"inventors"` // 沈怀谷 / Shen Huaigu
}

// Catalogue is everything that the demo begins with.
type Catalogue struct {
	Organisations []Organisation
	People        []Person
	Listings      []Listing
}

// Load reads the catalogue.
func Load() (Catalogue, error) {
	var c Catalogue
	for name, into := range map[string]any{
		"organisations.json": &c.Organisations, "people.json": &c.People, "listings.json": &c.Listings,
	} {
		data, err := files.ReadFile(name)
		if err != nil {
			return c, fmt.Errorf("read %s: %w", name, err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			return c, fmt.Errorf("read %s: %w", name, err)
		}
	}
	return c, nil
}

// Rules reads one of the shipped rule sets by its file name without ".json".
func Rules(name string) (auction.Terms, error) {
	data, err := files.ReadFile("rules/" + name + ".json")
	if err != nil {
		return auction.Terms{}, fmt.Errorf("read rule set %s: %w", name, err)
	}
	t, err := auction.ParseTerms(data)
	if err != nil {
		return t, fmt.Errorf("read rule set %s: %w", name, err)
	}
	return t, nil
}

// RuleSets names the shipped rule sets, sorted.
func RuleSets() []string {
	entries, err := fs.ReadDir(files, "rules")
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name()[:len(e.Name())-len(".json")])
	}
	return names
}
