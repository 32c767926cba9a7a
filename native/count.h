/*
 * This file counts, in the target: what every override does first, so it is short and inlined.
 *
 * Who called is told by the return address: the object whose code holds it. Looking that up for every call would cost more than
 * the call, so each slot has an inline cache of one entry, the range that it was last called from; most functions have one caller.
 *
 * Each slot has two rows. The first is written by the main thread only, the one that ran the constructor, which most often is
 * the one that runs Python; a plain add does there. The other threads share the second and add atomically. Who reads the
 * ledger adds the two.
 *
 * Keep these rules: it works before its own constructor has run, allocates nothing, takes no lock, keeps errno.
 */
#ifndef PYINTERPOSE_COUNT_H
#define PYINTERPOSE_COUNT_H

#include "ledger.h"
#include "objects.h"
#include "page.h"
#include "slots.h"

#include <stdatomic.h>

/* The rows of a ledger of the listed overrides: the main thread's for each slot, then the shared one for each slot. */
#define COUNT_ROWS (COUNT_ROWS_A_SLOT * SLOTS)

/* The inline caches. */
extern const struct object *_Atomic count_last[SLOTS];

/* Whether this is the main thread; false before the constructor has run. */
extern _Thread_local int count_in_main_thread __attribute__((tls_model("initial-exec")));

/* Counts a call that misses the inline cache, and fills the cache. */
void count_from_elsewhere(unsigned slot, const void *return_address);

static inline void count_by(unsigned slot, int caller)
{
	struct ledger *page = atomic_load_explicit(&page_current, memory_order_relaxed);
	uint64_t offset = atomic_load_explicit(&page->offset, memory_order_relaxed);
	_Atomic uint64_t *row = LEDGER_COUNTS(page) + offset + slot * LEDGER_ROW + SIDE_HONORED * CALLERS;
#if defined(__x86_64__)
	if (__builtin_expect(count_in_main_thread, 1)) {
		/* One instruction: a signal handler comes before it or after it, and loses nothing. */
		__asm__("incq %0" : "+m"(*(uint64_t *)&row[caller]));
		return;
	}
#endif
	atomic_fetch_add_explicit(&row[SLOTS * LEDGER_ROW + caller], 1, memory_order_relaxed);
}

/* Adds one to the slot, under the role of the object that holds the return address. */
static inline void count(unsigned slot, const void *return_address)
{
	const struct object *object = atomic_load_explicit(&count_last[slot], memory_order_relaxed);
	if (__builtin_expect(object != NULL && (uintptr_t)return_address - object->low < object->size, 1))
		count_by(slot, object->caller);
	else
		count_from_elsewhere(slot, return_address);
}

#endif
