// Package tidy holds tests about the source itself: who may import whom, what the rules must never call, how long a
// file may grow, that both languages say the same. It parses every file of the module in-process (a test that asks
// `go list` would be cached as passed after the sources changed) and imports nothing of the house.
//
// A failure names the file, the line and the rule. Where the rule is wrong, change it here, and say why.
package tidy
