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
 * Whether this is a forked child. Nobody reads what it counts; and the loader's lock may have been held by a thread that is
 * not there any more, so the loader must not be asked who calls.
 */
extern int page_left;

/*
 * To be called by the constructor: moves from `early`, which holds `slots` rows, to the ledger that the environment
 * names (PYINTERPOSE_LEDGER, or PYINTERPOSE_LEDGER_BESIDE where two of different shapes are counted on), and takes along
 * what was counted. Without a ledger of that shape, counting stays where it is.
 * Takes us out of LD_PRELOAD, so that programs that the target starts run without us; what the user has there, which the
 * driver repeats in PYINTERPOSE_PRELOAD, stays. Keeps errno.
 */
void page_enter(struct ledger *early, uint32_t slots);

/* The last of these, for a shim that has no page to enter. May be called again. */
void page_withdraw(void);

/* Shakes hands: the shim of that number is ready. Does nothing where no ledger was mapped. */
void page_ready(unsigned bit);

#endif
