package ident

import (
	"fmt"
	"strconv"
)

// LEI is a legal entity identifier (ISO 17442): 20 characters. §7.1
type LEI string

// ParseLEI reads a legal entity identifier, with or without spaces and hyphens. With A counting as 10 and so on, the
// number must leave 1 when divided by 97.
func ParseLEI(s string) (LEI, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: EntityIdentifier, Fault: Missing}
	}
	for i, r := range text {
		if r > 'Z' {
			return "", &Error{Kind: EntityIdentifier, Fault: BadCharacter, Position: i + 1, Got: string(r)}
		}
		if _, ok := value(byte(r)); !ok {
			return "", &Error{Kind: EntityIdentifier, Fault: BadCharacter, Position: i + 1, Got: string(r)}
		}
	}
	if len(text) != 20 {
		return "", &Error{Kind: EntityIdentifier, Fault: WrongLength, Got: strconv.Itoa(len(text)), Want: "20"}
	}
	want := fmt.Sprintf("%02d", 98-remainder97(text[:18]+"00"))
	if got := text[18:]; got != want {
		return "", &Error{Kind: EntityIdentifier, Fault: WrongCheck, Position: 19, Got: got, Want: want}
	}
	return LEI(text), nil
}

func remainder97(text string) int {
	r := 0
	for i := range len(text) {
		v, _ := value(text[i])
		if v < 10 {
			r = (r*10 + v) % 97
		} else {
			r = (r*100 + v) % 97
		}
	}
	return r
}
