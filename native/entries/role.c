/*
 * This file tells who makes a call that does not return to the interpreter's own code, and keeps the answer where the assembly
 * finds it. It is called with every register saved but none to spare: it may call libc, and must keep errno.
 */
#include "role.h"
#include "../ledger.h"
#include "../objects.h"
#include "../callee.h"

#include <errno.h>
#include <stdatomic.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define HIDDEN __attribute__((visibility("hidden")))

/* The assembly agrees on these. */
#define CACHED 4096
#define CACHED_SHIM 15

/* What the assembly reads: the return address, the slot, the role; how large the vector state is, and which parts of it count. */
HIDDEN _Atomic uint64_t entries_cache[CACHED];
HIDDEN uint32_t entries_state_size = 512;
HIDDEN uint32_t entries_state_mask;
HIDDEN int entries_role(uintptr_t return_address, uint32_t slot);

static int stopped;
static role_entry_of *entry;

static int caller_of(uintptr_t return_address, uint32_t slot);

void role_stop(void)
{
	stopped = 1;
}

HIDDEN int entries_role(uintptr_t return_address, uint32_t slot)
{
	if (stopped)
		return CACHED_SHIM;
	int kept = errno, caller = caller_of(return_address, slot);
	uint64_t role = caller == CALLER_SHIM ? CACHED_SHIM : (uint64_t)caller;
	uint64_t known = ((uint64_t)return_address << 12 | slot) << 4 | role;
	atomic_store_explicit(&entries_cache[(return_address + slot * 32) % CACHED], known, memory_order_relaxed);
	errno = kept;
	return (int)role;
}

/*
 * The role of the object that holds the call, unless that call is known to call something else: then that has jumped here,
 * as the last thing it did. What an override stands for is in the interpreter, and the override itself goes on behind the counter.
 */
static int caller_of(uintptr_t return_address, uint32_t slot)
{
	const struct object *object = objects_find((const void *)return_address);
	uintptr_t callee;
	if (object->caller == CALLER_SHIM || callee_before(return_address, object, &callee) != CALLEE_KNOWN ||
			callee == entry(slot))
		return object->caller;
	int jumper = objects_find((const void *)callee)->caller;
	return jumper == CALLER_SHIM ? CALLER_INTERPRETER : jumper;
}

#if defined(__x86_64__)

/* What C code may clobber: x87, SSE, AVX, AVX-512. In the standard form they take at most this. */
#define STATE_MASK 0xe7u
#define STATE_SIZE 2688u

int role_prepare(role_entry_of *entry_of)
{
	entry = entry_of;
	unsigned a, b, c, d, low, high;
	/* LAHF in 64-bit mode. */
	if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & 1))
		return 0;
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !__get_cpuid_count(0xd, 0, &a, &b, &c, &d))
		return 1;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	entries_state_mask = low & STATE_MASK;
	entries_state_size = b < STATE_SIZE ? b : STATE_SIZE;
	return 1;
}

#elif defined(__aarch64__)

int role_prepare(role_entry_of *entry_of)
{
	entry = entry_of;
	return 1;
}

#endif
