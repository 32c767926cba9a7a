/*
 * This file is what the trampolines leave to C: who calls where that is not the interpreter, and where to go on to.
 *
 * A trampoline by itself counts a call whose return address lies in the interpreter's code, of a function that the interpreter
 * names. Any other call is attributed here, once for each pair of call site and slot: the apparent caller is the object that holds
 * the return address; the call instruction before it may show that another object has jumped here (callee.h), and the relocations
 * of the loaded objects may show who could have (jumps.h). The answer is kept in the table of call sites (sites.h).
 *
 * It runs in somebody else's process, before its own constructor too. Keep these rules: allocate nothing, take no lock,
 * keep errno; use no vector register (binding.gyp forbids them): those of somebody else's call are in them.
 */
#include "runtime.h"

#include "../children.h"
#include "../loaded.h"
#include "../next.h"
#include "../objects.h"
#include "../page.h"
#include "../told.h"
#include "../unload.h"
#include "../callee.h"
#include "jumps.h"
#include "processes.h"
#include "sites.h"
#include "../visibility.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* ISO C has no function behind a void pointer; POSIX has. */
#pragma GCC diagnostic ignored "-Wpedantic"

struct ledger *_Atomic page_current = &sweep_early;
_Thread_local struct ledger *sweep_main_ledger __attribute__((tls_model("initial-exec")));

/* What the C runtime's start files define for pthread_atfork; this object is linked without them (binding.gyp). */
extern void *const __dso_handle;
HIDDEN void *const __dso_handle = (void *)&__dso_handle;

/* For the trampolines: each of our objects has a page_current. */
extern struct ledger *_Atomic pyinterpose_sweep_current __attribute__((alias("page_current"), visibility("default")));

/* Of the same shim as this runtime (objects.c). */
HIDDEN const char *const objects_also_ours[2] = { sweep_image, sweep_image_end };

/* How objects.c knows a shim; where the canary's trampoline goes on to, besides. */
EXPORT void pyinterpose_canary_sweep_runtime(void);

/* Of entries.so, which need not be loaded: see there. */
extern void *pyinterpose_resume(void *entry) __attribute__((weak));
extern const void *pyinterpose_origin(const void *address) __attribute__((weak));

/* Before it has, entries.so may still be about to patch what is found. */
static _Atomic int begun;

static int visit_interpreter(struct dl_phdr_info *info, size_t size, void *data);
static void after_fork_in_child(void);
static uintptr_t origin_of(uintptr_t return_address);
static struct attribution attribute(uint32_t slot, uintptr_t return_address);
static int interpreter_names_it(uint32_t slot);
static struct attribution from_outside(uint32_t slot, struct attribution attribution);
static int is_own(uint32_t slot, uintptr_t callee);
static int jumped_from(uintptr_t callee, int caller);
static void find_at_once(uint32_t slot, void *found);
static void *definition(uint32_t slot, void *_Atomic *cache);
static void *versioned(const char *name, const char *version);
static void learn_interpreter(const void *definition);

static inline void add_shared(uint32_t row, uint32_t slot, uint32_t column)
{
	struct ledger *page = atomic_load_explicit(&page_current, memory_order_relaxed);
	atomic_fetch_add_explicit(&LEDGER_COUNTS(page)[(row * sweep_slots + slot) * LEDGER_ROW + column], 1,
														memory_order_relaxed);
}

static inline void add(uint32_t slot, int caller)
{
	uint32_t column = SIDE_HONORED * CALLERS + (uint32_t)caller;
#if defined(__x86_64__)
	if (sweep_main_ledger != NULL) {
		/* One instruction: a signal handler comes before it or after it, and loses nothing. */
		__asm__("incq %0" : "+m"(*(uint64_t *)&LEDGER_COUNTS(sweep_main_ledger)[slot * LEDGER_ROW + column]));
		return;
	}
#endif
	add_shared(1, slot, column);
}

static inline void add_attributed(uint32_t slot, struct attribution attribution)
{
	if (attribution.caller == CALLER_SHIM)
		return;
	add(slot, attribution.caller);
	if (attribution.apparent_caller != attribution.caller)
		add_shared(2, slot, SWEEP_REATTRIBUTED + (uint32_t)attribution.apparent_caller);
	if (attribution.uncertain)
		add_shared(2, slot, SWEEP_UNCERTAIN + (uint32_t)attribution.caller);
}

int sweep_count(uint32_t slot, uintptr_t return_address)
{
	struct attribution attribution;
	if (sites_count(slot, return_address, &attribution) != 0)
		return 1;
	add_attributed(slot, attribution);
	return 0;
}

void sweep_meet(uint32_t slot, uintptr_t return_address)
{
	if (in_forked_child)
		return;
	int kept = errno;
	struct attribution attribution = attribute(slot, return_address);
	sites_add(slot, return_address, origin_of(return_address), attribution);
	add_attributed(slot, attribution);
	told_objects();
	errno = kept;
}

void *sweep_find(uint32_t slot)
{
	int kept = errno;
	void *_Atomic cache = NULL;
	void *found = slot == sweep_slots - 1 ? (void *)pyinterpose_canary_sweep_runtime : definition(slot, &cache);
	/* Not kept: what next.c gives to a call that comes from within a resolution. */
	if (cache != NULL && atomic_load(&begun))
		atomic_store_explicit(&sweep_reals[slot], found, memory_order_relaxed);
	errno = kept;
	return found;
}

