/* This file declares the ledgers of the processes that a program starts, where those are to be counted, too. */
#ifndef PYINTERPOSE_CHILDREN_H
#define PYINTERPOSE_CHILDREN_H

#include "ledger.h"

#include <limits.h>

/* Whether they are: PYINTERPOSE_CHILDREN names the folder where each keeps a ledger of its own. */
int children_counted(void);

/* Whether the ledger that the driver made is this process's: the first that asks has it, for each object of ours in that process. */
int children_is_first(struct ledger *page);

/*
 * The path of this process's own ledger, made if there is none yet: `like` is the header that it begins with, `inherited` says whether what that
 * tells of shims and entry counters holds here, too. 0 or a negative errno. What runs here is told beside it.
 */
int children_ledger(const struct ledger *like, int inherited, char path[PATH_MAX]);

/* Says of a forked child that it is not counted. */
void children_leave_out(void);

/* How many threads the process has; 0 where that cannot be told. */
int children_threads(void);

#endif
