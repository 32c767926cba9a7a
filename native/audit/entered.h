/* This file declares counting one entry of a watched function. */
#ifndef PYINTERPOSE_AUDIT_ENTERED_H
#define PYINTERPOSE_AUDIT_ENTERED_H

#include "ledger.h"

/* Which library's function it is, from 1 on; 0 for a function of none, which is what the libraries forward to. */
#define ENTERED_LIBRARY(what) ((what) >> ENTERED_LIBRARY_BIT)

/* Nothing is counted before. Once, before the program runs; -ENOMEM where the system does not let a child be told apart. */
int entered_begin(struct audit_ledger *ledger);

/* In the assembly: what the stubs call. */
void audit_count(void);

/* Called by the assembly: `frame` is the stack pointer at the function's entry, where the return address stands. */
void audit_entered(uint32_t what, uintptr_t frame, uintptr_t return_address);

#endif