__attribute__((constructor)) static void constructor(void)
{
	page_enter(&sweep_early, SWEEP_ROWS * sweep_slots);
	sweep_main_ledger = atomic_load(&page_current);
	pthread_atfork(NULL, NULL, after_fork_in_child);
	unload_prepare();
	processes_begin(sweep_main_ledger);
	/* The interpreter's calls, too, are then told by their sites. */
	int all = sites_map_file();
	atomic_store(&begun, 1);
	/* All at once, so that no call has to wait for it; where there is nothing to find, the call itself says so. */
	for (uint32_t slot = 0; slot < sweep_slots - 1; slot++) {
		told_definition(slot, sweep_strings + sweep_names[slot]);
		void *found = dlsym(RTLD_NEXT, sweep_strings + sweep_names[slot]);
		if (found == NULL)
			continue;
		if (!all)
			learn_interpreter(found);
		find_at_once(slot, found);
	}
	/* Another program than the one meant is not counted, though all that it starts is begun with our list. */
	if (!children_counted() || dl_iterate_phdr(visit_interpreter, NULL))
		page_ready(SWEEP_BIT);
}

static int visit_interpreter(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	return objects_is_interpreter(loaded_name(info));
}

/* Runs after page.c's, which was registered before. */
static void after_fork_in_child(void)
{
	sweep_main_ledger = atomic_load(&page_current);
	sites_after_fork_in_child();
	processes_forked();
}

void pyinterpose_canary_sweep_runtime(void)
{
}

static uintptr_t origin_of(uintptr_t return_address)
{
	return pyinterpose_origin == NULL ? return_address : (uintptr_t)pyinterpose_origin((const void *)return_address);
}

static struct attribution attribute(uint32_t slot, uintptr_t return_address)
{
	const struct object *object = objects_find((const void *)return_address);
	struct attribution attribution = { object->caller, object->caller, 0, CALLEE_NONE };
	uintptr_t callee;
	if (object->caller == CALLER_SHIM)
		return attribution;
	attribution.callee = (int)callee_before(return_address, object, &callee);
	/* A displaced call may be encoded as anything. */
	if (origin_of(return_address) != return_address)
		attribution.callee = CALLEE_ANY;
	if (attribution.callee == CALLEE_KNOWN && !is_own(slot, callee)) {
		attribution.callee = CALLEE_KNOWN + 1;
		attribution.caller = jumped_from(callee, object->caller);
	}
	if (attribution.caller == CALLER_INTERPRETER && !interpreter_names_it(slot))
		attribution = from_outside(slot, attribution);
	return attribution;
}

/* Whether the interpreter names the slot's function itself, so that a call by the interpreter needs no other explanation. */
static int interpreter_names_it(uint32_t slot)
{
	return sweep_interpreter_names[slot / 8] >> slot % 8 & 1;
}

/* By an address that the interpreter has from elsewhere, or by a jump of what the interpreter has called last. */
static struct attribution from_outside(uint32_t slot, struct attribution attribution)
{
	struct jumps jumps = jumps_to(sweep_strings + sweep_names[slot]);
	if (jumps.jumper >= 0 && !jumps.held)
		attribution.caller = jumps.jumper;
	attribution.uncertain = jumps.jumper >= 0 && jumps.held;
	return attribution;
}

/* Whether a call site's callee is the slot's trampoline, or another shim's override in front of it. */
static int is_own(uint32_t slot, uintptr_t callee)
{
	uintptr_t within = callee - (uintptr_t)sweep_first;
	if (within < (uintptr_t)(sweep_past - sweep_first))
		return within / SWEEP_STEP == slot;
	return objects_find((const void *)callee)->caller == CALLER_SHIM;
}

/* The role of the object that the callee belongs to, which has jumped here. */
static int jumped_from(uintptr_t callee, int caller)
{
	uintptr_t within = callee - (uintptr_t)sweep_first;
	/* An override, which has forwarded to the function that it stands for. */
	if (within < (uintptr_t)(sweep_past - sweep_first))
		return within / SWEEP_STEP < sweep_own ? CALLER_INTERPRETER : CALLER_LIBRARY;
	int jumper = objects_find((const void *)callee)->caller;
	return jumper == CALLER_SHIM ? caller : jumper;
}

/* As sweep_find, where the next definition is known already and is what that would find: no version is asked for, nor is it our own. */
static void find_at_once(uint32_t slot, void *found)
{
	const char *name = sweep_strings + sweep_names[slot];
	if (name[strlen(name) + 1] != '\0' || objects_ours(found)) {
		sweep_find(slot);
		return;
	}
	if (pyinterpose_resume != NULL)
		found = pyinterpose_resume(found);
	atomic_store_explicit(&sweep_reals[slot], found, memory_order_relaxed);
}

/* Leaves it in the cache too, unless this is a call from within a resolution (next.c). */
static void *definition(uint32_t slot, void *_Atomic *cache)
{
	const char *name = sweep_strings + sweep_names[slot];
	void *found = versioned(name, name + strlen(name) + 1);
	if (found == NULL)
		return next(cache, name);
	if (pyinterpose_resume != NULL)
		found = pyinterpose_resume(found);
	atomic_store(cache, found);
	return found;
}

/* Null for a function without a version. musl's loader binds by name alone, whatever the versions. */
static void *versioned(const char *name, const char *version)
{
#ifdef __GLIBC__
	return *version == '\0' ? NULL : dlvsym(RTLD_NEXT, name, version);
#else
	(void)name;
	(void)version;
	return NULL;
#endif
}

/* Before that, every call takes the slow way, which is right too. */
static void learn_interpreter(const void *definition)
{
	if (sweep_size != 0)
		return;
	const struct object *object = objects_find(definition);
	if (object->caller == CALLER_INTERPRETER) {
		sweep_low = object->low;
		atomic_thread_fence(memory_order_release);
		sweep_size = object->size;
	}
}
