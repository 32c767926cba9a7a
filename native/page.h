/* This file declares the page that an object in the target counts on. */
#ifndef PYINTERPOSE_PAGE_H
#define PYINTERPOSE_PAGE_H

#include "ledger.h"

/*
 * Where to count: whoever includes this sets it to a page of its own, all zero, before anything runs. From the
 * constructor on it is the ledger; in a forked child, which is not the process meant, it is that first page again.
 */
extern struct ledger *_Atomic page_current;

/*
 * Whether this is a forked child that is not counted. Nobody reads what it counts; and a thread of the parent's, which the child does not have, may have
 * held the loader's lock at the fork, so the loader must not be asked who calls.
 */
extern int in_forked_child;

/*
 * To be called by the constructor: moves from `early`, which holds `slots` rows, to the ledger that the environment
 * names (PYINTERPOSE_LEDGER, or PYINTERPOSE_LEDGER_BESIDE where two of different shapes are counted on), and takes along
 * what was counted. Without a ledger of that shape, counting stays where it is.
 * Then strips the preload (below). Keeps errno.
 */
void page_enter(struct ledger *early, uint32_t slots);

/*
 * Takes our shims out of LD_PRELOAD and leaves the user's, so that programs that the target starts run without ours. The driver
 * puts ours first and repeats the user's in PYINTERPOSE_PRELOAD. May be called again.
 */
void preload_strip(void);

/* The path of the ledger that is counted on. */
const char *page_path(void);

/* Shakes hands: the shim of that number is ready. Does nothing where no ledger was mapped. */
void page_ready(unsigned bit);

#endif
