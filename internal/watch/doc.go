// Package watch tells people what is new to them: to the searches that they saved, and of the things that they watch.
//
// Every node follows the changes of the catalogue. What has changed is held against all searches at once, in memory, so that
// no search is run again. What is new to a search is written under a unique key in the transaction that tells of it; what
// is told of a thing is told under the key of what happened to it. So each is told once, whoever finds it, and however often.
//
// It may import the rules, fault, identity, inbox, search, store and ent. It must not decide what is on offer.
package watch
