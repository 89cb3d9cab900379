package seeds

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/ident"
)

func TestNumbersOfTheCatalogueAreOnes(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Listings {
		for _, symbol := range l.IPC {
			if s, err := ident.ParseSymbol(symbol); err != nil || string(s) != symbol {
				t.Errorf("%s: %q: %s, %v", l.EN, symbol, s, err)
			}
		}
	}
	for _, o := range c.Organisations {
		if _, ok := ident.CityOf(ident.Region(o.City)); !ok {
			t.Errorf("%s: %s is no city of the corridor", o.EN, o.City)
		}
	}
}
