// Package intake reads tables that other people made: a file becomes a Table, a Mapping says which column is what, and
// each row becomes a Record with every problem it has, by row and column. It reads text with any delimiter, in UTF-8,
// UTF-16 or GB18030, and workbooks; it guesses what the columns are, so that the user has only to look.
//
// It keeps nothing and decides nothing: what becomes of a record is the market's. It may import the rules and fault.
package intake
