// Package agenda is what is due when: errands that somebody puts in the transaction of his decision, and that are done
// afterwards, at their time, on any node. It owns River; others know errands and who does them.
//
// What holds: an errand is there if and only if its transaction committed. It is done at or after its time, however long
// the house was closed in between, and tried again until it succeeds, ever less often, at least once an hour. Of several
// nodes on PostgreSQL one at a time does it. An errand with a key is put once as long as it waits, and for a day after it
// was done.
//
// What cannot hold: that it is begun once. A node may die after the effect and before it is noted; then the errand is done
// again, two to three minutes later. Whoever does it makes its effect depend on its key, in a transaction of his own or at
// whoever he calls.
//
// It may import store; it knows no trade.
package agenda
