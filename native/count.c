/* This file keeps what counting needs besides its few instructions; see count.h for the rules. */
#include "count.h"
#include "family.h"
#include "told.h"

static struct {
	struct ledger header;
	_Atomic uint64_t counts[COUNT_ROWS * LEDGER_ROW];
} early;

struct ledger *_Atomic page_current = &early.header;
const struct object *_Atomic count_last[SLOTS];
_Thread_local int count_in_main_thread __attribute__((tls_model("initial-exec")));

/* What this family overrides. */
static const struct {
	uint32_t slot;
	const char *symbol;
} overrides[] = {
#define ROW(symbol) { SLOT_##symbol, #symbol },
#define HOOK(family, symbol, ...) SELECT(family, ROW(symbol))
#define JUMP(family, symbol) SELECT(family, ROW(symbol))
#define CANARY(family, symbol) SELECT(family, ROW(symbol))
#include "hooks.def"
};

void count_from_elsewhere(unsigned slot, const void *return_address)
{
	if (in_forked_child)
		return;
	const struct object *object = objects_find(return_address);
	/* A call that one of our own shims makes is not counted, so the cache never holds a shim. */
	if (object->caller == CALLER_SHIM)
		return;
	atomic_store_explicit(&count_last[slot], object, memory_order_relaxed);
	count_by(slot, object->caller);
}

__attribute__((constructor)) static void constructor(void)
{
	page_enter(&early.header, COUNT_ROWS);
	count_in_main_thread = 1;
	for (size_t i = 0; i < sizeof overrides / sizeof overrides[0]; i++)
		told_definition(overrides[i].slot, overrides[i].symbol);
	page_ready(JOIN(FAMILY_, FAMILY));
}
