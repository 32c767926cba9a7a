/*
 * This file is the layout of the ledger of an audit, which the driver makes (src/gather/audit/ledger.ts), audit.so fills
 * and the driver reads when the program has ended: the objects that were loaded, and for each call site how many calls
 * entered which function.
 */
#ifndef PYINTERPOSE_AUDIT_LEDGER_H
#define PYINTERPOSE_AUDIT_LEDGER_H

#include "../layout.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define AUDIT_PATH (AUDIT_OBJECT - AUDIT_OBJECT_PATH_AT)

struct audit_object {
	uint64_t base;
	/* What its segments span. */
	uint64_t low, high;
	/* Where the stubs of its functions are mapped; 0 where there are none. */
	uint64_t stubs, stubs_size;
	/* Whether it was there when the program began. */
	uint32_t startup;
	/* An entries_reason (native/entries/entries.h), plus one; 0 where nothing was to be counted. */
	uint32_t outcome;
	/* Set when it was closed: its addresses may since be another's. */
	uint32_t closed;
	uint32_t reserved;
	char path[AUDIT_PATH];
};

struct audit_site {
	/*
	 * The return address, and below it the slot plus one; 0 where the row is free. In the place of a return address stands a slot
	 * plus one where that real function has jumped here, after a library had jumped to it.
	 */
	_Atomic uint64_t key;
	/* Calls, but for the next. */
	_Atomic uint64_t calls;
	/* Entries that are the last step of a call that had entered the library: it jumped here, instead of calling. */
	_Atomic uint64_t forwards;
	uint64_t reserved;
};

struct audit_ledger {
	uint64_t magic;
	uint32_t version;
	_Atomic uint32_t objects_used;
	/* The process that counts: the first that runs the program meant. 0 where none has. */
	_Atomic uint32_t process;
	/* How many other processes would have counted. */
	_Atomic uint32_t others;
	/* Entries for which there was no row. */
	_Atomic uint64_t lost;
	/* Set when all that the program needs was loaded, before any of it ran. */
	_Atomic uint32_t ready;
	/* How many objects more were loaded than there are rows. */
	_Atomic uint32_t objects_lost;
	uint64_t reserved[3];
	struct audit_object objects[AUDIT_OBJECTS];
	struct audit_site sites[AUDIT_SITES];
};

static_assert(sizeof(struct audit_object) == AUDIT_OBJECT, "layout of an object");
static_assert(offsetof(struct audit_object, startup) == AUDIT_OBJECT_STARTUP_AT, "layout of an object");
static_assert(offsetof(struct audit_object, outcome) == AUDIT_OBJECT_OUTCOME_AT, "layout of an object");
static_assert(offsetof(struct audit_object, closed) == AUDIT_OBJECT_CLOSED_AT, "layout of an object");
static_assert(offsetof(struct audit_object, path) == AUDIT_OBJECT_PATH_AT, "layout of an object");
static_assert(sizeof(struct audit_site) == AUDIT_SITE, "layout of a site");
static_assert(offsetof(struct audit_site, calls) == AUDIT_SITE_CALLS_AT, "layout of a site");
static_assert(offsetof(struct audit_site, forwards) == AUDIT_SITE_FORWARDS_AT, "layout of a site");
static_assert(offsetof(struct audit_ledger, objects_used) == AUDIT_OBJECTS_USED_AT, "layout of the ledger");
static_assert(offsetof(struct audit_ledger, others) == AUDIT_OTHERS_AT, "layout of the ledger");
static_assert(offsetof(struct audit_ledger, lost) == AUDIT_LOST_AT, "layout of the ledger");
static_assert(offsetof(struct audit_ledger, ready) == AUDIT_READY_AT, "layout of the ledger");
static_assert(offsetof(struct audit_ledger, objects) == AUDIT_HEADER, "layout of the ledger");

#endif
