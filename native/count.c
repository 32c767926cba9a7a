/*
 * This file counts, in the target: one relaxed atomic add, on the page that page.c sees to.
 *
 * Keep these rules: it works before its own constructor has run, allocates nothing, takes no lock, keeps errno.
 */
#include "count.h"
#include "family.h"
#include "objects.h"
#include "page.h"
#include "slots.h"

#include <stdatomic.h>

static struct {
	struct ledger header;
	_Atomic uint64_t counts[SLOTS * LEDGER_ROW];
} early;

struct ledger *_Atomic page_current = &early.header;
/* The range that each slot was last called from: most slots have one caller. */
static const struct object *_Atomic last[SLOTS];

void count(unsigned slot, const void *return_address)
{
	struct ledger *page = atomic_load_explicit(&page_current, memory_order_relaxed);
	const struct object *object = atomic_load_explicit(&last[slot], memory_order_relaxed);
	if (object == NULL || (uintptr_t)return_address - object->low >= object->size) {
		object = objects_find(return_address);
		atomic_store_explicit(&last[slot], object, memory_order_relaxed);
	}
	if (object->caller == CALLER_SHIM)
		return;
	uint64_t offset = atomic_load_explicit(&page->offset, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&LEDGER_COUNTS(page)[offset + slot * LEDGER_ROW + SIDE_HONORED * CALLERS + (unsigned)object->caller], 1,
		memory_order_relaxed);
}

__attribute__((constructor)) static void enter(void)
{
	page_enter(&early.header, SLOTS);
	page_ready(JOIN(FAMILY_, FAMILY));
}
