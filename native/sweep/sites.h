/*
 * This file declares the table of call sites: per slot and return address who calls, found out once, and how often.
 *
 * The table is the process's own unless PYINTERPOSE_SITES names a file that the driver has made for it; then it is that
 * file, with the objects that the sites lie in, and all calls come here, the interpreter's too.
 */
#ifndef PYINTERPOSE_SWEEP_SITES_H
#define PYINTERPOSE_SWEEP_SITES_H

#include "../layout.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* An object, as the loader names it; the main program has no name. */
struct sites_object {
	uint64_t low;
	uint64_t size;
	/* What was added to the addresses of the file. */
	uint64_t bias;
	char path[232];
};

struct site {
	/* The return address and, above its 48 bits, the slot. 0: free. */
	_Atomic uint64_t key;
	_Atomic uint64_t calls;
	/* A byte each: apparent caller's role + 2, caller's role + 2, uncertain, enum callee. 0: not attributed yet. */
	_Atomic uint64_t attribution;
	/* The address that the return address stands for in the object: another one among displaced instructions (entries.so). */
	_Atomic uint64_t origin;
};

struct sites {
	uint64_t magic;
	uint32_t version;
	uint32_t sites;
	uint32_t most_objects;
	_Atomic uint32_t objects;
	/* Calls from sites for which there was no place. */
	_Atomic uint64_t missed;
	uint64_t reserved[4];
	struct sites_object object[SITES_OBJECTS];
	struct site site[SITES];
};

static_assert(offsetof(struct sites, objects) == SITES_OBJECTS_AT, "layout of the sites");
static_assert(offsetof(struct sites, missed) == SITES_MISSED_AT, "layout of the sites");
static_assert(offsetof(struct sites, object) == SITES_HEADER, "layout of the sites");
static_assert(sizeof(struct sites_object) == SITES_OBJECT, "layout of the sites");
static_assert(offsetof(struct sites_object, path) == SITES_OBJECT_PATH_AT, "layout of the sites");
static_assert(sizeof(struct site) == SITES_SITE, "layout of the sites");
static_assert(offsetof(struct site, calls) == SITES_SITE_CALLS_AT, "layout of the sites");
static_assert(offsetof(struct site, attribution) == SITES_SITE_ATTRIBUTION_AT, "layout of the sites");
static_assert(offsetof(struct site, origin) == SITES_SITE_ORIGIN_AT, "layout of the sites");

/* To whom a call site's calls are attributed; `caller` is a role of ledger.h, or CALLER_SHIM. */
struct attribution {
	int caller;
	/* The role of the object that holds the return address: not the caller's where the call is a tail call. */
	int apparent_caller;
	/* Whether a tail call by another object would look the same. */
	int uncertain;
	/* What stands before the return address: see callee.h; CALLEE_KNOWN + 1 where the callee is another function. */
	int callee;
};

/* One more call from a site that is known: 0 and its attribution. 1 where it is not known. General registers only. */
int sites_count(uint32_t slot, uintptr_t return_address, struct attribution *out);

/* The first call from a site. Where the table is full, nothing is kept of it. */
void sites_add(uint32_t slot, uintptr_t return_address, uintptr_t origin, struct attribution attribution);

/* Moves the table to the file that PYINTERPOSE_SITES names: 1 where there is one. To be called by the constructor. */
int sites_map_file(void);

/* Goes back to the process's own table. */
void sites_after_fork_in_child(void);

#endif
