/*
 * This file is the layout of the file in which a process tells of itself what no count can: who defines a function first, and which
 * object has entered a function past its override. The driver makes it and names it by PYINTERPOSE_TOLD; without one nothing is told.
 *
 * Keep these rules: nothing is allocated, no lock of ours taken, the loader asked for its list only (dl_iterate_phdr), errno kept.
 */
#ifndef PYINTERPOSE_TOLD_H
#define PYINTERPOSE_TOLD_H

#include "layout.h"
#include "objects.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* What a record tells. */
enum told_kind {
	/* `object` defines the function of the slot, and stands before our override. */
	TOLD_DEFINES = TOLD_KIND_DEFINES,
	/* `object` has entered the real function of the slot: through a relocation of its own that names the function. */
	TOLD_BY_NAME = TOLD_KIND_BY_NAME,
	/* The same, without such a relocation: by an address that it was given. */
	TOLD_BY_ADDRESS = TOLD_KIND_BY_ADDRESS,
	/* `object` is loaded; the slot is 0. */
	TOLD_LOADED = TOLD_KIND_LOADED,
};

struct told_record {
	/* Written last; 0 where nothing is told yet. */
	_Atomic uint32_t kind;
	uint32_t slot;
	/* The role of `object`, as in ledger.h. */
	int32_t caller;
	uint32_t reserved;
	/* Where its code is, which tells two objects of one name apart. */
	uint64_t low;
	/* As the loader names it, empty for the main program; the end of what is too long. */
	char object[TOLD_OBJECT_SIZE];
};

struct told {
	uint64_t magic;
	uint32_t version;
	uint32_t most;
	/* More than `most` where there was no room for all. */
	_Atomic uint32_t records;
	uint32_t reserved[11];
	struct told_record record[];
};

static_assert(sizeof(struct told) == TOLD_HEADER, "layout of what is told");
static_assert(offsetof(struct told, records) == TOLD_RECORDS_AT, "layout of what is told");
static_assert(sizeof(struct told_record) == TOLD_RECORD, "layout of what is told");
static_assert(offsetof(struct told_record, slot) == TOLD_SLOT_AT, "layout of what is told");
static_assert(offsetof(struct told_record, caller) == TOLD_CALLER_AT, "layout of what is told");
static_assert(offsetof(struct told_record, object) == TOLD_OBJECT_AT, "layout of what is told");

/* Tells who defines a function first, where that is not the object that this is linked into. For a constructor: it asks dlsym. */
void told_definition(uint32_t slot, const char *symbol);

/* Tells of the objects that were loaded since it was last called. Cheap where there are none. */
void told_objects(void);

/* Tells of the object that holds `return_address` that it has entered the function at `entry`. */
void told_entry(uint32_t slot, uintptr_t return_address, uintptr_t entry, int caller);

#endif
