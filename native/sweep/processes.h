/* This file declares the counting of processes that a swept program starts. */
#ifndef PYINTERPOSE_SWEEP_PROCESSES_H
#define PYINTERPOSE_SWEEP_PROCESSES_H

#include "../ledger.h"

/* To be called by the constructor, with the ledger that outlives the process. */
void processes_begin(struct ledger *page);

/* To be called in a forked child. */
void processes_forked(void);

#endif
