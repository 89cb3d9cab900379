// Package bench measures what the README claims, each time next to a baseline in the same run: figures from two runs, or
// from two machines, compare nothing. It may know every room that it measures.
package bench
