/*
 * This file is the ledger: the shared page in which the counts are kept and which outlives the process that counts. The shims, the
 * callers, the reader and the probes (which write `offset` through the file) agree on it; its numbers are in layout.h.
 */
#ifndef PYINTERPOSE_LEDGER_H
#define PYINTERPOSE_LEDGER_H

#include "layout.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* The roles of a calling object; the columns of a row. */
enum caller { CALLER_INTERPRETER, CALLER_EXECUTABLE, CALLER_EXTENSION, CALLER_LIBRARY, CALLERS };

/* What was counted: calls that ran the override, calls that entered the real function without it. */
enum side { SIDE_HONORED, SIDE_BYPASSED, SIDES };

struct ledger {
	uint64_t magic;
	uint32_t version;
	uint32_t slots;
	uint32_t phases;
	uint32_t row;
	/* Of the whole file, in bytes; checked against fstat before mapping. */
	uint64_t size;
	/* Where the current phase's counts begin, in numbers after the header: phase * slots * row. */
	_Atomic uint64_t offset;
	/* One bit per shim, set last by its constructor: the handshake. */
	_Atomic uint64_t ready;
	/*
	 * Of the entry counters: how many functions have one; in bit 31 whether inlined copies are counted; and above that why nothing is
	 * (entries_reason).
	 */
	_Atomic uint64_t entries;
	/* Of a sweep: processes that the program has started, and whether it has become another program (sweep/processes.c). */
	_Atomic uint64_t children;
	_Atomic uint64_t replaced;
	/* Slots of the GOT that led to an override when calls began to be counted at their sites, and did not at the program's end. */
	_Atomic uint64_t names_changed;
	/* As `entries`, of libc's functions. */
	_Atomic uint64_t libc_entries;
	/* Whose it is, where the processes that the program starts are counted, too (children.c); else 0. */
	_Atomic uint64_t owner;
	/* Fills the header to a pair of cache lines, so that counting does not touch the line that `offset` is on. */
	uint64_t reserved[4];
	/* Then, up to the end of the file: _Atomic uint64_t counts[phases][slots][SIDES][CALLERS]. */
};

#define LEDGER_COUNTS(page) ((_Atomic uint64_t *)((page) + 1))

static_assert(sizeof(struct ledger) == LEDGER_HEADER, "layout of the ledger");
static_assert(offsetof(struct ledger, offset) == LEDGER_OFFSET_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, magic) == 0, "layout of the ledger");
static_assert(offsetof(struct ledger, version) == LEDGER_VERSION_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, slots) == LEDGER_SLOTS_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, phases) == LEDGER_PHASES_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, row) == LEDGER_ROW_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, size) == LEDGER_SIZE_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, ready) == LEDGER_READY_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, entries) == LEDGER_ENTRIES_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, children) == LEDGER_CHILDREN_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, replaced) == LEDGER_REPLACED_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, names_changed) == LEDGER_NAMES_CHANGED_AT, "layout of the ledger");
static_assert(offsetof(struct ledger, libc_entries) == LEDGER_LIBC_ENTRIES_AT, "layout of the ledger");
static_assert(CALLERS == LEDGER_CALLERS && SIDES * CALLERS == LEDGER_ROW, "layout of a row");
static_assert(LEDGER_ROW * sizeof(uint64_t) == LEDGER_ROW_SIZE, "layout of a row");
static_assert(1 << LEDGER_ROW_BITS == LEDGER_ROW_SIZE, "layout of a row");
static_assert(SIDE_BYPASSED * CALLERS * sizeof(uint64_t) == LEDGER_BYPASSED_AT, "layout of a row");

#endif
