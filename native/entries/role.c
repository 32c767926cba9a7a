/*
 * This file tells who makes a call that does not return to the interpreter's own code, and keeps the answer where the assembly
 * finds it.
 *
 * A return address tells the object that called; but where that object's call is known to call another function (callee.h), it is
 * that function which has jumped here, as the last thing it did. The answer, a role, is kept in a cache by call site and slot,
 * which count-x86-64.S and count-aarch64.S look through first.
 *
 * Keep these rules: every register was saved by the assembly, so libc may be called; errno is kept; nothing is allocated; in a
 * forked child the loader is not asked (role_stop).
 */
#include "role.h"
#include "../ledger.h"
#include "../objects.h"
#include "../callee.h"
#include "../told.h"
#include "../unload.h"
#include "../visibility.h"

#include <errno.h>
#include <stdatomic.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* What the assembly reads. An entry: the return address, the slot, the role (layout.h); 0 is none, for no call returns to 0. */
HIDDEN _Atomic uint64_t entries_cache[ROLE_CACHE];
HIDDEN int entries_role(uintptr_t return_address, uint32_t slot);

static int stopped;
static const struct role_functions *functions;

static int caller_of(uintptr_t return_address, uint32_t slot);

void role_stop(void)
{
	stopped = 1;
}

/* All of the cache: what is still loaded is asked for again. */
void unload_forget(void)
{
	for (uint32_t i = 0; i < ROLE_CACHE; i++)
		atomic_store_explicit(&entries_cache[i], 0, memory_order_relaxed);
}

HIDDEN int entries_role(uintptr_t return_address, uint32_t slot)
{
	if (stopped)
		return ROLE_CACHE_SHIM;
	/* First of all: libc's own code may hold a lock that the loader's list takes. */
	int is_own = functions->is_in_libc(return_address) && functions->is_libcs(slot);
	int kept = errno, caller = is_own ? CALLER_SHIM : caller_of(return_address, slot);
	uint64_t role = caller == CALLER_SHIM ? ROLE_CACHE_SHIM : (uint64_t)caller;
	uint64_t known = ((uint64_t)return_address << ROLE_CACHE_SLOT_BITS | slot) << ROLE_CACHE_ROLE_BITS | role;
	uintptr_t place = return_address + ((uintptr_t)slot << ROLE_CACHE_SLOT_STEP);
	atomic_store_explicit(&entries_cache[place % ROLE_CACHE], known, memory_order_relaxed);
	errno = kept;
	return (int)role;
}

/*
 * Where the function that the call is known to call belongs to a shim, it is an override, which itself forwards to where the
 * stub resumes and so is never counted: what has jumped here is the interpreter's function that it forwarded to. Into a function of
 * libc's only libc can have jumped past the override, and what libc calls of itself no override of any build gets: it is not counted.
 */
static int caller_of(uintptr_t return_address, uint32_t slot)
{
	const struct object *object = objects_find((const void *)return_address);
	uintptr_t callee;
	if (object->caller == CALLER_SHIM)
		return CALLER_SHIM;
	if (callee_before(return_address, object, &callee) != CALLEE_KNOWN || callee == functions->entry(slot)) {
		if (object->caller != CALLER_INTERPRETER)
			told_entry(slot, return_address, functions->entry(slot), object->caller);
		told_objects();
		return object->caller;
	}
	int jumper = functions->is_in_libc(callee) ? CALLER_SHIM : objects_find((const void *)callee)->caller;
	if (functions->is_libcs(slot))
		return jumper;
	return jumper == CALLER_SHIM ? CALLER_INTERPRETER : jumper;
}

#if defined(__x86_64__)

int role_prepare(const struct role_functions *known)
{
	unsigned a, b, c, d;
	functions = known;
	return __get_cpuid(0x80000001, &a, &b, &c, &d) && c & bit_LAHF_LM;
}

#elif defined(__aarch64__)

int role_prepare(const struct role_functions *known)
{
	functions = known;
	return 1;
}

#endif

static_assert(1 << ROLE_CACHE_SLOT_BITS == BLOB_MOST_SLOTS, "a slot fits beside a return address");
static_assert(CALLERS < ROLE_CACHE_SHIM && ROLE_CACHE_SHIM < 1 << ROLE_CACHE_ROLE_BITS, "a role fits beside a slot");
